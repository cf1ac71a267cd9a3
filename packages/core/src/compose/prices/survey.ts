import { isClipRef } from '../../kinds/clip.ts'
import type { KindRow } from '../../kinds/kind.ts'
import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import { formatUsd } from '../../model/money.ts'
import { formatQuote, mostInWords } from '../../model/quote.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { usualMs } from '../../run/usual.ts'
import { addressed } from '../among.ts'
import { worstOf } from '../priced.ts'
import { answerOf } from './ask.ts'
import { priceFact, type RecommendFact, type RecommendReason, rowOf } from './facts.ts'
import type { IntentTerms, Purpose, Wanted } from './intent.ts'
import { compareFits, compareRows, type Fit } from './ranks.ts'
import { limitOf, soonTimes } from './recommend-rules.ts'

/**
 * A row that was not picked, and why.
 *
 * @example
 * ```ts
 * import type { PassedOver } from '@reelay/core'
 * const line = ({ provider, model, mode, text }: PassedOver): string => `${provider} ${model} ${mode}: ${text}`
 * ```
 */
export interface PassedOver extends RecommendReason {
  readonly provider: string
  readonly account: string
  readonly model: string
  readonly mode: string
}

/** What one row says of a request, whatever the terms. */
interface Answer {
  readonly provider: VideoProvider
  readonly offer: Offer
  readonly found: Fit | RecommendReason
}

/** The providers that are asked, and what their rows have said already: other terms are no other question. */
export interface Market {
  readonly providers: readonly VideoProvider[]
  readonly answers: Map<RenderRequest, readonly Answer[]>
  /** Why a row that fits is not wanted all the same. */
  readonly refuse: Refuse | undefined
}

export type Refuse = (fit: Fit) => RecommendReason | undefined

export const marketOf = (providers: readonly VideoProvider[], refuse: Refuse | undefined): Market => ({
  providers,
  answers: new Map(),
  refuse,
})

/** Everything on sale, held against a request and its terms. */
export interface Survey {
  /** The best for the purpose comes first. */
  readonly fits: readonly Fit[]
  readonly passedOver: readonly PassedOver[]
}

/** The rows of a composition that go by one name are one choice. */
function choicesOf(
  { catalog }: VideoProvider,
  { kind, model, mode }: RenderRequest,
): readonly (readonly Offer[])[] {
  const asked = catalog.offers.filter(
    (row) =>
      row.kind === kind &&
      (model === undefined || row.model === model) &&
      (mode === undefined || row.mode === mode),
  )
  return [...Map.groupBy(asked, (row) => `${row.model} ${row.mode}`).values()]
}

/** Milliseconds in which nine of ten clips of a row are there. */
export const mostMsOf = ({ timing }: Offer): number => Math.ceil(usualMs(timing)[1])

export const timeFact = (provider: VideoProvider, offer: Offer): RecommendFact => ({
  ...rowOf(provider, offer),
  type: 'time',
  expectedMs: offer.timing.expectedMs,
  mostMs: mostMsOf(offer),
  source: offer.source,
  asOf: offer.asOf,
})

export const rowFact = (provider: VideoProvider, offer: Offer): RecommendFact => ({
  ...rowOf(provider, offer),
  type: 'row',
  state: offer.state,
  source: offer.source,
  asOf: offer.asOf,
})

/** What a row allows of a field of the request; a row that has no such limit says only that it is there. */
export function limitFact(provider: VideoProvider, offer: Offer, field: string): RecommendFact {
  const limit = limitOf[field]?.limit
  if (limit === undefined || !Object.hasOwn(offer.limits, limit)) return rowFact(provider, offer)
  const value = (offer.limits as unknown as Readonly<Record<string, unknown>>)[limit]
  const { source, asOf } = offer
  return { ...rowOf(provider, offer), type: 'limit', limit, value, source, asOf }
}

/** What is wrong with the request at every row of a choice, by the rules of its kind alone, which are quick to ask. */
function refusedByKind(row: KindRow, request: RenderRequest, choice: readonly Offer[]) {
  const found = choice.map((offer) => {
    const name = `${offer.model} ${offer.mode}`
    // What ends with time, and whose clip it is, is left to the provider, which has a clock and an account.
    const { video } = request as { readonly video?: unknown }
    const owner = isClipRef(video) ? video : { provider: offer.provider, account: 'default' }
    const of = { request, offer, limits: offer.limits, name, offers: [], now: 0, owner }
    return (
      row.rules
        .flatMap((rule) => rule(of))
        .filter((one) => !!one)
        // A provider's own options may carry the words.
        .find(({ field, rule }) => !(field === 'prompt' && rule === 'required'))
    )
  })
  return found.every((one) => one !== undefined) ? found[0] : undefined
}

export const minutesInWords = (ms: number): string => `${Number((ms / 60_000).toFixed(1))} min`

