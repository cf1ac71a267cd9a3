import { createKling } from '@reelay/kling'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import {
  budgetOf,
  type Cost,
  failover,
  formatPlanBudget,
  formatUsd,
  generate,
  guard,
  journaled,
  memoryJournal,
  type PlannedClips,
  ReelayError,
  type RenderRequest,
  type Submission,
  usd,
  type VideoProvider,
} from '../../src/index.ts'
import { handleOf } from '../../src/provider/task/normalize.ts'
import { numbersFrom } from './intents.ts'

const clip: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat in the rain' }
const unpriced: RenderRequest = { ...clip, prompt: 'unpriced' }

interface Habits {
  readonly id: string
  readonly price: number
  readonly random: () => number
  /** Charges for failures that it documents as free, and does not say so. */
  readonly lies: boolean
  readonly spend: (amount: number) => void
}

/** A seller whose every purchase ends as the numbers say, at once, and who charges for it. */
function seller({ id, price, random, lies, spend }: Habits, clock: VideoProvider['clock']): VideoProvider {
  const source = { basis: 'list', asOf: '2026-11-27', source: 'made up' } as const
  const quote = { type: 'exact', microUsd: price, ...source } as const
  let made = 0
  const appraise = ({ prompt }: RenderRequest) => ({
    problems: [],
    quote: prompt === 'unpriced' ? ({ type: 'unknown', why: 'Nobody knows.' } as const) : quote,
    warnings: [],
  })
  return {
    id,
    account: 'default',
    clock,
    catalog: {
      defaultModel: 'kling-v3',
      offers: [{ provider: id, kind: 'text-to-video', model: 'kling-v3', mode: 'std' }] as never,
      freeFailures: { source: 'made up', asOf: '2026-11-27' },
    },
    owns: ({ provider }) => provider === id,
    appraise,
    check: () => [],
    quote: (request) => appraise(request).quote,
    async submit(_request, { idempotencyKey = crypto.randomUUID(), record, order } = {}) {
      const submission: Submission = {
        v: 1,
        provider: id,
        account: 'default',
        kind: 'text-to-video',
        model: 'kling-v3',
        mode: 'std',
        route: 'text',
        idempotencyKey,
        requestHash: 'hash',
        attempt: crypto.randomUUID(),
        startedAt: clock.now(),
        ...(order && order.number > 1 && { number: order.number }),
      }
      await record?.({ type: 'intent', submission, quote, at: clock.now() })
      const verdict = { type: 'verdict', submission, at: clock.now() } as const
      const end = random()
      if (end < 0.3) {
        const outcome = end < 0.15 ? 'rejected' : 'unknown'
        if (outcome === 'unknown' && random() < 0.5) spend(price)
        const code = outcome === 'rejected' ? 'ERR_UNAVAILABLE' : 'ERR_SUBMISSION_UNKNOWN'
        await record?.({ ...verdict, outcome, code })
        throw new ReelayError(code, code, { outcome, submission, provider: id })
      }
      const handle = handleOf(submission, `${id}-${made++}`, clock.now())
      await record?.({ ...verdict, outcome: 'accepted', handle })
      const shared = { id: handle.id, handle, warnings: [] }
      if (end < 0.6) {
        if (lies) spend(price)
        const failure = { reason: 'internal', message: 'It broke.', retryable: true, free: true } as const
        return { ...shared, nativeStatus: 'failed', status: 'failed', failure }
      }
      const amount = Math.round(price * (0.5 + random() / 2))
      spend(amount)
      const cost: Cost = { microUsd: amount, basis: 'reported' }
      const output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' } as const
      return { ...shared, nativeStatus: 'done', status: 'succeeded', outputs: [output], cost }
    },
    get: async () => {
      throw new Error('It ended at once.')
    },
  }
}

