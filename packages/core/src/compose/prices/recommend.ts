import { ReelayError } from '../../model/error.ts'
import { formatUsd } from '../../model/money.ts'
import { formatQuote, mostInWords } from '../../model/quote.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { concessionsFor } from './concede.ts'
import { priceFact, type RecommendFact, type RecommendReason, rowOf } from './facts.ts'
import { type RenderIntent, type Wanted, wantedOf } from './intent.ts'
import { compareFits, type Fit } from './ranks.ts'
import { dearTimes, isMaster, limitOf, type RecommendRule } from './recommend-rules.ts'
import type { Recommendation, RecommendedOffer } from './recommendation.ts'
import {
  lesser,
  limitFact,
  marketOf,
  minutesInWords,
  type PassedOver,
  type Refuse,
  rowFact,
  surveyOf,
  timeFact,
} from './survey.ts'

const nameOf = ({ provider, offer }: Fit): string => `${offer.model} ${offer.mode} at ${provider.id}`
const priceOf = ({ provider, offer, quote }: Fit): RecommendFact => priceFact(rowOf(provider, offer), quote)
const shown = ({ provider, request, offer, quote }: Fit): RecommendedOffer => ({
  provider,
  request,
  offer,
  quote,
})

/** That the row takes what was asked for, field by field. */
function takes(picked: Fit, { request }: Wanted): readonly RecommendReason[] {
  const values = request as unknown as Readonly<Record<string, unknown>>
  const { provider, offer } = picked
  return Object.entries(limitOf).flatMap(([field, { does }]) => {
    if (values[field] === undefined || values[field] === false) return []
    const fact = limitFact(provider, offer, field)
    // Ignored there, as a shape beside a picture: the provider's own warnings say so.
    if (fact.type !== 'limit' || fact.value === false) return []
    return [{ rule: 'what-was-asked' as const, text: `${offer.model} ${offer.mode} ${does}.`, fact }]
  })
}

function purposeReason(picked: Fit, fits: readonly Fit[], { terms }: Wanted): RecommendReason {
  const of = fits.length === 1 ? 'the only one that fits' : `of ${fits.length} that fit`
  if (terms.purpose === 'draft') {
    const text = `A draft: ${nameOf(picked)} costs ${formatQuote(picked.quote)}, ${fits.length === 1 ? of : `the least ${of}`}.`
    return { rule: 'draft-on-cheapest', text, fact: priceOf(picked) }
  }
  const text = `A final: ${nameOf(picked)} is ${fits.length === 1 ? of : `the best ${of}`} (${picked.offer.asOf}).`
  return { rule: 'final-on-best', text, fact: rowFact(picked.provider, picked.offer) }
}

/** What the draft becomes once it is right. */
function lockReason(picked: Fit, fits: readonly Fit[], { terms }: Wanted): readonly RecommendReason[] {
  const [final] = [...fits].sort((a, b) => compareFits('final', a, b))
  if (terms.purpose !== 'draft' || !final || final === picked) return []
  const text = `Once it is right, keep its words and promote it: ${nameOf(final)} costs ${formatQuote(final.quote)}.`
  return [{ rule: 'lock-the-prompt', text, fact: priceOf(final) }]
}

function termReasons(picked: Fit, { terms: { maxCost, within } }: Wanted): readonly RecommendReason[] {
  const { provider, offer, quote } = picked
  const reasons: RecommendReason[] = []
  if (maxCost !== undefined) {
    const text = `It costs at most ${mostInWords(quote)} of a budget of ${formatUsd(maxCost)}.`
    reasons.push({ rule: 'within-budget', text, fact: priceOf(picked) })
  }
  if (within !== undefined && within !== 'whenever') {
    const rule: RecommendRule = within === 'soon' ? 'soon' : 'in-time'
    const text = `Its clips usually take ${minutesInWords(offer.timing.expectedMs)}.`
    reasons.push({ rule, text, fact: timeFact(provider, offer) })
  }
  return reasons
}

