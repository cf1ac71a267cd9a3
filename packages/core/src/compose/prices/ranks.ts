import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import type { MicroUsd } from '../../model/money.ts'
import type { Quote, UnknownQuote } from '../../model/quote.ts'
import type { Appraisal } from '../../provider/appraisal.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Purpose } from './intent.ts'
import { best, finest, fullHd, type RankBy, rankings } from './recommend-rules.ts'

/**
 * A price that is known, if only between two ends.
 *
 * @example
 * ```ts
 * import { formatUsd, type KnownQuote } from '@reelay/core'
 * const atMost = (quote: KnownQuote): string => formatUsd(quote.type === 'exact' ? quote.microUsd : quote.max)
 * ```
 */
export type KnownQuote = Exclude<Quote, UnknownQuote>

/** A row of one provider at which the request can be bought, for a price that is known. */
export interface Fit {
  readonly provider: VideoProvider
  readonly offer: Offer
  /** The whole request for this row. */
  readonly request: RenderRequest
  readonly appraisal: Appraisal
  readonly quote: KnownQuote
  /** Micro-USD. */
  readonly most: MicroUsd
}

const place = <Name>(names: readonly Name[], name: Name): number => {
  const at = names.indexOf(name)
  return at === -1 ? names.length : at
}

const measures: { readonly [by in RankBy]: (fit: Fit) => number } = {
  price: ({ most }) => most,
  'price-basis': ({ quote }) => (quote.basis === 'derived' ? 1 : 0),
  time: ({ offer }) => offer.timing.expectedMs,
  'full-hd': ({ offer }) => (fullHd.includes(offer.mode) ? 0 : 1),
  model: ({ offer }) => place(best, offer.model),
  mode: ({ offer }) => place(finest, offer.mode),
}

/** Below 0 where the first is the better of two for the purpose, by the first difference that counts. */
export function compareFits(purpose: Purpose, a: Fit, b: Fit): number {
  for (const by of rankings[purpose]) {
    const difference = measures[by](a) - measures[by](b)
    if (difference !== 0) return difference
  }
  return 0
}

/** How good the picture of a row is, as an order: below 0 where the first is better. */
export function compareRows(a: Pick<Offer, 'model' | 'mode'>, b: Pick<Offer, 'model' | 'mode'>): number {
  const of = (by: 'full-hd' | 'model' | 'mode'): number =>
    measures[by]({ offer: a } as Fit) - measures[by]({ offer: b } as Fit)
  return of('full-hd') || of('model') || of('mode')
}
