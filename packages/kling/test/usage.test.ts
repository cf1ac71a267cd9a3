import { describe, expect, it } from 'vitest'
import { readLedger } from '../src/usage.ts'
import { boat, createRig, fixture, reply, replyOf, stub } from './world.ts'

const minute = 60_000
const ended = 20 * minute

describe('what a ledger says', () => {
  it('account_billing_package: units of a pack, at list price', () => {
    expect(readLedger(replyOf(fixture('account_billing_package')))).toMatchObject({
      entries: [
        {
          row: {
            taskId: '930831534075682845',
            endpoint: 'kling-3.0-turbo 720p',
            at: 1_789_956_080_000,
            native: { amount: 2.4, unit: 'unit' },
            // 2.4 units of $0.14.
            microUsd: 336_000,
            basis: 'derived',
            seconds: 3.04,
          },
        },
      ],
      unread: 0,
      next: undefined,
    })
  })

  it('account_billing_balance: money of the balance, as the books say', () => {
    expect(readLedger(replyOf(fixture('account_billing_balance')))).toMatchObject({
      entries: [
        {
          row: {
            taskId: '831922345719281950',
            native: { amount: 0.42, unit: 'usd' },
            microUsd: 420_000,
            basis: 'reported',
          },
        },
      ],
      // It names a cursor and says that there is no more.
      next: undefined,
    })
  })

  it('money in yuan is told as it is, not in dollars', () => {
    const charge = { task_id: '1', deduction_time: '5', deduction_amount: 3, currency: 'CNY' }
    const [entry] = readLedger(reply({ code: 0, data: { result: { detail: [charge] } } }))?.entries ?? []
    expect(entry?.row).toEqual({
      taskId: '1',
      at: 5,
      native: { amount: 3, unit: 'cny' },
      basis: 'reported',
    })
  })

  it.each([
    ['image', 8, 28_000],
    ['try-on', 1, 70_000],
    ['audio', 1, undefined],
  ])('a unit of a pack for %s has its own price', (product_type, deduction_amount, microUsd) => {
    const charge = { task_id: '1', deduction_time: '5', deduction_amount, product_type }
    const [entry] = readLedger(reply({ code: 0, data: { result: { detail: [charge] } } }))?.entries ?? []
    expect(entry?.row.microUsd).toBe(microUsd)
  })

  it('entries that say no amount are counted, and other answers are none', () => {
    const detail = [{ task_id: '1', deduction_time: '5' }, 'x', null]
    expect(readLedger(reply({ code: 0, data: { result: { detail } } }))).toMatchObject({
      entries: [],
      unread: 3,
    })
    for (const body of [{}, { data: [] }, undefined, '<html>'])
      expect(readLedger(reply(body))).toBeUndefined()
  })
})

