import type { RenderRequest } from '../kinds/kinds.ts'
import { assertAmounts } from '../model/amount.ts'
import { formatUsd, type MicroUsd } from '../model/money.ts'
import { mostOf, type Quote } from '../model/quote.ts'
import { appraisalOf } from '../provider/appraisal.ts'
import type { VideoProvider } from '../provider/provider.ts'
import { mostPurchases } from '../run/buy-again.ts'

/**
 * Clips that are to be bought: one request, once or several times, each perhaps once more.
 *
 * @example
 * ```ts
 * import type { PlannedClips, VideoProvider } from '@reelay/core'
 * const takes = (provider: VideoProvider, prompts: readonly string[]): readonly PlannedClips[] =>
 *   prompts.map((prompt) => ({ provider, request: { kind: 'text-to-video', prompt }, times: 2, retries: 1 }))
 * ```
 */
export interface PlannedClips {
  /** As it will be bought from: with its guard, journal and failover around it. */
  readonly provider: VideoProvider
  readonly request: RenderRequest
  /** How many clips of it; 1 when absent. */
  readonly times?: number | undefined
  /** How often a clip that failed or did not please is bought again under another key; 0 when absent. */
  readonly retries?: number | undefined
}

/**
 * The worst case of one entry of a plan.
 *
 * @example
 * ```ts
 * import { formatUsd, type ClipsBudget } from '@reelay/core'
 * const line = ({ max, why, orders }: ClipsBudget): string =>
 *   max === undefined ? `no price: ${why}` : `${orders} clips, at most ${formatUsd(max)}`
 * ```
 */
export interface ClipsBudget {
  readonly quote: Quote
  /** Keys under which something is bought: times, each with its retries. */
  readonly orders: number
  /** Tasks that these may come to: with what is bought again after failures, and from other providers. */
  readonly purchases: number
  /** Of them, those that may be charged for where failures are free as documented. */
  readonly paid: number
  /** Micro-USD if every one of the purchases is charged at the dearest price; absent where nobody knows it. */
  readonly max?: MicroUsd
  /** Micro-USD if failures are free as documented; absent likewise. */
  readonly maxIfFailuresAreFree?: MicroUsd
  /** Why there is no price. */
  readonly why?: string
}

/**
 * The worst case of a plan. Where something has no price, the sums are what the rest comes to: they say "at least", see
 * `isComplete`.
 *
 * @example
 * ```ts
 * import { formatUsd, type PlanBudget } from '@reelay/core'
 * const line = ({ max, isComplete }: PlanBudget): string => `${isComplete ? 'at most' : 'at least'} ${formatUsd(max)}`
 * ```
 */
export interface PlanBudget {
  /** Micro-USD if every purchase is charged at the dearest price, failures too. */
  readonly max: MicroUsd
  /** Micro-USD if failures are free as documented. */
  readonly maxIfFailuresAreFree: MicroUsd
  /** Micro-USD of `max` by prices that were derived and are on no list. */
  readonly derived: MicroUsd
  /** Whether everything has a price. */
  readonly isComplete: boolean
  /** Places in the plan of what has none. */
  readonly unpriced: readonly number[]
  /** Entry by entry, in the plan's order. */
  readonly entries: readonly ClipsBudget[]
  /** What a guard can hold to: its `budget`, for all time; give it a `name` where the journal is shared. */
  readonly limit: { readonly amount: MicroUsd; readonly clips: number; readonly windowMs: number }
}

function entryOf({ provider, request, times = 1, retries = 0 }: PlannedClips, at: number): ClipsBudget {
  assertAmounts('count', { [`plan[${at}].times`]: times })
  assertAmounts('tries', { [`plan[${at}].retries`]: retries })
  const { quote } = appraisalOf(provider, request)
  const { bought = 1, paid: charged = 1, again = false } = provider.perOrder ?? {}
  const rounds = again ? mostPurchases : 1
  const orders = times * (1 + retries)
  const purchases = orders * rounds * bought
  // Bought again only after what was free; what stays without a verdict counts in each round.
  const paid = orders * (charged === 1 ? 1 : rounds * charged)
  const most = mostOf(quote)
  const counts = { quote, orders, purchases, paid }
  if (most === undefined) return { ...counts, ...(quote.type === 'unknown' && { why: quote.why }) }
  return { ...counts, max: most * purchases, maxIfFailuresAreFree: most * paid }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/**
 * The most that a list of clips can cost, before the first cent: each at the dearest end of its price and at the dearest
 * provider it may go to, with retries, and with what `generate` buys again after failures. What has no price is named, and
 * never counts as zero. Pure: nothing is sent.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for times and retries that are no numbers of that kind.
 *
 * @example
 * ```ts
 * import { budgetOf, formatPlanBudget, guard, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * const boats = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const
 * const budget = budgetOf([{ provider, request: boats, times: 12, retries: 1 }])
 * console.log(formatPlanBudget(budget))
 * export const careful = guard(provider, { budget: budget.limit })
 * ```
 */
export function budgetOf(plan: readonly PlannedClips[]): PlanBudget {
  const entries = plan.map(entryOf)
  const derived = entries.filter(({ quote }) => quote.type !== 'unknown' && quote.basis === 'derived')
  const maxIfFailuresAreFree = sum(entries.map((entry) => entry.maxIfFailuresAreFree ?? 0))
  const unpriced = entries.flatMap(({ max }, at) => (max === undefined ? [at] : []))
  return {
    max: sum(entries.map(({ max = 0 }) => max)),
    maxIfFailuresAreFree,
    derived: sum(derived.map(({ max = 0 }) => max)),
    isComplete: unpriced.length === 0,
    unpriced,
    entries,
    // Guards give back what was free, so that more is never needed.
    limit: {
      amount: maxIfFailuresAreFree,
      clips: sum(entries.map(({ paid }) => paid)),
      windowMs: Number.POSITIVE_INFINITY,
    },
  }
}

/**
 * The worst case of a plan in a sentence or two: "at least" where something has no price, and what of it is derived.
 *
 * @example
 * ```ts
 * import { budgetOf, formatPlanBudget } from '@reelay/core'
 * import { createKling } from '@reelay/kling'
 * const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6' } as const
 * formatPlanBudget(budgetOf([{ provider: createKling(), request, times: 3 }])) // 'At most $0.63 for 3 clips.'
 * ```
 */
export function formatPlanBudget(budget: PlanBudget): string {
  const { max, maxIfFailuresAreFree, derived, isComplete, unpriced, entries } = budget
  const orders = sum(entries.map((entry) => entry.orders))
  const clips = `${orders} ${orders === 1 ? 'clip' : 'clips'}`
  const [first = 0] = unpriced
  const free = `; ${formatUsd(maxIfFailuresAreFree)} if failures are free as documented`
  return [
    `${isComplete ? 'At most' : 'At least'} ${formatUsd(max)} for ${clips}${maxIfFailuresAreFree < max ? free : ''}.`,
    ...(derived > 0 ? [`${formatUsd(derived)} of it are by derived prices, which are on no list.`] : []),
    ...(isComplete
      ? []
      : [`No price for entry ${unpriced.map((at) => at + 1).join(', ')}: ${entries[first]?.why}`]),
  ].join(' ')
}