function warningsOf(picked: Fit, cheapest: Fit, mustConfirm: boolean): readonly RecommendReason[] {
  const fact = priceOf(picked)
  const warnings: RecommendReason[] = []
  if (picked.quote.basis === 'derived') {
    const text = `Its price is ${formatQuote(picked.quote)}.`
    warnings.push({ rule: 'derived-price', text, fact })
  }
  if (picked.most >= dearTimes * cheapest.most && picked !== cheapest) {
    const text = `It may cost ${mostInWords(picked.quote)}; ${nameOf(cheapest)}, which fits as well, ${mostInWords(cheapest.quote)}.`
    warnings.push({ rule: 'warn-when-dear', text, fact })
  }
  if (mustConfirm) {
    const text = `${nameOf(picked)} is a master tier, at ${formatQuote(picked.quote)}: ask before it is bought.`
    warnings.push({ rule: 'ask-before-master', text, fact })
  }
  return warnings
}

const groups: readonly (readonly [readonly RecommendRule[], string])[] = [
  [['only-current'], 'are discontinued or unverified'],
  [['what-was-asked', 'settings-stay'], 'do not take what was asked for'],
  [['known-price'], 'have no known price'],
  [['within-budget'], 'cost more than the budget'],
  [['in-time', 'soon'], 'take too long'],
  [['better-than-draft'], 'are no better than the draft'],
]

function whyNone({ request }: Wanted, passedOver: readonly PassedOver[]): string {
  if (passedOver.length === 0) {
    const { kind, model, mode } = request
    const named = [model, mode].filter((name) => name !== undefined).join(' ')
    return `Nobody here sells ${named === '' ? kind : `${named} for ${kind}`}.`
  }
  const counts = groups.flatMap(([rules, words]) => {
    const count = passedOver.filter(({ rule }) => rules.includes(rule)).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  return `None of ${passedOver.length} rows fits: ${counts.join(', ')}.`
}

/** The same for an intent that was taken apart; see {@link recommend}. */
export function recommendFor(
  wanted: Wanted,
  providers: readonly VideoProvider[],
  refuse?: Refuse,
): Recommendation {
  const market = marketOf(providers, refuse)
  const { fits, passedOver } = surveyOf(wanted, market)
  const { purpose } = wanted.terms
  const [picked] = fits
  if (!picked) {
    return {
      type: 'none',
      why: whyNone(wanted, passedOver),
      nearest: concessionsFor(wanted, market),
      passedOver,
    }
  }
  const [cheapest = picked] = [...fits].sort((a, b) => compareFits('draft', a, b))
  const asks = ({ offer }: Fit): boolean => isMaster(offer)
  const mustConfirm = asks(picked)
  const unasked = mustConfirm ? fits.find((fit) => !asks(fit)) : undefined
  return {
    type: 'clip',
    ...shown(picked),
    reasons: [
      purposeReason(picked, fits, wanted),
      ...termReasons(picked, wanted),
      ...takes(picked, wanted),
      ...lockReason(picked, fits, wanted),
    ],
    warnings: warningsOf(picked, cheapest, mustConfirm),
    mustConfirm,
    ...(unasked && { withoutAsking: shown(unasked) }),
    passedOver: [...fits.slice(1).map((fit) => lesser(fit, picked, purpose)), ...passedOver],
  }
}

/**
 * Which model, in which mode, at which provider: from what a clip is for, what it takes and what it may cost. Goes by
 * rules, each of them named in the answer with the fact it stands on: drafts on the cheapest, finals on the best, never
 * above the budget by the dearest end of the price, never what is discontinued, unverified or of unknown price, a warning
 * before dear models, and `mustConfirm` before master tiers. Pure: nothing is sent, and no key is needed.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, with `problems`, for terms and fields that make no sense;
 * `ERR_CONFIG` without any provider. That nothing fits is an answer.
 *
 * @example
 * ```ts
 * import { formatQuote, generate, recommend, usd, type VideoProvider } from '@reelay/core'
 * declare const providers: readonly VideoProvider[]
 * const answer = recommend({ purpose: 'draft', prompt: 'A paper boat in the rain', maxCost: usd(0.5) }, providers)
 * if (answer.type === 'none') console.error(answer.why, answer.nearest[0]?.fix)
 * else {
 *   for (const { text } of [...answer.reasons, ...answer.warnings]) console.log(text)
 *   console.log(formatQuote(answer.quote))
 *   if (!answer.mustConfirm) await generate(answer.provider, answer.request)
 * }
 * ```
 */
export function recommend(intent: RenderIntent, providers: readonly VideoProvider[]): Recommendation {
  if (providers.length === 0) {
    throw new ReelayError('ERR_CONFIG', 'There is no provider to recommend.', { outcome: 'none' })
  }
  return recommendFor(wantedOf(intent), providers)
}
