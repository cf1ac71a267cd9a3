import type { Offer } from '../../kinds/kinds.ts'
import type { MicroUsd } from '../../model/money.ts'
import type { PriceSource, Quote } from '../../model/quote.ts'
import type { Mode } from '../../model/words.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { worstOf } from '../priced.ts'
import type { RecommendRule } from './recommend-rules.ts'

/** A row at one of the providers given. */
interface Row {
  /** Provider id; that of a composition where it was one. */
  readonly provider: string
  readonly account: string
  readonly model: string
  readonly mode: Mode
}

/**
 * What a reason stands on: something that can be looked up in a catalogue or a quote. Plain JSON.
 *
 * - `price`: what the request costs at the row, from the least to the most in micro-USD, and whose price that is
 * - `limit`: what the row allows of one thing, as its catalogue has it
 * - `time`: milliseconds that the row's clips usually take, and within how many nine of ten are there
 * - `row`: that the catalogue has it, in which state
 * - `refusal`: what a check finds wrong with the request there
 * - `no-price`: why the price is unknown
 *
 * @example
 * ```ts
 * import type { RecommendFact } from '@reelay/core'
 * const sourceOf = (fact: RecommendFact): string => ('source' in fact ? `${fact.source}, ${fact.asOf}` : fact.why)
 * ```
 */
export type RecommendFact = Row &
  (
    | ({ readonly type: 'price'; readonly least: MicroUsd; readonly most: MicroUsd } & PriceSource)
    | {
        readonly type: 'limit'
        /** Name of the limit in `offer.limits`. */
        readonly limit: string
        readonly value: unknown
        readonly source: string
        readonly asOf: string
      }
    | {
        readonly type: 'time'
        readonly expectedMs: number
        readonly mostMs: number
        readonly source: string
        readonly asOf: string
      }
    | {
        readonly type: 'row'
        readonly state: Offer['state']
        readonly source: string
        readonly asOf: string
      }
    | { readonly type: 'refusal'; readonly field: string; readonly why: string }
    | { readonly type: 'no-price'; readonly why: string }
  )

/**
 * Why something was picked, or was not: the rule, a sentence, and the fact behind it. Plain JSON.
 *
 * @example
 * ```ts
 * import type { RecommendReason } from '@reelay/core'
 * const line = ({ rule, text }: RecommendReason): string => `${text} [${rule}]`
 * ```
 */
export interface RecommendReason {
  readonly rule: RecommendRule
  /** A sentence. */
  readonly text: string
  readonly fact: RecommendFact
}

/** The row of a provider, as facts name it. */
export const rowOf = ({ id, account }: VideoProvider, { model, mode }: Offer): Row => ({
  provider: id,
  account,
  model,
  mode,
})

/** A quote as a fact; of a price that nobody knows, why. */
export function priceFact(row: Row, quote: Quote): RecommendFact {
  if (quote.type === 'unknown') return { ...row, type: 'no-price', why: quote.why }
  const { basis, asOf, source } = quote
  const most = worstOf(quote)
  const least = quote.type === 'bounded' ? quote.min : most
  return { ...row, type: 'price', least, most, basis, asOf, source }
}
