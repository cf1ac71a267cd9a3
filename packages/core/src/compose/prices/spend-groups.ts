import type { MicroUsd } from '../../model/money.ts'
import type { Purchase } from '../journal/order.ts'
import { type Bill, buyerOf } from './bill.ts'
import { isComparable } from './drift.ts'

/**
 * What was bought of one model, in one mode, from one provider account, on one day. Plain JSON.
 *
 * @example
 * ```ts
 * import { formatUsd, type SpendGroup } from '@reelay/core'
 * const line = ({ day, provider, model, mode, billedMicroUsd, perSecondMicroUsd }: SpendGroup): string =>
 *   `${day} ${provider} ${model} ${mode}: ${formatUsd(billedMicroUsd)}, ${perSecondMicroUsd === undefined ? 'nobody knows what' : formatUsd(perSecondMicroUsd)} a second`
 * ```
 */
export interface SpendGroup {
  /** ISO date of the purchases, in UTC: `2026-11-27`. */
  readonly day: string
  readonly provider: string
  readonly account: string
  /** The relay, where it was bought from one. */
  readonly host?: string
  readonly model: string
  readonly mode: string
  /** Purchases that made a task, or may have. */
  readonly purchases: number
  /** How many of them succeeded. */
  readonly succeeded: number
  /** How many are charged, as far as anybody says: free ones included. */
  readonly billed: number
  /** What those with a known price were quoted at, at the most. */
  readonly quotedMicroUsd: MicroUsd
  /** What is known to be charged, all in all. */
  readonly billedMicroUsd: MicroUsd
  /** Seconds of the clips that succeeded and whose charge is known. */
  readonly billedSeconds: number
  /** What a billed second came to; absent where nothing was billed by then, or nobody knows the seconds. */
  readonly perSecondMicroUsd?: MicroUsd
  /**
   * By how much what was charged differs from what was quoted, as a share, over the succeeded ones of which both are known;
   * within the ends of a bounded quote there is no difference.
   */
  readonly driftShare?: number
}

/** One purchase with what is known of its charge. */
export interface Spent {
  readonly purchase: Purchase
  readonly bill: Bill | undefined
  /** Seconds of the clip. */
  readonly seconds: number | undefined
}

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** The amount of a quote nearest to a charge: of a bounded one, anything between its ends. */
function expectedOf({ quote }: Purchase, charged: MicroUsd): MicroUsd | undefined {
  if (quote.type === 'unknown') return undefined
  if (quote.type === 'exact') return quote.microUsd
  return Math.min(Math.max(charged, quote.min), quote.max)
}

const most = ({ quote }: Purchase): MicroUsd =>
  quote.type === 'unknown' ? 0 : quote.type === 'exact' ? quote.microUsd : quote.max

function groupOf(all: readonly Spent[]): SpendGroup | undefined {
  const [first] = all
  if (!first) return undefined
  const { submission } = first.purchase
  const sum = (of: (spent: Spent) => number): number => all.reduce((total, spent) => total + of(spent), 0)
  const isDone = ({ purchase }: Spent): boolean => purchase.ended?.status === 'succeeded'
  // What was paid on the way to a task is money, and no task.
  const tasks = all.filter(({ purchase }) => purchase.submission.step === undefined)
  const chargedOf = (spent: Spent): MicroUsd | undefined => spent.bill?.microUsd
  const timed = all.filter((one) => isDone(one) && one.seconds !== undefined && chargedOf(one) !== undefined)
  const billedSeconds = timed.reduce((total, { seconds = 0 }) => total + seconds, 0)
  const ofSeconds = timed.reduce((total, one) => total + (chargedOf(one) ?? 0), 0)
  let [expected, charged] = [0, 0]
  for (const one of all) {
    const amount = chargedOf(one)
    if (amount === undefined || !isDone(one) || !one.bill || !isComparable(one.purchase.quote, one.bill))
      continue
    expected += expectedOf(one.purchase, amount) ?? 0
    charged += amount
  }
  return {
    day: dayOf(submission.startedAt),
    ...buyerOf(first.purchase),
    model: submission.model,
    mode: submission.mode,
    purchases: tasks.length,
    succeeded: tasks.filter(isDone).length,
    billed: tasks.filter(({ bill }) => bill !== undefined).length,
    quotedMicroUsd: sum(({ purchase }) => most(purchase)),
    billedMicroUsd: sum((one) => chargedOf(one) ?? 0),
    billedSeconds,
    ...(billedSeconds > 0 && { perSecondMicroUsd: Math.round(ofSeconds / billedSeconds) }),
    ...(expected > 0 && { driftShare: (charged - expected) / expected }),
  }
}

/** Purchases by day, provider account, model and mode, in that order. */
export function spendGroups(all: readonly Spent[]): readonly SpendGroup[] {
  const keyOf = ({ purchase }: Spent): string => {
    const { startedAt, provider, account, host = '', model, mode } = purchase.submission
    return JSON.stringify([dayOf(startedAt), provider, account, host, model, mode])
  }
  return [...Map.groupBy(all, keyOf)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, spent]) => groupOf(spent) ?? [])
}
