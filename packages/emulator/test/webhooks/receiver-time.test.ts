import { afterEach, describe, expect, it } from 'vitest'
import { createEmulator, demoCredentials } from '../../src/index.ts'
import { creates, isSignedByFal, isSignedWith, ORIGIN, sendBy } from './rig.ts'

const { kling } = demoCredentials
const signing = { accounts: [{ ...kling, apiKeys: [kling.apiKey] }] }

interface Delivery {
  readonly headers: Record<string, string>
  readonly text: string
  /** The wall's time of arrival, seconds. */
  readonly arrived: number
}

/** Everything a sped-up emulator delivers, hours after the wall by its own clock. */
async function delivered(
  provider: 'kling' | 'fal' | 'piapi' | 'replicate',
  options: object = {},
): Promise<Delivery> {
  const got: Delivery[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    got.push({
      headers: Object.fromEntries(request.headers),
      text: await request.text(),
      arrived: Date.now() / 1000,
    })
    return new Response()
  }
  const emulator = createEmulator({
    speed: 100_000,
    seed: 1,
    kling: signing,
    webhooks: { fetch },
    ...options,
  })
  await creates[provider]({ send: sendBy(emulator.fetch) })
  await expect.poll(() => got.length, { timeout: 10_000 }).toBeGreaterThan(0)
  // Emulated time is far from the wall's, or this would prove nothing.
  emulator.control.advance(3_600_000)
  expect(Math.abs(emulator.control.now() - Date.now())).toBeGreaterThan(300_000)
  emulator.control.reset()
  const last = got.at(-1)
  if (!last) throw new Error('nothing came')
  return last
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

describe("a sped-up emulator signs for the time on the receiver's wall", () => {
  it.each(['kling', 'replicate'] as const)('%s', async (provider) => {
    const { headers, text, arrived } = await delivered(provider)
    expect(Math.abs(Number(headers['webhook-timestamp']) - arrived)).toBeLessThan(60)
    expect(isSignedWith(demoCredentials[provider].webhookSecret, { headers, text })).toBe(true)
  })

  it('fal', async () => {
    const { headers, text, arrived } = await delivered('fal', { fal: { outputFile: 'url-only' } })
    expect(Math.abs(Number(headers['x-fal-webhook-timestamp']) - arrived)).toBeLessThan(60)
    const answer = await createEmulator().fetch(`${ORIGIN}/fal/rest/.well-known/jwks.json`)
    expect(
      isSignedByFal(((await answer.json()) as { keys: Parameters<typeof isSignedByFal>[0] }).keys, {
        headers,
        text,
      }),
    ).toBe(true)
  })

  it('piapi, whose body carries the time', async () => {
    const { text, arrived } = await delivered('piapi')
    expect(Math.abs(JSON.parse(text).timestamp - arrived)).toBeLessThan(60)
  })

  it("beside a clock of the caller's own, it is that clock's time", async () => {
    let time = Date.parse('2030-01-01T00:00:00Z')
    const stamps: string[] = []
    const emulator = createEmulator({
      clock: {
        now: () => time,
        sleep: async (ms) => {
          time += ms
        },
      },
      kling: signing,
      webhooks: {
        fetch: async (input, init) => {
          stamps.push(new Request(input, init).headers.get('webhook-timestamp') ?? '')
          return new Response()
        },
      },
    })
    await creates.kling({ send: sendBy(emulator.fetch) })
    await expect.poll(() => stamps.length).toBeGreaterThan(0)
    expect(new Date(Number(stamps[0]) * 1000).getUTCFullYear()).toBe(2030)
  })
})