/** One plan from a seed, carried out with everything that can go wrong. */
async function carriedOut(seed: number, lies: boolean) {
  const random = numbersFrom(seed)
  const chance = (share: number): boolean => random() < share
  const clock = createVirtualClock()
  let spent = 0
  const spend = (amount: number): void => {
    spent += amount
  }
  const journal = memoryJournal()
  const leaves = ['one', 'two', 'three']
    .slice(0, 1 + Math.floor(random() * 3))
    .map((id) => seller({ id, price: 100_000 + Math.floor(random() * 400_000), random, lies, spend }, clock))
  const chained = failover(leaves, {
    ...(chance(0.5) && { onFailedTask: 'move-on-if-free' }),
    ...(chance(0.4) && { onUnknown: 'risk-paying-twice' }),
    ...(chance(0.5) && { maxCost: Number.POSITIVE_INFINITY }),
    order: chance(0.3) ? 'cheapest' : 'given',
    breaker: false,
  })
  const stack = chance(0.5)
    ? journaled(chained, journal, { afterFreeFailure: chance(0.5) ? 'buy-again' : 'keep' })
    : chained
  const plan: readonly PlannedClips[] = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    provider: stack,
    request: clip,
    times: 1 + Math.floor(random() * 3),
    retries: Math.floor(random() * 3),
  }))
  const budget = budgetOf(plan)
  const careful = guard(stack, { budget: budget.limit, journal })
  let refusals = 0
  for (const { request, times = 1, retries = 0 } of plan) {
    for (let order = 0; order < times * (1 + retries); order++) {
      try {
        await generate(careful, request, { idempotencyKey: crypto.randomUUID() })
      } catch (error) {
        if (!ReelayError.isInstance(error)) throw error
        if (error.code === 'ERR_BUDGET') refusals += 1
      }
    }
  }
  return { budget, spent, refusals }
}

describe('what a plan may cost', () => {
  it('is never exceeded, whatever fails, moves on or is bought again', { timeout: 60_000 }, async () => {
    let close = 0
    for (let seed = 1; seed <= 150; seed++) {
      const { budget, spent, refusals } = await carriedOut(seed, false)
      expect(spent, `seed ${seed}`).toBeLessThanOrEqual(budget.maxIfFailuresAreFree)
      expect(budget.maxIfFailuresAreFree).toBeLessThanOrEqual(budget.max)
      // The limit is enough for the whole plan.
      expect(refusals, `seed ${seed}`).toBe(0)
      if (spent > budget.maxIfFailuresAreFree / 2) close += 1
    }
    // It is a bound, and no fantasy.
    expect(close).toBeGreaterThan(10)
  })

  it('holds even where failures are charged that should be free', { timeout: 60_000 }, async () => {
    let above = 0
    for (let seed = 1; seed <= 150; seed++) {
      const { budget, spent } = await carriedOut(seed, true)
      expect(spent, `seed ${seed}`).toBeLessThanOrEqual(budget.max)
      if (spent > budget.maxIfFailuresAreFree) above += 1
    }
    // Else the two figures would be one.
    expect(above).toBeGreaterThan(0)
  })
})

describe('the arithmetic', () => {
  const kling = createKling()
  const request = { ...clip, model: 'kling-v2-6' } as const

  it('counts times and retries at the dearest end', () => {
    const budget = budgetOf([
      { provider: kling, request, times: 3, retries: 1 },
      { provider: kling, request: { ...request, mode: 'pro', duration: 10 } },
    ])
    expect(budget.max).toBe(6 * usd(0.21) + usd(0.7))
    expect(budget.limit).toEqual({ amount: budget.max, clips: 7, windowMs: Number.POSITIVE_INFINITY })
    expect(formatPlanBudget(budget)).toBe(`At most ${formatUsd(budget.max)} for 7 clips.`)
  })

  it('names what has no price, and never calls it nothing', () => {
    const relay = createKling({ baseURL: 'https://relay.example.com', relay: 'somebody' })
    const budget = budgetOf([
      { provider: kling, request },
      { provider: relay, request },
    ])
    expect(budget).toMatchObject({ isComplete: false, unpriced: [1], max: usd(0.21) })
    expect(budget.entries[1]).not.toHaveProperty('max')
    expect(formatPlanBudget(budget)).toMatch(
      /^At least \$0\.21 for 2 clips\. No price for entry 2: somebody is a relay/,
    )
  })

  it('names what cannot be rendered at all', () => {
    const budget = budgetOf([{ provider: kling, request: { ...request, duration: 7 } }])
    expect(budget.isComplete).toBe(false)
    expect(budget.entries[0]?.why).toContain('renders 5 or 10 s')
  })

  it.each([{ times: 0 }, { times: 1.5 }, { retries: -1 }, { times: Number.NaN }])('refuses %j', (counts) => {
    expect(() => budgetOf([{ provider: kling, request, ...counts }])).toThrow(/plan\[0\]/)
  })

  it('knows the switches of a stack through whatever is around it', () => {
    const clock = createVirtualClock()
    const habits = { price: usd(0.2), random: () => 0.9, lies: false, spend: () => undefined }
    const [one, two] = [seller({ ...habits, id: 'one' }, clock), seller({ ...habits, id: 'two' }, clock)]
    const perOrder = (provider: VideoProvider) =>
      guard(journaled(provider, memoryJournal()), { maxCostPerTask: usd(1) }).perOrder
    expect(perOrder(failover([one, two]))).toBeUndefined()
    expect(perOrder(failover([one, two], { onUnknown: 'risk-paying-twice' }))).toEqual({
      bought: 2,
      paid: 2,
      again: false,
    })
    const again = journaled(one, memoryJournal(), { afterFreeFailure: 'buy-again' })
    expect(guard(again, { maxCostPerTask: usd(1) }).perOrder).toEqual({ bought: 1, paid: 1, again: true })
    // A journal's own switch counts, not that of a failover further in.
    const moves = failover([one, two], { onFailedTask: 'move-on-if-free' })
    expect(moves.perOrder).toEqual({ bought: 2, paid: 1, again: true })
    expect(perOrder(moves)).toEqual({ bought: 2, paid: 1, again: false })
  })
})

