import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it, vi } from 'vitest'
import {
  budgetOf,
  cheapest,
  failover,
  type GuardOptions,
  guard,
  memoryJournal,
  ReelayError,
  usd,
  type VideoProvider,
} from '../../src/index.ts'
import { clip, createMarket, type Ending } from './guard-market.ts'
import { rejection } from './guard-worlds.ts'
import { used } from './journaled-support.ts'

const hour = 3_600_000
const dollar = { amount: usd(1), windowMs: hour }

function setup(options: GuardOptions = { budget: dollar }, endings: Ending[] = []) {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) })
  const journal = options.journal ?? memoryJournal()
  const market = createMarket(clock, { ending: () => endings.shift() ?? 'accepted' })
  const guarded = guard(market, { journal, ...options })
  return { clock, journal, market, guarded }
}

describe('what a guard refuses', () => {
  it('accepts exactly 4 of 100 concurrent submits at $0.21 against $1.00', async () => {
    const { market, guarded } = setup()
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => guarded.submit(clip)))
    const refused = results.filter((result) => result.status === 'rejected')
    expect(results.length - refused.length).toBe(4)
    expect(new Set(refused.map(({ reason }) => `${reason.code} ${reason.outcome}`))).toEqual(
      new Set(['ERR_BUDGET none']),
    )
    expect(market.posts).toHaveLength(4)
  })

  it('says the arithmetic, and when the window frees enough', async () => {
    const { clock, guarded } = setup()
    for (let i = 0; i < 4; i++) {
      await guarded.submit(clip)
      await clock.sleep(60_000)
    }
    const error = await rejection(guarded.submit(clip))
    expect(error.message).toBe(
      'The task may cost $0.21, but of the $1.00 that budget "default" has for 60 min, $0.84 are spent or set aside and $0.16 are left. Nothing was sent. Enough of it is free again at 2026-01-01T01:00:00.001Z, in 56 min.',
    )
    expect([error.retryable, error.retryAfterMs]).toEqual([true, 56 * 60_000 + 1])
    await clock.sleep(56 * 60_000 + 1)
    await guarded.submit(clip)
  })

  it('says so when it never fits', async () => {
    const { guarded } = setup({ budget: { amount: usd(0.2), windowMs: hour } })
    const error = await rejection(guarded.submit(clip))
    expect(error.message).toContain('It never fits')
    expect([error.code, error.retryable]).toEqual(['ERR_BUDGET', false])
  })

  it('takes a budget for all time, of which nothing ever comes back', async () => {
    const { guarded } = setup({ budget: { amount: usd(0.3), windowMs: Number.POSITIVE_INFINITY } })
    await guarded.submit(clip)
    const error = await rejection(guarded.submit(clip))
    expect(error.message).toContain('has for all time, $0.21 are spent')
    expect(error.message).toContain('It never fits')
    expect([error.code, error.retryable]).toEqual(['ERR_BUDGET', false])
  })

  it('holds each task to maxCostPerTask, by the upper end of a range', async () => {
    const { market } = setup()
    const ranged = {
      ...market,
      quote: () => ({ ...market.quote(clip), type: 'bounded', min: 1, max: usd(2) }) as never,
    }
    const error = await rejection(guard(ranged, { maxCostPerTask: usd(1) }).submit(clip))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect(error.message).toBe('The task may cost $2.00, and maxCostPerTask is $1.00. Nothing was sent.')
    expect(market.posts).toEqual([])
  })

  it.each([
    ['below nothing', { microUsd: -210_000 }],
    ['no number', { microUsd: Number.NaN }],
    ['a text', { microUsd: '210000' }],
    ['without end', { microUsd: Number.POSITIVE_INFINITY }],
    ['upside down', { type: 'bounded', min: usd(2), max: 1 }],
  ])('takes a price that is %s for an unknown one, as whoever asks for it does', async (_name, told) => {
    const { market } = setup()
    const odd = { ...market, quote: () => ({ ...market.quote(clip), ...told }) as never }
    const error = await rejection(guard(odd, { maxCostPerTask: usd(5), budget: dollar }).submit(clip))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect(error.message).toContain('The price of this task is unknown: The price that is told,')
    expect(budgetOf([{ provider: odd, request: clip }]).isComplete).toBe(false)
    const other = createMarket(createVirtualClock(), { id: 'other', price: usd(1) })
    expect((await cheapest([odd, other]).submit(clip)).handle.provider).toBe('other')
    expect(market.posts).toHaveLength(0)
  })

  it('says of a derived price that it is derived, wherever it is held against a limit', async () => {
    const { market } = setup()
    const quote = () =>
      ({ ...market.quote(clip), type: 'exact', microUsd: usd(2), basis: 'derived' }) as never
    const derived = { ...market, quote }
    const tooDear = await rejection(guard(derived, { maxCostPerTask: usd(1) }).submit(clip))
    expect(tooDear.message).toContain('may cost $2.00 (derived, not a list price), and')
    const overBudget = await rejection(
      guard(derived, { budget: { amount: usd(1), windowMs: 60_000 } }).submit(clip),
    )
    expect(overBudget.message).toContain('may cost $2.00 (derived, not a list price), but')
    const declined = await rejection(guard(derived, { confirm: async () => false }).submit(clip))
    expect(declined.message).toContain('up to $2.00 (derived, not a list price), was declined')
  })

  it('refuses an unknown price, and counts an allowed one as maxCostPerTask', async () => {
    const unpriced = { ...clip, prompt: 'unpriced' }
    const { market, guarded } = setup()
    const error = await rejection(guarded.submit(unpriced))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect(error.message).toContain(
      'unknown: nobody knows. It is not bought without allowUnknownPrice. Nothing was sent.',
    )
    expect(market.posts).toEqual([])

    const lax = setup({ budget: dollar, allowUnknownPrice: true, maxCostPerTask: usd(0.6) })
    const task = await lax.guarded.submit(unpriced)
    expect(await used(lax.journal)).toBe(usd(0.6))
    expect((await rejection(lax.guarded.submit(unpriced))).code).toBe('ERR_BUDGET')
    lax.market.end(task.handle, 'succeeded', { microUsd: usd(0.1), basis: 'reported' })
    await lax.guarded.get(task.handle)
    expect(await used(lax.journal)).toBe(usd(0.1))
  })

  it('refuses options that are no amounts', () => {
    const { market } = setup()
    const wrong: GuardOptions[] = [
      { maxCostPerTask: 0.5 },
      { confirmAbove: -1 },
      { budget: { amount: Number.NaN, windowMs: 1 } },
      { budget: { amount: 1, windowMs: 0 } },
      { budget: dollar, allowUnknownPrice: true },
    ]
    for (const options of wrong)
      expect(() => guard(market, options)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })

  it('sends nothing when the journal cannot take the reservation', async () => {
    const full = new Error('the disk is full')
    const { market, guarded } = setup({
      budget: dollar,
      journal: { ...memoryJournal(), reserve: () => Promise.reject(full) },
    })
    expect(await rejection(guarded.submit(clip))).toBe(full)
    expect(market.posts).toEqual([])
  })
})

