import { describe, expect, it } from 'vitest'
import { readCharges } from '../src/usage.ts'
import { boat, createRig, fixture, reply, replyOf, stub } from './world.ts'

const hour = 3_600_000

describe('what the task history says of money', () => {
  it('task_histories: points, 10,000,000 to the dollar', () => {
    const { entries, unread, next } = readCharges(replyOf(fixture('task_histories'))) ?? {}
    expect(entries?.map(({ row }) => row)).toMatchObject([
      {
        taskId: '00000000-0000-4000-8000-000000000061',
        endpoint: 'kling video_generation',
        native: { amount: 2_000_000, unit: 'point' },
        microUsd: 200_000,
        basis: 'derived',
      },
      { taskId: '00000000-0000-4000-8000-000000000062', microUsd: 0 },
    ])
    expect([unread, next]).toEqual([0, undefined])
  })

  it('task_histories_empty: no entry, and no page after it', () => {
    const page = readCharges(replyOf(fixture('task_histories_empty')))
    expect(page).toMatchObject({ entries: [], unread: 0 })
    expect(page?.next).toBeUndefined()
  })

  it('a word that nobody knows is not the last word on the amount', () => {
    const row = { id: 1, task_id: 't', usage: 5, usage_type: 'point', created_at: '2026-11-26T08:05:00Z' }
    const of = (more: object) =>
      readCharges(reply({ code: 200, data: { data: [{ ...row, ...more }] } }))?.entries[0]?.row
    expect(of({ status: 'finished' })).not.toHaveProperty('open')
    expect(of({ status: 'processing' })).toMatchObject({ open: true })
    // What a quota of 2024 was worth is not known.
    expect(of({ usage_type: 'quota' })).not.toHaveProperty('microUsd')
    expect(of({ task_model: 'luma' })).toBeUndefined()
  })

  it('entries without an amount are counted, and other answers are none', () => {
    expect(readCharges(reply({ code: 200, data: { data: [{ task_id: 't' }, 7] } }))).toMatchObject({
      entries: [],
      unread: 2,
    })
    expect(readCharges(reply('<html>'))).toBeUndefined()
  })
})

describe('usage', () => {
  it('is what the ledger of the service says, a failed task at nothing', async () => {
    const { piapi, clock, emulator } = createRig({}, {})
    const from = clock.now()
    for (const duration of [5, 10]) await piapi.submit({ ...boat, duration })
    emulator.control.failNext({ provider: 'piapi' })
    await piapi.submit({ ...boat, prompt: 'it fails, and costs nothing' })
    await clock.advance(2 * hour)
    const { rows, gaps, completeUntil, to } = await piapi.usage({ from })
    const ledger = emulator.control.ledger()
    expect(rows.map(({ taskId, microUsd }) => [taskId, microUsd]).sort()).toEqual(
      ledger.map(({ taskId, microUsd, refunded }) => [taskId, refunded ? 0 : microUsd]).sort(),
    )
    expect(gaps).toMatchObject([{ what: 'late' }])
    expect(completeUntil).toBe(to - hour)
  })

  it('reads page after page', async () => {
    const item = (id: number) => ({
      id,
      task_id: `t-${id}`,
      status: 'finished',
      usage: 10,
      created_at: new Date(clock.now() - hour).toISOString(),
    })
    const { piapi, sent, clock } = stub(({ url }) => {
      const page = Number(url.searchParams.get('page'))
      const data = Array.from({ length: page === 1 ? 100 : 3 }, (_, at) => item(page * 1_000 + at))
      // The first of the second page has moved there from the first.
      if (page === 2) data[0] = item(1_099)
      return { json: { code: 200, data: { data, page, size: 100, total: 102 }, message: 'success' } }
    })
    const { rows } = await piapi.usage()
    expect([rows.length, sent.length]).toEqual([102, 2])
  })

  it.each([
    ['says so', { size: 50 }],
    ['does not, but counts all rows', {}],
  ])('a service whose pages are smaller and that %s is read to its end', async (_name, more) => {
    const { piapi, clock } = stub(({ url }) => {
      const page = Number(url.searchParams.get('page'))
      const data = Array.from({ length: page < 3 ? 50 : 0 }, (_, at) => ({
        id: page * 1_000 + at,
        task_id: `t-${page}-${at}`,
        status: 'finished',
        usage: 10,
        created_at: new Date(clock.now() - hour).toISOString(),
      }))
      return { json: { data, total: 100, ...more } }
    })
    expect((await piapi.usage()).rows).toHaveLength(100)
  })

  it('says that nothing was spent where it may not read', async () => {
    const { piapi } = createRig({ apiKey: 'nobody-has-this-key' })
    await expect(piapi.usage()).rejects.toMatchObject({
      code: 'ERR_AUTH',
      outcome: 'none',
      provider: 'piapi',
    })
  })
})
