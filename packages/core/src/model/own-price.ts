import type { Kind, KlingModel, Mode } from '../model/words.ts'
import type { PriceSource } from './quote.ts'

/**
 * One amount for whatever a row makes, or one by what its kind distinguishes (a clip is `silent` or has `audio`); what is
 * missing stays unknown. In US dollars as `usd`, in micro-USD as `microUsd`, in yuan as `cny` of an {@link OwnPrice}.
 *
 * @example
 * ```ts
 * import type { OwnAmount, OwnPrice } from '@reelay/core'
 * const perSecond: OwnAmount = { silent: 0.07, audio: 0.12 }
 * export const prices: readonly OwnPrice[] = [{ model: 'kling-v3', mode: 'std', per: 'second', usd: perSecond }]
 * ```
 */
export type OwnAmount = number | { readonly [variant: string]: number }

/**
 * What somebody really pays, where that is not the provider's list: a relay's tariff, a negotiated rate, a pack, a
 * discount, what a price API says today. It holds for what its `kind`, `model`, `mode` and `nativeModel` name, each for
 * all when absent; of several rows the first that fits counts.
 *
 * Exactly one of `usd`, `microUsd`, `cny` (each with `per`), `unitUsd`, `unitCny` and `discount` is given. With the last
 * three the list's units stand, and a price that is derived in the list stays derived.
 *
 * @example
 * ```ts
 * import type { OwnPrice } from '@reelay/core'
 * const relay: readonly OwnPrice[] = [
 *   { model: 'kling-v2-5-turbo', mode: 'pro', per: 'second', usd: 0.066, asOf: '2026-11-20', source: 'their price page' },
 *   { model: 'kling-v3', per: 'second', usd: { silent: 0.07, audio: 0.11 } },
 * ]
 * const pack: readonly OwnPrice[] = [{ unitUsd: 0.098, source: 'pack of 10,000 units' }]
 * const contract: readonly OwnPrice[] = [{ discount: 0.15, source: 'contract of 2026-09' }]
 * const mainland: readonly OwnPrice[] = [{ unitCny: 1, cnyPerUsd: 7.1, source: 'klingai.kuaishou.com' }]
 * ```
 */
export interface OwnPrice {
  readonly kind?: Kind | undefined
  readonly model?: KlingModel | undefined
  readonly mode?: Mode | undefined
  /** The provider's own name of the row: an endpoint id, say. */
  readonly nativeModel?: string | undefined
  readonly per?:
    | 'second'
    | 'clip'
    | 'image'
    | 'character'
    | 'input-second'
    | 'input-and-output-second'
    | undefined
  /** Dollars. */
  readonly usd?: OwnAmount | undefined
  /** Micro-USD, whole numbers. */
  readonly microUsd?: OwnAmount | undefined
  /** Yuan, at `cnyPerUsd`. */
  readonly cny?: OwnAmount | undefined
  /** Dollars for one of the provider's units: what it costs in a pack, or by a price API. */
  readonly unitUsd?: number | undefined
  /** Yuan for one of the provider's units, at `cnyPerUsd`. */
  readonly unitCny?: number | undefined
  /** Share off the list price, above 0 and below 1: 0.15 is 15 % off. */
  readonly discount?: number | undefined
  /** Yuan for one dollar, needed with yuan. */
  readonly cnyPerUsd?: number | undefined
  /** `live` where a price API of the provider said so; `yours` when absent. */
  readonly basis?: (PriceSource['basis'] & ('yours' | 'live')) | undefined
  /** ISO date on which the price was looked up; the day on which the provider is made when absent. */
  readonly asOf?: string | undefined
  /** Where it stands, for people. */
  readonly source?: string | undefined
}
