import { describe, expect, it } from 'vitest'
import type { ProviderId } from '../../src/index.ts'
import { isGenuine, last, play, signed } from './fault-rig.ts'
import { createRig, creates, MINUTE, type Received } from './rig.ts'

const providers: readonly ProviderId[] = ['kling', 'fal', 'piapi', 'replicate']

/** When a delivery says that it was made, Unix seconds. */
const claimedTime = ({ headers, json }: Received): number =>
  Number(headers['webhook-timestamp'] ?? headers['x-fal-webhook-timestamp'] ?? json.timestamp)

describe.each(providers)('a fault of a webhook of %s', (provider) => {
  it('drop: it never arrives, and nobody repeats it', async () => {
    const { rig, hits } = await play(provider, { kind: 'drop', on: 'terminal' })
    await rig.pass(60 * MINUTE)
    const lost = rig.sent().filter(({ fault }) => fault === 'drop')
    expect([hits, lost.length]).toEqual([1, 1])
    expect(lost[0]).toMatchObject({ failure: 'lost by a fault', attempt: 1 })
    expect(lost[0]).not.toHaveProperty('status')
    expect(rig.received).toHaveLength(rig.sent().length - 1)
  })

  it('duplicate: the same message at once, as often as asked', async () => {
    const { rig, genuine } = await play(provider, { kind: 'duplicate', on: 'terminal', copies: 2 })
    const copies = rig.received.slice(-3)
    expect(new Set(copies.map(({ text, headers }) => JSON.stringify([text, headers]))).size).toBe(1)
    expect(genuine).not.toContain(false)
  })

  it('duplicate: the same message later, signed anew', async () => {
    const { rig, genuine } = await play(provider, { kind: 'duplicate', on: 'terminal', ms: 10_000 })
    const before = rig.received.length
    await rig.pass(10_000)
    expect(rig.received).toHaveLength(before + 1)
    expect(await isGenuine(provider, rig, last(rig))).toBe(true)
    const [one, two] = rig.received.slice(-2)
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBe(10_000)
    expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id'])
    expect(genuine).not.toContain(false)
  })

  it('late: it comes afterwards, and is right', async () => {
    const { rig } = await play(provider, { kind: 'late', on: 'terminal', ms: 30 * MINUTE })
    const before = rig.received.length
    await rig.pass(30 * MINUTE)
    expect(rig.received).toHaveLength(before + 1)
    expect(rig.sent().at(-1)).toMatchObject({ fault: 'late', status: 200, at: rig.control.now() })
    expect(await isGenuine(provider, rig, last(rig))).toBe(true)
  })

  it('forged: the credential is wrong', async () => {
    const { genuine, rig } = await play(provider, { kind: 'forged', on: 'terminal' })
    expect(genuine.at(-1)).toBe(false)
    expect(genuine.slice(0, -1)).not.toContain(false)
    expect(rig.sent().at(-1)?.fault).toBe('forged')
  })

  it('wrong-key: a credential of the right form, of somebody else', async () => {
    const { genuine, rig } = await play(provider, { kind: 'wrong-key', on: 'terminal' })
    expect(genuine.at(-1)).toBe(false)
    const form = (delivery: Received): unknown =>
      Object.keys(delivery.headers).map((name) => [
        name,
        name.includes('signature') && delivery.headers[name]?.length,
      ])
    const { rig: fair } = await play(provider, { kind: 'wrong-key', times: 0 })
    expect(form(last(rig))).toEqual(form(last(fair)))
  })

  it('tampered: another body under the same signature', async () => {
    const { rig, genuine } = await play(provider, { kind: 'tampered', on: 'terminal' })
    expect(last(rig).text).toContain('attacker.invalid')
    // PiAPI vouches for nothing but the sender.
    expect(genuine.at(-1)).toBe(provider === 'piapi')
  })

  it('stale: right, and ten minutes or more old', async () => {
    for (const [spec, age] of [
      [{ kind: 'stale', on: 'terminal' }, 600],
      [{ kind: 'stale', on: 'terminal', ms: 301_000 }, 301],
    ] as const) {
      const { rig, genuine } = await play(provider, spec)
      expect(genuine.at(-1)).toBe(true)
      expect(Math.floor(last(rig).at / 1000) - claimedTime(last(rig))).toBe(age)
    }
  })

  it('after a refused forgery the genuine one follows, where the provider repeats', async () => {
    const rig = createRig({ ...signed, fal: { outputFile: 'url-only' } })
    rig.control.webhooks.fault({ kind: 'forged', on: 'terminal', provider })
    if (provider === 'kling' || provider === 'replicate') rig.answers.push(200)
    rig.answers.push(401)
    await creates[provider](rig)
    await rig.pass(3000)
    await rig.pass(3 * MINUTE)
    await rig.pass(MINUTE)
    expect(await isGenuine(provider, rig, last(rig))).toBe(provider !== 'kling')
  })
})
