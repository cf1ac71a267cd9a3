import type { Billing } from '../../kinds/kind.ts'
import type { Subject } from '../../kinds/kinds.ts'
import type { Quote } from '../../model/quote.ts'
import type { ProviderSpec } from '../spec.ts'
import { unlistedOptions } from './own-options.ts'

// Decimal rates times whole seconds: six digits drop the binary noise (0.7 * 3 = 2.0999999999999996).
const tidy = (units: number): number => Number(units.toFixed(6))

/** What a request without problems costs by the row that serves it; pure. */
export function quoteOf(
  spec: ProviderSpec,
  { request, offer }: Subject,
  { rate: counted, seconds }: Billing,
): Quote {
  const unlisted = unlistedOptions(spec, request)
  if (unlisted.length > 0) {
    return {
      type: 'unknown',
      why: `${unlisted.join(', ')} may move the price in a way the catalogue does not know.`,
    }
  }
  const { price } = offer
  const rate = price[counted]
  if (rate === undefined) {
    const why = price.why ?? `No price is known for ${offer.model} ${offer.mode} with these settings.`
    return { type: 'unknown', why }
  }
  const factor = price.per === 'second' ? seconds : 1
  const usd = (units: number): number => Math.round(units * factor * price.unitUsd)
  const { asOf, source, basis: given = 'list' } = price
  const basis = typeof given === 'string' ? given : given[counted]
  if (typeof rate !== 'number') {
    return { type: 'bounded', min: usd(rate[0]), max: usd(rate[1]), basis, asOf, source }
  }
  const native = { amount: tidy(rate * factor), unit: price.unit }
  return { type: 'exact', microUsd: usd(rate), native, basis, asOf, source }
}
