import { describe, expect, it } from 'vitest'
import {
  type Cost,
  type Ended,
  type Found,
  type NoUsage,
  type Purchase,
  type Quote,
  type ReconcileOptions,
  type Reconciliation,
  reconcile,
  type UsageReport,
  type UsageRow,
} from '../../src/index.ts'
import { studio } from './renders.ts'

const day = 86_400_000
const began = Date.parse('2026-11-26T10:00:00Z')
const ended = began + 60_000
const list = { basis: 'list', asOf: '2026-11-24', source: 'their list' } as const
const exact = (microUsd: number, more: Partial<Quote> = {}): Quote =>
  ({ type: 'exact', microUsd, ...list, ...more }) as Quote

let number = 0
/** An order as a journal keeps it. */
function order(
  key: string,
  {
    quote = exact(420_000),
    cost,
    end = {},
    id = `task-${key}`,
    host,
    provider = 'fal',
    ...more
  }: Partial<Purchase> & {
    readonly cost?: Cost
    readonly end?: Partial<Ended> | undefined
    readonly id?: string
    readonly host?: string
    readonly provider?: string
  } = {},
): Found {
  const shared = {
    v: 1,
    provider,
    account: 'default',
    ...(host !== undefined && { host }),
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    route: 'r',
    idempotencyKey: key,
    requestHash: 'h',
  } as const
  const submission = { ...shared, attempt: `a-${++number}`, startedAt: began }
  const purchase: Purchase = {
    id: submission.attempt,
    number: 1,
    run: 'run',
    submission,
    quote,
    seconds: 5,
    state: 'bought',
    attempts: [{ submission, at: began, until: began, outcome: 'accepted' }],
    handle: { ...shared, id, submittedAt: began },
    ended: { status: 'succeeded', at: ended, ...(cost && { cost }), ...end },
    stored: { state: 'not-asked' },
    at: ended,
    ...more,
  }
  return { v: 1, key, requestHash: 'h', purchases: [purchase], began, at: ended }
}

function journalOf(...found: readonly Found[]): Parameters<typeof reconcile>[0] {
  return {
    async *orders() {
      yield* found
    },
  }
}

/** Books of fal that are complete for the day. */
const books = (rows: readonly UsageRow[], more: Partial<UsageReport> = {}): UsageReport => ({
  provider: 'fal',
  account: 'default',
  from: began - day,
  to: began + day,
  readAt: began + day,
  completeUntil: began + day,
  rows,
  gaps: [],
  ...more,
})
const charge = (id: string, microUsd: number, more: Partial<UsageRow> = {}): UsageRow => ({
  taskId: `task-${id}`,
  at: ended,
  native: { amount: 3, unit: 'unit' },
  microUsd,
  basis: 'reported',
  ...more,
})

const check = (found: readonly Found[], options?: ReconcileOptions): Promise<Reconciliation> =>
  reconcile(journalOf(...found), options)