describe('what counts', () => {
  it('gives the money back when surely nothing was made', async () => {
    const { journal, guarded } = setup({ budget: dollar }, ['rejected'])
    expect((await rejection(guarded.submit(clip))).outcome).toBe('rejected')
    expect(await used(journal)).toBe(0)
  })

  it('gives it back when record fails or the caller aborts before anything left', async () => {
    const { journal, guarded, market } = setup()
    const full = new Error('the disk is full')
    expect(await rejection(guarded.submit(clip, { record: () => Promise.reject(full) }))).toBe(full)
    expect(await rejection(guarded.submit(clip, { abortSignal: AbortSignal.abort('enough') }))).toBe('enough')
    expect([await used(journal), market.posts.length]).toEqual([0, 0])
  })

  it('holds it while nobody knows, until the window closes', async () => {
    const { clock, journal, guarded } = setup({ budget: dollar }, [
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ])
    for (let i = 0; i < 4; i++) expect((await rejection(guarded.submit(clip))).outcome).toBe('unknown')
    expect(await used(journal)).toBe(usd(0.84))
    await clock.sleep(hour - 1)
    expect((await rejection(guarded.submit(clip))).code).toBe('ERR_BUDGET')
    await clock.sleep(2)
    await guarded.submit(clip)
  })

  it('holds it after an error that leaves it open, though no verdict was recorded', async () => {
    const { journal, market } = setup()
    const submission = { v: 1 } as never
    for (const [outcome, expected] of [
      ['unknown', 210_000],
      ['accepted', 420_000],
      ['none', 420_000],
    ] as const) {
      const silent: VideoProvider = {
        ...market,
        submit: () => Promise.reject(new ReelayError('ERR_NETWORK', 'gone', { outcome, submission })),
      }
      await rejection(guard(silent, { budget: dollar, journal }).submit(clip))
      expect(await used(journal)).toBe(expected)
    }
  })

  it.each([
    ['a success with its cost', 'succeeded', { microUsd: 150_000, basis: 'reported' }, 150_000],
    ['a success without', 'succeeded', undefined, 210_000],
    ['a failure said to be free', 'failed', { microUsd: 0, basis: 'derived' }, 0],
    ['a failure of which nothing is said', 'failed', undefined, 210_000],
    ['a stopped task with its cost', 'canceled', { microUsd: 40_000, basis: 'derived' }, 40_000],
    ['a stopped task without', 'canceled', undefined, 210_000],
    [
      'a cost only in units',
      'succeeded',
      { native: { amount: 1, unit: 'point' }, basis: 'reported' },
      210_000,
    ],
  ] as const)('counts %s', async (_, status, cost, expected) => {
    for (const read of ['get', 'getMany', 'find'] as const) {
      const { journal, guarded, market } = setup()
      const { handle } = await guarded.submit(clip)
      expect(await used(journal)).toBe(210_000)
      market.end(handle, status, cost)
      if (read === 'get') await guarded.get(handle)
      if (read === 'getMany') await guarded.getMany?.([handle])
      if (read === 'find') await guarded.find?.({ ...handle, attempt: 'a', startedAt: handle.submittedAt })
      expect(await used(journal)).toBe(expected)
    }
  })

  it('settles after a restart, by the key in the handle', async () => {
    const { journal, market, guarded } = setup()
    const { handle } = await guarded.submit(clip)
    const restarted = guard(market, { budget: dollar, journal })
    expect(await used(journal)).toBe(210_000)
    market.end(handle, 'failed', { microUsd: 0, basis: 'derived' })
    await restarted.get(JSON.parse(JSON.stringify(handle)))
    expect(await used(journal)).toBe(0)
  })

  it('after a restart leaves alone what may be another task of the same key', async () => {
    const { clock, journal, market, guarded } = setup()
    const options = { idempotencyKey: 'order-1' }
    const first = await guarded.submit(clip, options)
    await clock.sleep(1_000)
    const second = await guarded.submit({ ...clip, prompt: 'Another boat' }, options)
    expect(await used(journal)).toBe(420_000)
    const restarted = guard(market, { budget: dollar, journal })
    market.end(first.handle, 'failed', { microUsd: 0, basis: 'derived' })
    market.end(second.handle, 'succeeded')
    await restarted.get(second.handle)
    expect(await used(journal)).toBe(420_000)
    await restarted.get(first.handle)
    await restarted.get(first.handle)
    await restarted.get(second.handle)
    expect(await used(journal)).toBe(210_000)
  })

  it('counts one task once, though its purchase is submitted again', async () => {
    const { clock, journal, market, guarded } = setup()
    const first = await guarded.submit(clip)
    await clock.sleep(1)
    // As a journal answers the same key: with the first task, and without a paid request.
    const again = { ...market, submit: async () => first }
    const other = guard(again, { budget: dollar, journal })
    await other.submit(clip, { idempotencyKey: first.handle.idempotencyKey })
    await other.submit(clip, { idempotencyKey: first.handle.idempotencyKey })
    expect(await used(journal)).toBe(210_000)
  })

  it('gives back what stood for a task that failed for free before it sets more aside', async () => {
    const { clock, journal } = setup()
    // Their submits come back with a task that has failed, as at a provider that answers at once.
    const failing = createMarket(clock, { id: 'a' })
    const free = { reason: 'internal', message: 'it broke', retryable: true, free: true } as const
    const first: VideoProvider = {
      ...failing,
      async submit(...asked) {
        const task = await failing.submit(...asked)
        return { ...task, status: 'failed', failure: free } as never
      },
    }
    const chain = failover([first, createMarket(clock, { id: 'b' })], { onFailedTask: 'move-on-if-free' })
    // Not enough for two.
    const guarded = guard(chain, { budget: { amount: usd(0.3), windowMs: hour }, journal })
    expect((await guarded.submit(clip)).handle.provider).toBe('b')
    expect(await used(journal)).toBe(210_000)
  })

  it('counts the task of a provider that records nothing, as often as it makes one', async () => {
    const { journal, market } = setup()
    const silent: VideoProvider = { ...market, submit: (asked) => market.submit(asked) }
    const guarded = guard(silent, { budget: dollar, journal })
    await guarded.submit(clip)
    await guarded.submit(clip)
    expect(await used(journal)).toBe(420_000)
  })

  it('takes a second reservation when somebody else is tried after an unknown', async () => {
    const { clock, journal, market } = setup()
    const unsure = createMarket(clock, { id: 'unsure', ending: () => 'unknown' })
    const broke = createMarket(clock, { id: 'broke', ending: () => 'rejected' })
    const chain = {
      ...market,
      submit: async (...args: Parameters<typeof market.submit>) =>
        broke.submit(...args).catch(() => unsure.submit(...args).catch(() => market.submit(...args))),
    }
    await guard(chain, { budget: dollar, journal }).submit(clip)
    expect(await used(journal)).toBe(420_000)
  })

  it('over a failover sets the dearest aside, and counts the leaf that made the task', async () => {
    const { clock, journal } = setup()
    const dear = createMarket(clock, { id: 'dear', price: 400_000, ending: () => 'rejected' })
    let aside = 0
    const cheap = createMarket(clock, {
      id: 'cheap',
      price: 100_000,
      async ending(): Promise<Ending> {
        aside = await used(journal)
        return 'accepted'
      },
    })
    const guarded = guard(failover([dear, cheap]), { budget: dollar, journal })
    const { handle } = await guarded.submit(clip)
    expect([handle.provider, aside, await used(journal)]).toEqual(['cheap', 400_000, 100_000])
    cheap.end(handle, 'succeeded')
    await guarded.get(handle)
    expect(await used(journal)).toBe(100_000)
  })

  it('within a failover refuses its leaf alone, and sends nothing there', async () => {
    const { clock, market, guarded } = setup({ maxCostPerTask: 1 })
    const other = createMarket(clock, { id: 'other' })
    const error = await rejection(failover([guarded, other]).submit(clip))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect([market.posts.length, other.posts.length]).toEqual([0, 0])
  })

  it('settles tasks that failed on the way for free', async () => {
    const { journal, market } = setup()
    const cost = { microUsd: 0, basis: 'reported' } as const
    const chain: VideoProvider = {
      ...market,
      async submit(...args) {
        const first = await market.submit(...args)
        market.end(first.handle, 'failed', cost)
        const task = await market.submit(...args)
        const quote = market.quote(clip)
        const failed = {
          provider: 'market',
          account: 'default',
          at: 0,
          quote,
          code: 'ERR_TASK_FAILED',
        } as const
        return { ...task, attempts: [{ ...failed, outcome: 'accepted', handle: first.handle, cost }] }
      },
    }
    await guard(chain, { budget: dollar, journal }).submit(clip)
    expect(await used(journal)).toBe(210_000)
  })

  it('a reading does not fail because its cost could not be noted', async () => {
    const journal = memoryJournal()
    const { guarded, market } = setup({
      budget: dollar,
      journal: { ...journal, amend: () => Promise.reject(new Error('the disk is full')) },
    })
    const { handle } = await guarded.submit(clip)
    market.end(handle, 'failed', { microUsd: 0, basis: 'derived' })
    expect((await guarded.get(handle)).status).toBe('failed')
    expect(await used(journal)).toBe(210_000)
  })
})

