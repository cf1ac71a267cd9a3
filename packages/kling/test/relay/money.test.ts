import { journaled, memoryJournal, type SubmitOptions, wait } from '@reelay/core'
import { createEmulator, demoCredentials, type FaultSpec, type KlingRelayOptions } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, test } from 'vitest'
import { createKling, type KlingOptions } from '../../src/index.ts'
import { boat } from '../world.ts'

const { relayKey, apiKey } = demoCredentials.kling
const host = 'gateway.test'
const keyed = { relay: { name: 'R8', idempotencyHeader: 'Idempotency-Key' } } as const

function rig(relay: KlingRelayOptions = {}, options: KlingOptions = {}) {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, kling: { relay } })
  const { baseURL = '' } = emulator.providers(`http://${host}`).kling.relay ?? {}
  const create = (more: KlingOptions = {}) =>
    createKling({ apiKey: relayKey, fetch: clock.track(emulator.fetch), clock, baseURL, ...options, ...more })
  return {
    clock,
    emulator,
    create,
    kling: create(),
    fault: (fault: object) => emulator.control.fault({ on: 'create', ...fault } as FaultSpec),
    posts: () => emulator.control.requests().filter(({ method }) => method === 'POST').length,
    charges: () => emulator.control.ledger().length,
  }
}

/** Each leaves a task at the relay whose id nobody was told. */
const losses: Readonly<Record<string, object>> = {
  'a lost answer': { kind: 'lost-after-create' },
  'a reset in the middle': { kind: 'reset-mid-answer' },
  'an answer cut in two': { kind: 'truncated-json', created: true },
  'a 500 after the task was made': { kind: 'status', status: 500, created: true },
  'a 200 without an id': {
    kind: 'status',
    status: 200,
    created: true,
    body: { code: 'success', message: '', data: null },
  },
  'a time-out': { kind: 'hang', created: true },
}

const submit = (kling: ReturnType<typeof createKling>, more: SubmitOptions = {}) =>
  kling.submit(boat, { idempotencyKey: 'order-1', ...more }).catch((thrown) => thrown)

describe.each(Object.entries(losses))('%s', (_name, loss) => {
  test('at a relay: one POST, one charge, no price, the host told, and official Kling refuses it', async () => {
    const { kling, fault, posts, charges } = rig()
    fault(loss)
    const error = await submit(kling)
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect([posts(), charges()]).toEqual([1, 1])
    expect(kling.quote(boat)).toMatchObject({ type: 'unknown', why: expect.stringContaining(host) })
    expect(error.submission).toMatchObject({ host })
    expect(error.message).toContain(host)
    expect(createKling({ apiKey }).owns(error.submission)).toBe(false)
  })

  test('with an idempotency header that the relay documents: the task, and one charge', async () => {
    const { kling, fault, posts, charges } = rig({ idempotencyKeys: true }, keyed)
    fault(loss)
    const task = await submit(kling)
    expect(task.handle).toMatchObject({ host: 'R8' })
    expect([posts(), charges()]).toEqual([2, 1])
    expect((await wait(kling, task.handle)).status).toBe('succeeded')
  })
})

describe('under an idempotency header', () => {
  test('409 is no refusal: it is asked again until the first is there', async () => {
    const { kling, fault, posts, charges } = rig({ idempotencyKeys: true }, keyed)
    fault({ kind: 'in-flight', ms: 4_000 })
    expect((await submit(kling)).status).toBe('queued')
    expect([posts(), charges()]).toEqual([4, 1])
  })

  test('409 for longer than that stays unknown', async () => {
    const { kling, clock, fault, charges } = rig({ idempotencyKeys: true }, keyed)
    fault({ kind: 'in-flight', ms: 60_000 })
    const startedAt = clock.now()
    expect(await submit(kling)).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(clock.now() - startedAt).toBeLessThanOrEqual(15_000)
    expect(charges()).toBe(1)
  })

  test('resend: false keeps to one POST', async () => {
    const { kling, fault, posts } = rig({ idempotencyKeys: true }, { ...keyed, resend: false })
    fault({ kind: 'lost-after-create' })
    expect(await submit(kling)).toMatchObject({ outcome: 'unknown' })
    expect(posts()).toBe(1)
  })

  test('a header of the caller’s own cannot take its place', async () => {
    const { kling, create, posts } = rig({ idempotencyKeys: true }, keyed)
    const headers = { 'idempotency-key': 'one-for-all' }
    expect(await submit(kling, { headers })).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(() => create({ headers })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
    expect(posts()).toBe(0)
  })

  const day = 24 * 3_600_000
  const later: [string, number, SubmitOptions, number, number][] = [
    ['within the day a journal sends the same bytes again', day - 60_000, {}, 1, 1],
    ['after the day it sends nothing', day, {}, 0, 1],
    // Its address carries the time of the submit.
    ['other bytes are not sent', 120_000, { webhookUrl: 'https://studio.example/hooks' }, 0, 1],
  ]
  test.each(later)('%s', async (_name, pauseMs, more, again, charged) => {
    const { create, clock, fault, posts, charges } = rig({ idempotencyKeys: true }, keyed)
    const journal = memoryJournal()
    // The process stops with the answer under way, and so without a verdict.
    fault({ kind: 'hang', created: true })
    const stop = new AbortController()
    void clock.sleep(1_000).then(() => stop.abort())
    await submit(journaled(create(), journal) as never, { ...more, abortSignal: stop.signal })
    const before = posts()
    await clock.sleep(pauseMs)
    const outcome = await submit(journaled(create(), journal) as never, more)
    expect([posts() - before, charges()]).toEqual([again, charged])
    expect(outcome.status ?? outcome.code).toBe(again === 1 ? 'succeeded' : 'ERR_SUBMISSION_UNKNOWN')
  })
})

test('for some seconds after a create the relay may not know the task: waiting goes on', async () => {
  const { kling } = rig({ blindMs: 90_000, form: { create: 'O', read: 'W' } })
  const { handle } = await kling.submit(boat)
  expect((await wait(kling, handle)).status).toBe('succeeded')
})