describe('a charge beside its quote', () => {
  it.each([
    ['1.1 % more', 424_620, 0.011],
    ['1.1 % less', 415_380, -0.011],
    ['0.9 % more', 423_780, undefined],
    ['0.9 % less', 416_220, undefined],
    ['1 % more, which is the tolerance', 424_200, undefined],
  ])('%s', async (_name, microUsd, share) => {
    for (const by of ['task', 'books'] as const) {
      const cost: Cost = { microUsd, basis: 'reported' }
      const found = [order('a', by === 'task' ? { cost } : {})]
      const usage = by === 'books' ? [books([charge('a', microUsd)])] : undefined
      const { drifts, billedMicroUsd } = await check(found, { usage })
      expect(drifts.map(({ what, key }) => [what, key])).toEqual(share === undefined ? [] : [['price', 'a']])
      if (share !== undefined) expect(drifts[0]?.share).toBeCloseTo(share, 9)
      expect(billedMicroUsd).toBe(microUsd)
    }
  })

  it('may lie anywhere between the ends of a bounded quote', async () => {
    const quote: Quote = { type: 'bounded', min: 100, max: 200, ...list }
    const of = async (microUsd: number) =>
      (await check([order('a', { quote, cost: { microUsd, basis: 'reported' } })])).drifts.map(
        ({ share }) => share,
      )
    expect(await of(100)).toEqual([])
    expect(await of(200)).toEqual([])
    expect(await of(90)).toEqual([-0.1])
    expect(await of(220)).toEqual([0.1])
  })

  it('is held against it in units where units are charged, whatever they are worth', async () => {
    // Packs bought at $0.10 instead of $0.14: the books know units, and their list price.
    const quote = exact(300_000, { basis: 'yours', native: { amount: 3, unit: 'unit' } } as Partial<Quote>)
    const derived = { basis: 'derived' } as const
    const { drifts, billedMicroUsd } = await check([order('a', { quote })], {
      usage: [books([charge('a', 420_000, derived)])],
    })
    expect([drifts, billedMicroUsd]).toEqual([[], 300_000])
    const dearer = charge('a', 560_000, { ...derived, native: { amount: 4, unit: 'unit' } })
    const more = await check([order('a', { quote })], { usage: [books([dearer])] })
    expect([more.drifts[0]?.share, more.billedMicroUsd]).toEqual([1 / 3, 400_000])
  })

  it('counts several charges of one task together, and one that two reports hold once', async () => {
    const rows = [charge('a', 300_000), charge('a', 120_000, { at: ended + 1 })]
    const { drifts, billedMicroUsd } = await check([order('a')], { usage: [books(rows), books(rows)] })
    expect([drifts, billedMicroUsd]).toEqual([[], 420_000])
  })

  it('that an older report has as it then stood counts as the last one has it', async () => {
    const before = books([charge('a', 0, { open: true }), charge('b', 400_000)], { readAt: ended })
    const after = books([charge('a', 420_000), charge('b', 420_000)])
    for (const usage of [
      [before, after],
      [after, before],
      [after, after],
    ]) {
      const all = await check([order('a'), order('b')], { usage })
      expect([all.drifts, all.billedMicroUsd, all.unchecked]).toEqual([[], 840_000, []])
      const { elsewhere } = await check([], { usage })
      expect(elsewhere.map(({ taskId, microUsd }) => [taskId, microUsd])).toEqual([
        ['task-a', 420_000],
        ['task-b', 420_000],
      ])
    }
  })

  it('counts equal charges of one moment as often as one report has them', async () => {
    const rows = [charge('a', 210_000), charge('a', 210_000)]
    const { drifts, billedMicroUsd } = await check([order('a')], { usage: [books(rows), books(rows)] })
    expect([drifts, billedMicroUsd]).toEqual([[], 420_000])
  })

  it('that was given back is no charge, in whatever report either stands', async () => {
    const back = charge('a', -420_000, { at: ended + day / 2, native: { amount: -3, unit: 'unit' } })
    const usage = [
      books([charge('a', 420_000)], { to: ended + 1 }),
      books([back], { from: ended + 1, readAt: began + 2 * day }),
    ]
    const end = { status: 'failed', free: true } as const
    expect(await check([order('a', { end })], { usage })).toMatchObject({ billedMicroUsd: 0, drifts: [] })
  })

  it('is that of its own account, where two accounts have a task of one id', async () => {
    const other = books([charge('a', 840_000)], { account: 'other' })
    const { drifts, billedMicroUsd, elsewhere } = await check([order('a')], {
      usage: [books([charge('a', 420_000)]), other],
    })
    expect([drifts, billedMicroUsd]).toEqual([[], 420_000])
    expect(elsewhere).toMatchObject([{ account: 'other', taskId: 'task-a' }])
  })

  it('that the task and the books tell differently is told, and the books count', async () => {
    const cost: Cost = { microUsd: 420_000, basis: 'derived' }
    const { drifts, billedMicroUsd } = await check([order('a', { cost })], {
      usage: [books([charge('a', 840_000)])],
    })
    expect(drifts.map(({ what }) => what)).toEqual(['price', 'books'])
    expect(billedMicroUsd).toBe(840_000)
  })

  it('of what failed for free is nothing; a charge for it is told', async () => {
    const end = { status: 'failed', free: true } as const
    const usage = [books([])]
    expect(await check([order('a', { end })], { usage })).toMatchObject({
      billedMicroUsd: 0,
      drifts: [],
      unchecked: [],
    })
    const { drifts } = await check([order('a', { end })], { usage: [books([charge('a', 420_000)])] })
    expect(drifts).toMatchObject([{ what: 'free', key: 'a' }])
  })

  it('that the books lack though they are complete is told, of a success alone', async () => {
    expect((await check([order('a')], { usage: [books([])] })).drifts).toMatchObject([{ what: 'missing' }])
    // Whose clock is a minute ahead of the provider's buys before the report begins, by the provider's.
    for (const edge of [{ from: began - 60_000 }, { completeUntil: ended + 60_000 }]) {
      const { drifts, unchecked } = await check([order('a')], { usage: [books([], edge)] })
      expect([drifts, unchecked.map(({ what }) => what)]).toEqual([[], ['untold', 'late']])
    }
    const failed = order('a', { end: { status: 'failed' } })
    expect(await check([failed], { usage: [books([])] })).toMatchObject({ drifts: [], unchecked: [] })
  })
})

