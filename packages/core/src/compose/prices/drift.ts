import { formatNative, formatUsd } from '../../model/money.ts'
import { formatQuote, type Quote } from '../../model/quote.ts'
import type { Purchase } from '../journal/order.ts'
import type { Bill } from './bill.ts'

/**
 * A charge that is not what it should be.
 *
 * - `price`: further from the quote than the tolerance
 * - `free`: charged, although it failed in a way that the provider documents as free
 * - `missing`: it succeeded, and the books of that time have no charge for it
 * - `books`: the finished task and the books name different charges
 *
 * @example
 * ```ts
 * import type { Drift } from '@reelay/core'
 * const dearer = (drifts: readonly Drift[]) => drifts.filter(({ share }) => share !== undefined && share > 0)
 * ```
 */
export interface Drift {
  readonly what: 'price' | 'free' | 'missing' | 'books'
  /** The idempotency key of the order. */
  readonly key: string
  readonly provider: string
  readonly account: string
  readonly model: string
  readonly mode: string
  /** The provider's own; absent for a step before a create. */
  readonly taskId?: string
  /** Name of the step, where it is one. */
  readonly step?: string
  /** By how much the charge differs, as a share of what it should be: 0.011 is 1.1 % more. Absent where that is nothing. */
  readonly share?: number
  /** What was expected and what was charged, in a sentence. */
  readonly message: string
}

type Ends = readonly [low: number, high: number]

/** The two ends of a quote and the charge, in one unit; `undefined` where there is none for both. */
function compared(quote: Quote, bill: Bill): { readonly ends: Ends; readonly charged: number } | undefined {
  if (quote.type === 'unknown') return undefined
  const { microUsd: charged, native } = bill
  if (quote.type === 'exact' && native && quote.native?.unit === native.unit && native.unit !== 'usd') {
    // Units are what is charged; what they are worth is another matter.
    return { ends: [quote.native.amount, quote.native.amount], charged: native.amount }
  }
  if (charged === undefined) return undefined
  const ends: Ends = quote.type === 'exact' ? [quote.microUsd, quote.microUsd] : [quote.min, quote.max]
  return { ends, charged }
}

/** Whether a charge can be held against a quote at all. */
export const isComparable = (quote: Quote, bill: Bill): boolean => compared(quote, bill) !== undefined

/** How far a value lies outside of two ends, as a share of the nearer one; 0 between them. */
function shareBeyond([low, high]: Ends, value: number): number | undefined {
  const end = value < low ? low : value > high ? high : value
  if (end === value) return 0
  return end === 0 ? undefined : (value - end) / end
}

/** How a charge differs from a quote, as a share; 0 where it does not, `undefined` where nobody can say. */
export function shareOf(quote: Quote, bill: Bill): number | undefined {
  const pair = compared(quote, bill)
  return pair && shareBeyond(pair.ends, pair.charged)
}

const inWords = ({ microUsd, native }: Bill): string =>
  [microUsd === undefined ? undefined : formatUsd(microUsd), formatNative(native)]
    .filter(Boolean)
    .join(', ') || 'an amount that is not told'

/**
 * A share as a difference, for people.
 *
 * @example
 * ```ts
 * import { formatShare } from '@reelay/core'
 * formatShare(0.011) // '+1.1 %'
 * ```
 */
export const formatShare = (share: number): string =>
  `${share > 0 ? '+' : share < 0 ? '-' : ''}${Number((Math.abs(share) * 100).toFixed(2))} %`

// Binary fractions: a charge exactly at the tolerance is within it.
const isBeyond = (share: number, tolerance: number): boolean => Math.abs(share) > tolerance + 1e-9

/** What is wrong with one purchase that was charged, or should have been. */
export function driftsOf(
  key: string,
  purchase: Purchase,
  {
    bill,
    told,
    booked,
    isMissing,
    tolerance,
  }: {
    /** What counts. */
    readonly bill: Bill | undefined
    /** What the finished task says. */
    readonly told: Bill | undefined
    /** What the books say. */
    readonly booked: Bill | undefined
    /** Whether the books should have it and do not. */
    readonly isMissing: boolean
    readonly tolerance: number
  },
): readonly Drift[] {
  const { submission, handle, quote, ended } = purchase
  const { provider, account, model, mode, step } = submission
  if (!handle && step === undefined) return []
  const what = handle ? `Task ${handle.id}` : `The step ${step}`
  const of = {
    key,
    provider,
    account,
    model,
    mode,
    ...(handle && { taskId: handle.id }),
    ...(step !== undefined && { step }),
  }
  const drifts: Drift[] = []
  const isDone = ended?.status === 'succeeded'
  if (isMissing) {
    const message = `${what} succeeded, and the books of that time have no charge for it; quoted were ${formatQuote(quote)}.`
    drifts.push({ ...of, what: 'missing', message })
  }
  const charged = bill?.microUsd ?? bill?.native?.amount ?? 0
  if (bill && ended?.free && charged > 0) {
    const message = `${what} failed in a way that ${provider} documents as free, and was charged ${inWords(bill)}.`
    drifts.push({ ...of, what: 'free', message })
  } else if (bill && (isDone || charged > 0)) {
    const share = shareOf(quote, bill)
    // What ended early may cost less.
    const counts = share !== undefined && isBeyond(share, tolerance) && (isDone || share > 0)
    if (counts) {
      const message = `${what} was quoted at ${formatQuote(quote)} and charged ${inWords(bill)}: ${formatShare(share)}.`
      drifts.push({ ...of, what: 'price', share, message })
    }
  }
  if (booked?.microUsd !== undefined && told?.microUsd !== undefined && told.by === 'task') {
    const share = shareBeyond([told.microUsd, told.microUsd], booked.microUsd)
    if (share === undefined || isBeyond(share, tolerance)) {
      const message = `${what} itself says ${inWords(told)}, the books say ${inWords(booked)}.`
      drifts.push({ ...of, what: 'books', ...(share !== undefined && { share }), message })
    }
  }
  return drifts
}
