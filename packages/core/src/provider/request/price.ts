import type { PriceRule } from '../../model/offer.ts'
import type { Quote } from '../../model/quote.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import type { ProviderSpec } from '../spec.ts'
import { checkRequest, unlistedOptions } from './check.ts'
import { defaultDuration } from './limits.ts'

/** Units a render is billed, or `undefined` where the row has no such price. */
function unitsFor(rule: PriceRule, withAudio: boolean, seconds: number): number | undefined {
  const rate = withAudio ? rule.audio : rule.silent
  if (rate === undefined) return undefined
  // Decimal rates times whole seconds: six digits drop the binary noise (0.7 * 3 = 2.0999999999999996).
  return Number((rule.per === 'second' ? rate * seconds : rate).toFixed(6))
}

/** What a request costs by the catalogue; pure. */
export function quoteRequest(spec: ProviderSpec, request: RenderRequest): Quote {
  const { offer, problems } = checkRequest(spec, request)
  if (!offer) return { type: 'unknown', why: `The request cannot be served: ${problems[0]?.message}` }
  const unlisted = unlistedOptions(spec, request)
  if (unlisted.length > 0) {
    return {
      type: 'unknown',
      why: `${unlisted.join(', ')} may move the price in a way the catalogue does not know.`,
    }
  }
  const { price, limits } = offer
  const withAudio =
    limits.audio === 'always' || (limits.audio === 'optional' && request.generateAudio === true)
  const amount = unitsFor(price, withAudio, request.duration ?? defaultDuration)
  if (amount === undefined) {
    return {
      type: 'unknown',
      why: `No list price is known for ${offer.model} ${offer.mode} with these settings.`,
    }
  }
  return {
    type: 'exact',
    usd: Math.round(amount * price.unitUsd),
    native: { amount, unit: price.unit },
    basis: 'list',
    asOf: price.asOf,
    source: price.source,
  }
}