describe('what it could not check', () => {
  const whats = ({ unchecked }: Reconciliation) => unchecked.map(({ what, keys }) => [what, ...keys])

  it('a late charge: the task counts meanwhile, and nothing is missing', async () => {
    const late = [books([], { completeUntil: ended })]
    const cost: Cost = { microUsd: 420_000, basis: 'derived' }
    const told = await check([order('a', { cost })], { usage: late })
    expect([whats(told), told.drifts, told.billedMicroUsd]).toEqual([[['late', 'a']], [], 420_000])
    expect(whats(await check([order('a')], { usage: late }))).toEqual([
      ['untold', 'a'],
      ['late', 'a'],
    ])
  })

  it('what is open, without a verdict, without an id, and without a price', async () => {
    const open = order('open', { ended: undefined as never })
    const {
      handle: _handle,
      ended: _ended,
      ...rest
    } = (order('x') as { purchases: readonly Purchase[] }).purchases[0] as Purchase
    const bare = (key: string, state: Purchase['state']): Found => ({
      ...(order(key) as Exclude<Found, { v: 'unreadable' }>),
      purchases: [{ ...rest, state }],
    })
    const unpriced = order('price', {
      quote: { type: 'unknown', why: '?' },
      cost: { microUsd: 5, basis: 'reported' },
    })
    const foreign = order('currency', { cost: { native: { amount: 3, unit: 'cny' }, basis: 'reported' } })
    const all = await check([
      open,
      bare('unknown', 'unknown'),
      bare('unnamed', 'bought'),
      bare('nothing', 'nothing'),
      unpriced,
      foreign,
    ])
    expect(whats(all)).toEqual([
      ['open', 'open'],
      ['unknown', 'unknown'],
      ['unnamed', 'unnamed'],
      ['price', 'price'],
      ['currency', 'currency'],
    ])
    expect(all.purchases).toBe(5)
  })

  it('accounts without books, the gaps of books, and orders that cannot be read', async () => {
    const cost: Cost = { microUsd: 420_000, basis: 'derived' }
    const broken: Found = { v: 'unreadable', key: 'broken', why: 'It is damaged.', doc: '' }
    const found = [
      order('a', { cost }),
      order('b', { cost, provider: 'kling' }),
      order('c', { cost, provider: 'replicate' }),
      order('d', { cost, host: 'relay.example.com' }),
      broken,
    ]
    const none: NoUsage = { provider: 'replicate', account: 'default', why: 'it has no books.' }
    const gap = { what: 'window', message: 'fal answers for 90 days.' } as const
    const usage = [books([charge('a', 420_000)], { gaps: [gap] }), none]
    const { unchecked } = await check(found, { usage })
    expect(unchecked.map(({ what, provider }) => [what, provider])).toEqual([
      ['gap', 'fal'],
      ['books', 'replicate'],
      ['books', 'kling'],
      ['books', 'fal'],
      ['unreadable', undefined],
    ])
    // Nobody asked: nothing is amiss but what cannot be read.
    expect((await check(found)).unchecked.map(({ what }) => what)).toEqual(['unreadable'])
  })

  it('books that sum up prove nothing of a single task', async () => {
    const sum: UsageRow = {
      endpoint: 'e',
      at: began,
      periodMs: day,
      native: { amount: 1, unit: 'unit' },
      microUsd: 1,
      basis: 'reported',
    }
    const usage = [books([sum], { gaps: [{ what: 'summed', message: 'No row names its task.' }] })]
    const all = await check([order('a')], { usage })
    expect([all.drifts, all.elsewhere, whats(all)]).toEqual([
      [],
      [],
      [['untold', 'a'], ['late', 'a'], ['summed']],
    ])
  })
})