describe('a guard that holds to a plan', () => {
  const clock = createVirtualClock()
  const cheap = seller(
    { id: 'one', price: usd(0.2), random: () => 0.99, lies: false, spend: () => undefined },
    clock,
  )

  it('lets through as many clips as planned, however cheap they are', async () => {
    const { limit } = budgetOf([{ provider: cheap, request: clip, times: 2 }])
    const journal = memoryJournal()
    const careful = guard(cheap, { budget: { ...limit, amount: usd(100), name: 'trailer' }, journal })
    await generate(careful, clip)
    await generate(careful, clip)
    const error = await generate(careful, clip).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
    expect(String(error)).toContain('Budget "trailer" has room for 2 clips')
    // Another guard of the same journal and name has no more room.
    const other = guard(cheap, { budget: { ...limit, amount: usd(100), name: 'trailer' }, journal })
    await expect(generate(other, clip)).rejects.toMatchObject({ code: 'ERR_BUDGET' })
  })

  it('counts nothing that was surely not made, and holds under a race', async () => {
    const ends = [0.1, 0.1, 0.99, 0.99, 0.99, 0.99]
    const market = seller(
      { id: 'one', price: usd(0.2), random: () => ends.shift() ?? 0.99, lies: false, spend: () => undefined },
      clock,
    )
    const careful = guard(market, {
      budget: { amount: usd(100), windowMs: Number.POSITIVE_INFINITY, clips: 2 },
    })
    await expect(generate(careful, clip)).rejects.toMatchObject({ outcome: 'rejected' })
    await expect(generate(careful, clip)).rejects.toMatchObject({ outcome: 'rejected' })
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => generate(careful, clip)))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  })

  it('gives the money back when there is no room for the clip', async () => {
    const journal = memoryJournal()
    const budget = { amount: usd(1), windowMs: Number.POSITIVE_INFINITY, clips: 0 }
    await expect(generate(guard(cheap, { budget, journal }), clip)).rejects.toMatchObject({
      code: 'ERR_BUDGET',
    })
    let kept = 0
    for await (const { amount } of journal.reserved()) kept += amount
    expect(kept).toBe(0)
  })

  it('refuses a count that is none', () => {
    const budget = { amount: usd(1), windowMs: 1_000, clips: 1.5 }
    expect(() => guard(cheap, { budget })).toThrow(/budget\.clips/)
  })

  it('does not buy what has no price in the plan', async () => {
    const budget = budgetOf([{ provider: cheap, request: unpriced }])
    expect(budget.isComplete).toBe(false)
    const careful = guard(cheap, { budget: budget.limit })
    await expect(generate(careful, unpriced)).rejects.toMatchObject({ code: 'ERR_BUDGET' })
  })
})
