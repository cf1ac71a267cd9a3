import { formatNative, formatUsd, type MicroUsd, type NativeAmount } from './money.ts'

/**
 * Where a price comes from and how old it is.
 *
 * @example
 * ```ts
 * import type { PriceSource } from '@reelay/core'
 * // Whether somebody looked the price up within the last ninety days.
 * const isFresh = ({ asOf, basis }: PriceSource, now: number): boolean =>
 *   basis === 'yours' || now - Date.parse(asOf) < 90 * 24 * 3_600_000
 * ```
 */
export interface PriceSource {
  /**
   * `list`: the provider's published list. `live`: asked from the provider. `derived`: computed from either. `yours`: what
   * the caller passed as `prices`.
   */
  readonly basis: 'list' | 'live' | 'derived' | 'yours'
  /** ISO date (`2026-11-24`) on which the price was last checked. */
  readonly asOf: string
  readonly source: string
}

/**
 * The price is known.
 *
 * @example
 * ```ts
 * import { type ExactQuote, formatUsd, type Quote } from '@reelay/core'
 * const isExact = (quote: Quote): quote is ExactQuote => quote.type === 'exact'
 * const label = (quote: Quote): string => (isExact(quote) ? formatUsd(quote.microUsd) : 'ask for the price')
 * ```
 */
export interface ExactQuote extends PriceSource {
  readonly type: 'exact'
  /** Micro-USD. */
  readonly microUsd: MicroUsd
  readonly native?: NativeAmount
}

/**
 * The price lies between two known ends, both included; budgets reserve `max`.
 *
 * @example
 * ```ts
 * import { type BoundedQuote, formatUsd } from '@reelay/core'
 * const range = ({ min, max }: BoundedQuote): string => `between ${formatUsd(min)} and ${formatUsd(max)}`
 * ```
 */
export interface BoundedQuote extends PriceSource {
  readonly type: 'bounded'
  /** Micro-USD. */
  readonly min: MicroUsd
  /** Micro-USD. */
  readonly max: MicroUsd
}

/**
 * The price is not known, which is not the same as zero.
 *
 * @example
 * ```ts
 * import { formatUsd, mostOf, type Quote, type UnknownQuote } from '@reelay/core'
 * const unpriced = ({ why }: UnknownQuote): string => `Nobody knows the price: ${why}`
 * const atMost = (quote: Quote): string => (quote.type === 'unknown' ? unpriced(quote) : formatUsd(mostOf(quote) ?? 0))
 * ```
 */
export interface UnknownQuote {
  readonly type: 'unknown'
  readonly why: string
}

/**
 * What a request will cost, before any request is made.
 *
 * @example
 * ```ts
 * import { formatQuote, type Quote } from '@reelay/core'
 * declare const quote: Quote
 * if (quote.type === 'unknown') console.warn('no price:', quote.why)
 * else console.log(formatQuote(quote))
 * ```
 */
export type Quote = ExactQuote | BoundedQuote | UnknownQuote

/**
 * The most a quote says a task may cost, in micro-USD; `undefined` when it does not say, which is not zero.
 *
 * @example
 * ```ts
 * import { mostOf, type Quote, usd } from '@reelay/core'
 * const affordable = (quote: Quote): boolean => (mostOf(quote) ?? Number.POSITIVE_INFINITY) <= usd(0.5)
 * ```
 */
export function mostOf(quote: Quote): MicroUsd | undefined {
  if (quote.type === 'unknown') return undefined
  return quote.type === 'exact' ? quote.microUsd : quote.max
}

/**
 * The most a quote says a task may cost, in words, for sentences that hold it against a limit: a derived price says so.
 * `undefined` when it does not say.
 */
export function mostInWords(quote: Quote): string | undefined {
  const most = mostOf(quote)
  if (most === undefined || quote.type === 'unknown') return undefined
  return quote.basis === 'derived' ? `${formatUsd(most)} (${bases.derived})` : formatUsd(most)
}

/**
 * A quote that can be one; an unknown price for one of which an amount cannot, or whose dearer end is the lower: none of
 * them would be above any limit, and one below zero would give a budget money.
 */
export function believableQuote(quote: Quote): Quote {
  if (quote.type === 'unknown') return quote
  const [least, most] = quote.type === 'exact' ? [quote.microUsd, quote.microUsd] : [quote.min, quote.max]
  const isMoney = Number.isFinite(least) && 0 <= least && least <= most && most <= Number.MAX_SAFE_INTEGER
  if (isMoney) return quote
  const told = quote.type === 'exact' ? `${least}` : `${least} to ${most}`
  return { type: 'unknown', why: `The price that is told, ${told} micro-USD, is no amount of money.` }
}

// A sum is no better than the worst of its parts.
const weakestFirst = ['derived', 'list', 'live', 'yours'] as const

/** Several quotes as one: unknown where one of them is, bounded where one of them is, as old as the oldest. */
export function sumOfQuotes(first: Quote, ...rest: readonly Quote[]): Quote {
  const all = [first, ...rest]
  const known = all.filter((quote) => quote.type !== 'unknown')
  const unknown = all.find((quote) => quote.type === 'unknown')
  if (unknown || rest.length === 0) return unknown ?? first
  const basis = weakestFirst.find((one) => known.some((quote) => quote.basis === one)) ?? 'list'
  const asOf = known.map((quote) => quote.asOf).sort()[0] ?? ''
  const source = [...new Set(known.map((quote) => quote.source))].join('; ')
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
  const min = sum(known.map((quote) => (quote.type === 'exact' ? quote.microUsd : quote.min)))
  const max = sum(known.map((quote) => (quote.type === 'exact' ? quote.microUsd : quote.max)))
  const exact = known.filter((quote) => quote.type === 'exact')
  if (exact.length < known.length) return { type: 'bounded', min, max, basis, asOf, source }
  const natives = exact.flatMap(({ native }) => native ?? [])
  const [unit, ...others] = new Set(natives.map((native) => native.unit))
  const isOneUnit = natives.length === exact.length && unit !== undefined && others.length === 0
  const amount = Number(sum(natives.map((native) => native.amount)).toFixed(6))
  return { type: 'exact', microUsd: min, ...(isOneUnit && { native: { amount, unit } }), basis, asOf, source }
}

const bases = {
  list: 'list price',
  live: 'live price',
  derived: 'derived, not a list price',
  yours: 'your own price',
} as const

/**
 * A quote in words: the amount, where the price comes from, and how old it is. A derived price says so.
 *
 * @example
 * ```ts
 * import { formatQuote } from '@reelay/core'
 * import { createKling } from '@reelay/kling'
 * const quote = createKling().quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6' })
 * formatQuote(quote) // '$0.21, 1.5 units (list price, as of 2026-11-24)'
 * ```
 */
export function formatQuote(quote: Quote): string {
  if (quote.type === 'unknown') return `unknown: ${quote.why}`
  const native = quote.type === 'exact' ? formatNative(quote.native) : undefined
  const amount =
    quote.type === 'bounded'
      ? `${formatUsd(quote.min)} to ${formatUsd(quote.max)}`
      : [formatUsd(quote.microUsd), native].filter(Boolean).join(', ')
  return `${amount} (${bases[quote.basis]}, as of ${quote.asOf})`
}