describe('usage', () => {
  it.each(['pack', 'balance'] as const)(
    'from the %s, it is what the ledger of the service says',
    async (paysFrom) => {
      const account = {
        name: 'demo',
        accessKey: 'ak',
        secretKey: 'sk',
        apiKeys: ['demo-key-of-the-pack'],
        paysFrom,
      }
      const { kling, clock, emulator } = createRig(
        { apiKey: 'demo-key-of-the-pack' },
        { accounts: [account] },
      )
      const from = clock.now()
      for (const duration of [5, 10]) await kling.submit({ ...boat, duration })
      emulator.control.failNext()
      await kling.submit({ ...boat, prompt: 'it fails, and costs nothing' })
      await clock.advance(2 * 60 * minute)
      const { rows, gaps, completeUntil, to } = await kling.usage({ from })
      const paid = emulator.control.ledger().filter(({ refunded }) => !refunded)
      expect(paid).toHaveLength(2)
      expect(rows.map(({ taskId, microUsd }) => [taskId, microUsd]).sort()).toEqual(
        paid.map(({ taskId, microUsd }) => [taskId, microUsd]).sort(),
      )
      expect(rows.every(({ basis }) => basis === (paysFrom === 'pack' ? 'derived' : 'reported'))).toBe(true)
      expect(gaps).toMatchObject([{ what: 'late' }])
      expect(completeUntil).toBe(to - 60 * minute)
    },
  )

  it.each(['beside', 'inside'] as const)(
    'reads every page by the cursor %s its result alone',
    async (place) => {
      const row = (id: number) => ({
        task_id: String(id),
        deduction_time: '5',
        deduction_amount: 1,
        product_type: 'video',
      })
      const { kling, sent } = stub(({ url, json }) => {
        const detail = json.cursor === 'next' ? [row(2), row(3)] : [row(1), row(2)]
        const more = { next_cursor: json.cursor === 'next' ? '' : 'next', has_more: json.cursor !== 'next' }
        const result = { detail: url.pathname.endsWith('package') ? detail : [], count: 2 }
        const data = place === 'beside' ? { result, ...more } : { result: { ...result, ...more } }
        return { json: { code: 0, message: 'SUCCEED', data } }
      })
      expect((await kling.usage()).rows.map(({ taskId }) => taskId)).toEqual(['1', '2', '3'])
      expect(sent.map(({ method, json }) => [method, Object.keys(json)])).toEqual([
        ['POST', ['start_time', 'end_time', 'limit']],
        ['POST', ['cursor']],
        ['POST', ['start_time', 'end_time', 'limit']],
        ['POST', ['cursor']],
      ])
    },
  )

  it('a charge that is booked late is not there yet', async () => {
    const { kling, clock } = createRig({}, { billLagMs: 30 * minute })
    await kling.submit(boat)
    await clock.advance(ended)
    expect((await kling.usage()).rows).toEqual([])
    await clock.advance(30 * minute)
    expect((await kling.usage()).rows).toHaveLength(1)
  })

  it('one ledger that the key may not read is a gap, two are an error', async () => {
    const page = { code: 0, data: { result: { detail: [] }, has_more: false } }
    const denied = { status: 403, json: { code: 1103, message: 'Unauthorized access to requested resource' } }
    const half = stub(({ url }) => (url.pathname.endsWith('balance') ? denied : { json: page }))
    const { gaps } = await half.kling.usage()
    expect(gaps.find(({ what }) => what === 'scope')?.message).toContain('the deductions from the balance')
    const none = stub(() => denied)
    await expect(none.kling.usage()).rejects.toMatchObject({ code: 'ERR_FORBIDDEN', outcome: 'none' })
  })

  it('refuses times that are none before any request', async () => {
    const { kling, sent } = stub(() => ({ json: {} }))
    await expect(kling.usage({ from: 5, to: 5 })).rejects.toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
    })
    await expect(kling.usage({ from: Number.NaN })).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST' })
    expect(sent).toEqual([])
  })

  it('a cursor that comes again ends it, and is told', async () => {
    const page = { code: 0, data: { result: { detail: [] }, has_more: true, next_cursor: 'same' } }
    const { kling, sent } = stub(() => ({ json: page }))
    const { gaps } = await kling.usage()
    expect(gaps.filter(({ what }) => what === 'rows')).toHaveLength(2)
    expect(sent).toHaveLength(4)
  })

  it('more without a cursor is told; a cursor alone is followed', async () => {
    const broken = stub(() => ({ json: { code: 0, data: { result: { detail: [] }, has_more: true } } }))
    expect((await broken.kling.usage()).gaps.filter(({ what }) => what === 'rows')).toHaveLength(2)
    const { kling, sent } = stub(({ json }) => ({
      json: { code: 0, data: { result: { detail: [] }, next_cursor: json.cursor === 'next' ? '' : 'next' } },
    }))
    expect((await kling.usage()).gaps.map(({ what }) => what)).toEqual(['late'])
    expect(sent).toHaveLength(4)
  })

  it('a charge at the border of two times is in one of them', async () => {
    const border = Date.parse('2025-12-20')
    const row = { task_id: '1', deduction_time: String(border), deduction_amount: 1, product_type: 'video' }
    const { kling } = stub(({ url }) => ({
      json: { code: 0, data: { result: { detail: url.pathname.endsWith('package') ? [row] : [] } } },
    }))
    const day = 24 * 60 * minute
    const counts = [
      await kling.usage({ from: border - day, to: border }),
      await kling.usage({ from: border, to: border + day }),
    ].map(({ rows }) => rows.length)
    expect(counts).toEqual([0, 1])
  })

  it('a relay keeps books of its own', () => {
    const { kling } = stub(() => undefined, { baseURL: 'https://relay.example.com' })
    expect('usage' in kling).toBe(false)
  })
})
