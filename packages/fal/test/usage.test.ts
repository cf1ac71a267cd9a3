import { demoCredentials } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { readCharges, readSums } from '../src/usage.ts'
import { apiKey, boat, createRig, fixture, reply, replyOf, stub } from './world.ts'

const { adminKey } = demoCredentials.fal
const minute = 60_000
const day = 24 * 60 * minute

describe('what the billing events say', () => {
  test('billing_events: the charge is in nano-dollars', () => {
    expect(readCharges(replyOf(fixture('billing_events')))).toMatchObject({
      entries: [
        {
          row: {
            taskId: '01a0d4c6-2e31-7b5a-8c40-6d1f9a2b7701',
            endpoint: 'fal-ai/kling-video/v3/standard/text-to-video',
            at: Date.parse('2026-11-26T09:00:01Z'),
            native: { amount: 3, unit: 'unit' },
            microUsd: 420_000,
            basis: 'reported',
          },
        },
      ],
      unread: 0,
      next: undefined,
    })
  })

  const event = {
    request_id: 'r',
    endpoint_id: 'fal-ai/kling-video/v3/pro/text-to-video',
    timestamp: '2026-11-26T09:00:01Z',
  }
  const rowOf = (more: object) =>
    readCharges(reply(200, { billing_events: [{ ...event, ...more }] }))?.entries[0]?.row

  test('without them it is the total, else units times unit price, which is derived', () => {
    expect(rowOf({ output_units: 4, unit_price: 0.14, cost_total: 0.504 })).toMatchObject({
      microUsd: 504_000,
      basis: 'reported',
    })
    expect(rowOf({ output_units: 4, unit_price: 0.14 })).toMatchObject({
      microUsd: 560_000,
      basis: 'derived',
    })
    expect(rowOf({ output_units: 4 })).not.toHaveProperty('microUsd')
  })

  test('other models are not looked at; what says no amount is counted', () => {
    const billing_events = [{ ...event, endpoint_id: 'fal-ai/flux/dev', cost_total: 1 }, event, 'x']
    expect(readCharges(reply(200, { billing_events }))).toMatchObject({ entries: [], unread: 2 })
    expect(readCharges(reply(200, { detail: 'Not Found' }))).toBeUndefined()
  })

  test('usage by day names no task', () => {
    const time_series = [
      {
        bucket: '2026-11-26T00:00:00Z',
        results: [{ endpoint_id: event.endpoint_id, quantity: 12, cost_total: 1.68, currency: 'USD' }],
      },
    ]
    const [entry] = readSums(reply(200, { time_series }))?.entries ?? []
    expect(entry?.row).toEqual({
      endpoint: event.endpoint_id,
      at: Date.parse('2026-11-26'),
      periodMs: day,
      native: { amount: 12, unit: 'unit' },
      microUsd: 1_680_000,
      basis: 'reported',
    })
  })
})