/** Why a price or a time does not fit the terms. */
function termsReason(
  { provider, offer, quote, most }: Fit,
  { maxCost, within }: IntentTerms,
): RecommendReason | undefined {
  if (maxCost !== undefined && most > maxCost) {
    const text = `It may cost ${mostInWords(quote)}, and the budget is ${formatUsd(maxCost)}.`
    return { rule: 'within-budget', text, fact: priceFact(rowOf(provider, offer), quote) }
  }
  const mostMs = mostMsOf(offer)
  if (typeof within === 'number' && mostMs > within) {
    const text = `Nine of ten clips are there in ${minutesInWords(mostMs)}, and it is wanted in ${minutesInWords(within)}.`
    return { rule: 'in-time', text, fact: timeFact(provider, offer) }
  }
  return undefined
}

/** One choice: a fit, or why not. */
function held(
  provider: VideoProvider,
  providers: readonly VideoProvider[],
  choice: readonly [Offer, ...Offer[]],
  { request: asked, row }: Wanted,
): Fit | RecommendReason {
  const [first] = choice
  const odd = choice.find(({ state }) => state !== 'current')
  if (odd) {
    const text = `${odd.provider} marks it as ${odd.state} (${odd.asOf}).`
    return { rule: 'only-current', text, fact: rowFact(provider, odd) }
  }
  const { model, mode } = first
  const request = addressed({ ...asked, model, mode }, provider, providers)
  const refused = refusedByKind(row, request, choice)
  if (refused) {
    const field = refused.field.split('.')[0] ?? ''
    return { rule: 'what-was-asked', text: refused.message, fact: limitFact(provider, first, field) }
  }
  const appraisal = answerOf(provider, request)
  const { offer = first, problems, quote } = appraisal
  const [problem] = problems
  if (problem) {
    const { field, message } = problem
    const fact = { ...rowOf(provider, first), type: 'refusal', field, why: message } as const
    return { rule: 'what-was-asked', text: message, fact }
  }
  if (quote.type === 'unknown') {
    return { rule: 'known-price', text: quote.why, fact: priceFact(rowOf(provider, offer), quote) }
  }
  return { provider, offer, request, appraisal, quote, most: worstOf(quote) }
}

function answersTo(wanted: Wanted, { providers, answers }: Market): readonly Answer[] {
  const known = answers.get(wanted.request)
  if (known) return known
  const all = providers.flatMap((provider) =>
    choicesOf(provider, wanted.request).flatMap(([first, ...more]) =>
      first ? [{ provider, offer: first, found: held(provider, providers, [first, ...more], wanted) }] : [],
    ),
  )
  answers.set(wanted.request, all)
  return all
}

const passed = (provider: VideoProvider, { model, mode }: Offer, reason: RecommendReason): PassedOver => ({
  provider: provider.id,
  account: provider.account,
  model,
  mode,
  ...reason,
})

/** Leaves out what is much slower than the fastest. */
function soonest(fits: readonly Fit[]): Survey {
  const fastest = Math.min(...fits.map(({ offer }) => offer.timing.expectedMs))
  const isSoon = ({ offer }: Fit): boolean => offer.timing.expectedMs <= fastest * soonTimes
  const text = `Others that fit take ${minutesInWords(fastest)}.`
  return {
    fits: fits.filter(isSoon),
    passedOver: fits
      .filter((fit) => !isSoon(fit))
      .map(({ provider, offer }) =>
        passed(provider, offer, { rule: 'soon', text, fact: timeFact(provider, offer) }),
      ),
  }
}

/** Holds every row of every provider against a request and its terms; pure. */
export function surveyOf(wanted: Wanted, market: Market): Survey {
  const { terms } = wanted
  const fits: Fit[] = []
  const passedOver: PassedOver[] = []
  for (const { provider, offer, found } of answersTo(wanted, market)) {
    const reason = 'rule' in found ? found : (termsReason(found, terms) ?? market.refuse?.(found))
    if (reason) passedOver.push(passed(provider, offer, reason))
    else fits.push(found as Fit)
  }
  const left = terms.within === 'soon' ? soonest(fits) : { fits, passedOver: [] }
  const sorted = [...left.fits].sort((a, b) => compareFits(terms.purpose, a, b))
  return { fits: sorted, passedOver: [...passedOver, ...left.passedOver] }
}

/** Why a row that fits was not picked. */
export function lesser({ provider, offer, quote }: Fit, picked: Fit, purpose: Purpose): PassedOver {
  const name = `${picked.provider.id} ${picked.offer.model} ${picked.offer.mode}`
  if (purpose === 'draft') {
    const text = `It costs ${formatQuote(quote)}, and ${name} at most ${mostInWords(picked.quote)}.`
    return passed(provider, offer, {
      rule: 'draft-on-cheapest',
      text,
      fact: priceFact(rowOf(provider, offer), quote),
    })
  }
  const same = compareRows(offer, picked.offer) === 0
  const text = same
    ? `It is the same at ${formatQuote(quote)}; ${name} costs at most ${mostInWords(picked.quote)}.`
    : `${name} comes before it in quality.`
  const fact = same ? priceFact(rowOf(provider, offer), quote) : rowFact(provider, offer)
  return passed(provider, offer, { rule: 'final-on-best', text, fact })
}
