import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createRig, creates, HOOK, MINUTE, type Rig } from './rig.ts'

/** A receiver on a port of this machine, for the length of one test. */
async function withReceiver(
  run: (url: string, received: string[]) => Promise<void>,
  answer: (path: string) => { readonly status: number; readonly location?: string } = () => ({ status: 200 }),
): Promise<void> {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url}`)
    const { status, location } = answer(request.url ?? '')
    response.writeHead(status, location === undefined ? {} : { location }).end('thank you')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, received)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** An emulator that delivers by itself. */
const createAlone = (): Rig => createRig({ webhooks: {} })
const all = ['kling', 'fal', 'piapi', 'replicate'] as const

describe('where webhooks go', () => {
  it('to this machine, over the network it has', async () => {
    await withReceiver(async (url, received) => {
      const rig = createAlone()
      for (const provider of all) await creates[provider](rig, `${url}/${provider}?job=1`)
      await rig.pass(3 * MINUTE)
      expect(new Set(received)).toEqual(new Set(all.map((provider) => `POST /${provider}?job=1`)))
      expect(new Set(rig.sent().map(({ status }) => status))).toEqual(new Set([200]))
    })
  })

  it('nowhere else: any other address is noted, with what would have been sent', async () => {
    const original = globalThis.fetch
    const asked: unknown[] = []
    globalThis.fetch = async (input) => {
      asked.push(input)
      throw new Error('left the machine')
    }
    try {
      const rig = createAlone()
      for (const provider of all) await creates[provider](rig)
      await creates.kling(rig, 'https://127.0.0.1.example.com/in')
      await creates.kling(rig, 'http://10.0.0.1/in')
      await rig.pass(3 * MINUTE)
      await rig.pass(60 * MINUTE)
      expect(asked).toEqual([])
      const sent = rig.sent()
      expect(new Set(sent.map(({ provider }) => provider))).toEqual(new Set(all))
      expect(new Set(sent.map(({ attempt }) => attempt))).toEqual(new Set([1]))
      for (const attempt of sent) {
        expect(attempt.failure).toMatch(/^not deliverable: not a loopback address/)
        expect(JSON.parse(attempt.body)).toBeTypeOf('object')
      }
    } finally {
      globalThis.fetch = original
    }
  })

  it('never after a redirect', async () => {
    const away = () => ({ status: 302, location: '/elsewhere' })
    await withReceiver(async (url, received) => {
      const rig = createAlone()
      for (const provider of all) await creates[provider](rig, `${url}/${provider}`)
      await rig.pass(3 * MINUTE)
      await rig.pass(60 * MINUTE)
      expect(received).not.toContainEqual(expect.stringContaining('elsewhere'))
      expect(new Set(rig.sent().map(({ status }) => status))).toEqual(new Set([302]))
    }, away)
  })

  it('to a port nobody listens on: the failure names the reason', async () => {
    let closed = ''
    await withReceiver(async (url) => {
      closed = url
    })
    const rig = createAlone()
    await creates.kling(rig, closed)
    await rig.pass(MINUTE)
    expect(rig.sent().map(({ failure }) => failure)).toEqual([
      'fetch failed (ECONNREFUSED)',
      'fetch failed (ECONNREFUSED)',
    ])
  })
})

describe('how long webhooks live', () => {
  it('until the last port closes', async () => {
    const rig = createRig()
    const [one, two] = [await rig.emulator.listen(), await rig.emulator.listen()]
    await creates.kling(rig)
    await one.close()
    await rig.pass(3000)
    expect(rig.received).toHaveLength(1)
    await two.close()
    await rig.pass(MINUTE)
    expect(rig.received).toHaveLength(1)
  })

  it('a close ends what is on its way', async () => {
    const aborted: unknown[] = []
    const hang: typeof fetch = (_input, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          aborted.push(init.signal?.reason)
          reject(init.signal?.reason)
        })
      })
    const rig = createRig({ webhooks: { fetch: hang } })
    const server = await rig.emulator.listen()
    await creates.kling(rig)
    rig.control.advance(3000)
    await new Promise((resolve) => setImmediate(resolve))
    expect(rig.sent()).toHaveLength(1)
    await server.close()
    await rig.control.webhooks.idle()
    expect(aborted).toHaveLength(1)
  })

  it('no process stays alive for them', async () => {
    const program = `
      import { createEmulator, demoCredentials } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
      const emulator = createEmulator({ kling: { queuedMs: 3_600_000 } })
      const answer = await emulator.fetch('https://api-singapore.klingai.com/v1/videos/text2video', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + demoCredentials.kling.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ model_name: 'kling-v2-6', prompt: 'x', callback_url: ${JSON.stringify(HOOK)} }),
      })
      console.log(answer.status)
    `
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', program], {
      timeout: 60_000,
    })
    expect(stdout).toBe('200\n')
  }, 90_000)

  it('nothing sleeps for a task without a callback', async () => {
    const sleeps: number[] = []
    const sleep = async (ms: number): Promise<void> => void sleeps.push(ms)
    const rig = createRig({ webhooks: { clock: { now: () => 0, sleep } } })
    for (const provider of all) if (provider !== 'replicate') await creates[provider](rig, '')
    expect(sleeps).toEqual([])
  })
})