describe('usage', () => {
  test('is what the ledger of the service says; what failed for free is not in it', async () => {
    const { clock, emulator, create } = createRig()
    const fal = create({ apiKey, adminKey })
    const from = clock.now()
    for (const duration of [5, 10]) await fal.submit({ ...boat, duration })
    emulator.control.failNext({ provider: 'fal', message: 'internal_error' })
    await fal.submit({ ...boat, prompt: 'it fails, and costs nothing' })
    await clock.advance(60 * minute)
    const { rows, gaps, completeUntil, to } = await fal.usage({ from })
    const paid = emulator.control.ledger().filter(({ refunded }) => !refunded)
    expect(paid).toHaveLength(2)
    expect(rows.map(({ taskId, microUsd }) => [taskId, microUsd]).sort()).toEqual(
      paid.map(({ taskId, microUsd }) => [taskId, microUsd]).sort(),
    )
    expect(gaps).toMatchObject([{ what: 'late' }])
    expect(completeUntil).toBe(to - 15 * minute)
  })

  test('a key without ADMIN scope is told what to do, and where', async () => {
    const { create } = createRig()
    const error = await create({ apiKey })
      .usage()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_FORBIDDEN', outcome: 'none', provider: 'fal' })
    expect(String(error)).toContain('FAL_ADMIN_KEY')
    expect(String(error)).toContain('https://fal.ai/dashboard/keys')
  })

  test('the admin key goes to the books alone, and shows nowhere', async () => {
    const { fal, sent } = stub(() => ({ json: { billing_events: [], has_more: false } }), {
      adminKey: 'admin-id:admin-secret',
    })
    await fal.submit(boat).catch(() => undefined)
    await fal.usage()
    const asked = sent.filter(
      ({ url }) => url.hostname === 'queue.fal.run' || url.pathname.endsWith('events'),
    )
    expect(asked.map(({ url, authorization }) => [url.hostname, authorization])).toEqual([
      ['queue.fal.run', 'Key stub-key-id:stub-key-secret'],
      ['api.fal.ai', 'Key admin-id:admin-secret'],
    ])
    const echo = stub(
      ({ authorization }) => ({
        status: 400,
        json: { error: { type: 'validation_error', message: `no ${authorization}` } },
      }),
      { adminKey: 'admin-id:admin-secret' },
    )
    const error = await echo.fal.usage().catch((reason: unknown) => reason)
    expect(String(error)).not.toContain('admin-secret')
    expect(() => createFal({ adminKey: 'a key\nwith a break' })).toThrow(/adminKey/)
  })

  test('answers for 90 days, and says so', async () => {
    const { fal, sent, clock } = stub(() => ({ json: { billing_events: [], has_more: false } }))
    const { from, gaps } = await fal.usage({ from: clock.now() - 200 * day })
    expect(from).toBe(clock.now() - 90 * day)
    expect(gaps.map(({ what }) => what)).toEqual(['window', 'late'])
    expect(sent[0]?.url.searchParams.get('start')).toBe(new Date(from).toISOString())
    const before = await fal.usage({ from: clock.now() - 200 * day, to: clock.now() - 100 * day })
    expect([before.rows, sent.length]).toEqual([[], 1])
  })

  test('reads page after page, a charge that moved only once', async () => {
    const { clock, emulator, create } = createRig({})
    const fal = create({ apiKey, adminKey })
    for (let at = 0; at < 3; at++) await fal.submit({ ...boat, prompt: `boat ${at}` })
    await clock.advance(60 * minute)
    const { rows } = await fal.usage()
    expect(rows).toHaveLength(emulator.control.ledger().length)
    const event = (request_id: string) => ({ request_id, timestamp: '2026-11-26T09:00:01Z', cost_total: 1 })
    const paged = stub(({ url }) => {
      const second = url.searchParams.get('cursor') === 'next'
      return {
        json: second
          ? { billing_events: [event('b'), event('c')], next_cursor: null, has_more: false }
          : { billing_events: [event('a'), event('b')], next_cursor: 'next', has_more: true },
      }
    })
    expect((await paged.fal.usage()).rows.map(({ taskId }) => taskId)).toEqual(['a', 'b', 'c'])
  })

  test('more without a cursor is told, and so is an amount that nobody can be charged', async () => {
    const events = [
      { request_id: 'a', timestamp: '2026-11-26T09:00:01Z', cost_total: 1 },
      { request_id: 'b', timestamp: '2026-11-26T09:00:01Z', cost_total: 1e308 },
    ]
    const { fal } = stub(() => ({ json: { billing_events: events, next_cursor: null, has_more: true } }))
    const { rows, gaps } = await fal.usage()
    expect(rows.map(({ taskId }) => taskId)).toEqual(['a'])
    expect(gaps.map(({ what }) => what)).toEqual(['rows', 'rows', 'late'])
  })

  test('while the events are out of order, sums by day stand in for them', async () => {
    const { clock, emulator, create } = createRig()
    const fal = create({ apiKey, adminKey })
    for (const duration of [5, 10]) await fal.submit({ ...boat, duration })
    await clock.advance(60 * minute)
    const broken: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      if (!request.url.includes('/billing-events')) return emulator.fetch(request)
      return Response.json({ error: { type: 'server_error', message: 'Internal error' } }, { status: 500 })
    }
    const { rows, gaps } = await create({ apiKey, adminKey, fetch: clock.track(broken) }).usage()
    const total = emulator.control.ledger().reduce((sum, { microUsd }) => sum + microUsd, 0)
    expect(rows).toMatchObject([{ periodMs: day, microUsd: total }])
    expect(rows[0]).not.toHaveProperty('taskId')
    expect(gaps.map(({ what }) => what)).toContain('summed')
  })
})
