import type { MicroUsd, NativeAmount } from './money.ts'

/** Where a price comes from and how old it is. */
export interface PriceSource {
  /** `list`: the provider's published list. `live`: asked from the provider. `derived`: computed from either. */
  readonly basis: 'list' | 'live' | 'derived'
  /** ISO date (`2026-11-24`) on which the price was last checked. */
  readonly asOf: string
  readonly source: string
}

/** The price is known. */
export interface ExactQuote extends PriceSource {
  readonly type: 'exact'
  /** Micro-USD. */
  readonly usd: MicroUsd
  readonly native?: NativeAmount
}

/** The price lies between two known ends, both included; budgets reserve `max`. */
export interface BoundedQuote extends PriceSource {
  readonly type: 'bounded'
  /** Micro-USD. */
  readonly min: MicroUsd
  /** Micro-USD. */
  readonly max: MicroUsd
}

/** The price is not known, which is not the same as zero. */
export interface UnknownQuote {
  readonly type: 'unknown'
  readonly why: string
}

/**
 * What a request will cost, before any request is made.
 *
 * @example
 * ```ts
 * import type { Quote } from '@reelay/core'
 * const atMost = (quote: Quote): number | undefined =>
 *   quote.type === 'exact' ? quote.usd : quote.type === 'bounded' ? quote.max : undefined
 * ```
 */
export type Quote = ExactQuote | BoundedQuote | UnknownQuote
