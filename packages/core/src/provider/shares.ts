import type { KindRow } from '../kinds/kind.ts'
import type { Subject } from '../kinds/kinds.ts'
import type { Quote } from '../model/quote.ts'
import { quoteBy } from './price.ts'
import { type Sold, stepsOf } from './sell.ts'
import type { ProviderSpec } from './spec.ts'

/** A quote by what is paid for one after the other. */
export interface Shares {
  readonly create: Quote
  /** Of the steps before it, by their names. */
  readonly steps: ReadonlyMap<string, Quote>
}

const noSteps: Shares['steps'] = new Map()

/** What each part of a request without problems costs by the row that serves it. */
export function sharesOf(
  spec: ProviderSpec,
  { subject, row, sale }: { readonly subject: Subject; readonly row: KindRow; readonly sale: Sold },
): Shares {
  const create = quoteOf(spec, subject, row)
  const { offer } = subject
  if (!offer.steps) return { create, steps: noSteps }
  const steps = stepsOf(sale, subject).flatMap(({ name }): [string, Quote][] => {
    const price = offer.steps?.[name]
    return price ? [[name, quoteBy(price, { variant: 'any', amounts: { clip: 1 } }, name)]] : []
  })
  return { create, steps: new Map(steps) }
}

/** What the create of a request without problems costs by the row that serves it. */
function quoteOf({ providerOptions: { free } }: ProviderSpec, subject: Subject, row: KindRow): Quote {
  const { offer, options } = subject
  // Passed on, but they may move the price.
  const unlisted = Object.keys(options).filter((key) => !free.includes(key))
  if (unlisted.length > 0) {
    const why = `${unlisted.join(', ')} may move the price in a way the catalogue does not know.`
    return { type: 'unknown', why }
  }
  return quoteBy(offer.price, row.bills(subject), `${offer.model} ${offer.mode}`)
}