it('names charges of tasks that the journal does not know, inside the time asked for', async () => {
  const rows = [
    charge('a', 420_000),
    charge('stranger', 7),
    charge('nothing', 0, { native: { amount: 0, unit: 'unit' } }),
  ]
  const usage = [books(rows)]
  const { elsewhere } = await check([order('a')], { usage })
  expect(elsewhere).toMatchObject([{ taskId: 'task-stranger', provider: 'fal', microUsd: 7 }])
  // Bought before that time, and charged in it: no stranger.
  const later = await check([order('a')], { usage, from: began + 1 })
  expect([later.purchases, later.elsewhere.length]).toEqual([0, 1])
  expect((await check([order('a')], { usage, to: began })).elsewhere).toEqual([])
})

it('sums up by day, account, model and mode, with the price of a billed second', async () => {
  const cost = (microUsd: number): Cost => ({ microUsd, basis: 'reported' })
  const found = [
    order('a', { cost: cost(420_000) }),
    order('b', { cost: cost(840_000), quote: exact(840_000), seconds: 10 }),
    order('c', { end: { status: 'failed', free: true } }),
    order('d', { cost: cost(200_000), provider: 'piapi', quote: { type: 'unknown', why: '?' } }),
  ]
  const { groups, quotedMicroUsd, billedMicroUsd } = await check(found)
  expect(groups).toMatchObject([
    {
      day: '2026-11-26',
      provider: 'fal',
      model: 'kling-v3',
      mode: 'std',
      purchases: 3,
      succeeded: 2,
      billed: 3,
      billedMicroUsd: 1_260_000,
      billedSeconds: 15,
      perSecondMicroUsd: 84_000,
      driftShare: 0,
    },
    {
      provider: 'piapi',
      purchases: 1,
      quotedMicroUsd: 0,
      billedMicroUsd: 200_000,
      perSecondMicroUsd: 40_000,
    },
  ])
  expect([quotedMicroUsd, billedMicroUsd]).toEqual([1_680_000, 1_460_000])
})

it.each([{ from: Number.NaN }, { tolerance: -1 }, { to: 'now' as never }])('refuses %j', async (options) => {
  await expect(check([], options)).rejects.toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
})

it('reconciles emulated renders: totals equal, and the list of drifts is exactly the planted one', {
  timeout: 60_000,
}, async () => {
  const {
    reconcile: hold,
    usage,
    ledger,
    flagged,
    emulator,
    providers,
    clock,
  } = await studio({ renders: 30, planted: 4 })
  const total = ledger.reduce((sum, { microUsd }) => sum + microUsd, 0)
  const read = await usage()
  const all = await hold({ usage: read })
  expect([all.purchases, all.billedMicroUsd]).toEqual([30, total])
  expect(all.drifts.map(({ key }) => key).sort()).toEqual(flagged.toSorted())
  expect(all.groups.length).toBeGreaterThan(3)
  expect([all.elsewhere, all.unchecked.filter(({ what }) => what !== 'gap')]).toEqual([[], []])
  // By what the tasks say of themselves alone, it is the same.
  const alone = await hold()
  expect([alone.billedMicroUsd, alone.drifts.map(({ key }) => key)]).toEqual([
    total,
    all.drifts.map(({ key }) => key),
  ])
  // Somebody buys with the same key, past the journal.
  const stranger = await providers[1].submit({ kind: 'text-to-video', prompt: 'not in the journal' })
  await clock.advance(3_600_000)
  const { elsewhere } = await hold({ usage: await usage() })
  expect(elsewhere.map(({ taskId }) => taskId)).toEqual([stranger.id])
  expect(emulator.control.ledger()).toHaveLength(31)
})
