import type { MicroUsd } from '../model/money.ts'
import type { PriceSource } from '../model/quote.ts'

/**
 * Units charged: a number, or the two ends between which it lies.
 *
 * @example
 * ```ts
 * import type { Rate } from '@reelay/core'
 * const dearest = (rate: Rate): number => (typeof rate === 'number' ? rate : rate[1])
 * ```
 */
export type Rate = number | readonly [min: number, max: number]

/**
 * What a price is per. `second`: of output. `input-second`: of the video or sound that goes in.
 * `input-and-output-second`: both together, the input counted at least as long as the output; of a clip that nothing goes
 * into, the output alone.
 *
 * @example
 * ```ts
 * import type { Measure, Offer } from '@reelay/core'
 * const names: Readonly<Record<Measure, string>> = {
 *   second: 's',
 *   clip: 'clip',
 *   image: 'image',
 *   character: 'character',
 *   'input-second': 's of input',
 *   'input-and-output-second': 's of input and output',
 * }
 * const per = ({ price }: Offer): string => names[price.per]
 * ```
 */
export type Measure = 'second' | 'clip' | 'image' | 'character' | 'input-second' | 'input-and-output-second'

/**
 * How a row is priced; pure data.
 *
 * @example
 * ```ts
 * import type { PriceRule } from '@reelay/core'
 * export const standard: PriceRule = {
 *   unit: 'credit',
 *   unitUsd: 10_000,
 *   per: 'second',
 *   rates: { silent: 7, audio: [10, 12] },
 *   source: 'https://example.com/pricing',
 *   asOf: '2026-11-27',
 * }
 * // Charged for every 5 s begun, and for 10 s at least.
 * export const dubbed: PriceRule = { ...standard, per: 'input-second', rates: { any: 1 }, step: 5, least: 10 }
 * ```
 */
export interface PriceRule {
  /** Name of the provider's billing unit, for example `unit`, or `usd` where it bills money. */
  readonly unit: string
  /** Price of one unit, in micro-USD. */
  readonly unitUsd: MicroUsd
  readonly per: Measure
  /**
   * Units per measure, by what the kind distinguishes (a clip is `silent` or has `audio`); `any` stands for whatever is
   * not named. What is missing is not sold, or nobody says what it costs.
   */
  readonly rates: { readonly [variant: string]: Rate }
  /** Charged in whole steps of so many: a begun one counts. */
  readonly step?: number
  /** Charged in whole ones, rounded to the nearest; before `step` where there are both. */
  readonly round?: true
  /** So many are charged at least. */
  readonly least?: number
  /** Where the rates come from: one word for all, or one each where they differ. `list` when absent. */
  readonly basis?: PriceSource['basis'] | { readonly [variant: string]: PriceSource['basis'] }
  /** Why no price is known, where the rates are missing for another reason than that nobody says. */
  readonly why?: string
  readonly source: string
  /** ISO date. */
  readonly asOf: string
}

/**
 * How much of what a row prices a request comes to.
 *
 * @example
 * ```ts
 * import type { Billing } from '@reelay/core/adapter'
 * const tenSecondsWithSound: Billing = { variant: 'audio', amounts: { second: 10, clip: 1 } }
 * // How long the clip behind an address is, nobody knows before.
 * const dubbing: Billing = { variant: 'any', amounts: { 'input-second': [2, 60] } }
 * ```
 */
export interface Billing {
  /** Which of the row's rates counts. */
  readonly variant: string
  /** By what a row may be priced per; two ends where it is not known before. */
  readonly amounts: { readonly [measure in Measure]?: Rate }
}