describe('confirm', () => {
  it('sends nothing when somebody says no, and sets nothing aside', async () => {
    const confirm = vi.fn(async () => false)
    const { journal, market, guarded } = setup({ budget: dollar, confirm })
    const error = await rejection(guarded.submit(clip))
    expect([error.code, error.outcome]).toEqual(['ERR_DECLINED', 'none'])
    expect(confirm).toHaveBeenCalledWith(market.quote(clip), clip)
    expect([await used(journal), market.posts.length]).toEqual([0, 0])
  })

  it('asks about each task over confirmAbove, and about every unknown price', async () => {
    const confirm = vi.fn(() => true)
    const base = { confirm, allowUnknownPrice: true } as const
    await setup({ ...base, confirmAbove: 210_000 }).guarded.submit(clip)
    expect(confirm).not.toHaveBeenCalled()
    await setup({ ...base, confirmAbove: 209_999 }).guarded.submit(clip)
    await setup({ ...base, confirmAbove: 210_000 }).guarded.submit({ ...clip, prompt: 'unpriced' })
    const loop = setup(base).guarded
    for (let i = 0; i < 3; i++) await loop.submit(clip)
    expect(confirm).toHaveBeenCalledTimes(5)
  })

  it('does not ask about what the budget has no room for', async () => {
    const confirm = vi.fn(() => true)
    const { guarded } = setup({ budget: { amount: 1, windowMs: hour }, confirm })
    expect((await rejection(guarded.submit(clip))).code).toBe('ERR_BUDGET')
    expect(confirm).not.toHaveBeenCalled()
  })

  it('does not wait for an answer after an abort', async () => {
    const controller = new AbortController()
    const { clock, journal, market, guarded } = setup({
      budget: dollar,
      confirm: () => new Promise(() => undefined),
    })
    void clock.sleep(1_000).then(() => controller.abort('went home'))
    expect(await rejection(guarded.submit(clip, { abortSignal: controller.signal }))).toBe('went home')
    expect([await used(journal), market.posts.length]).toEqual([0, 0])
  })
})
