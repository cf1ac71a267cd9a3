import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import { unlessAborted } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { ownerKey, type TaskHandle } from '../../model/handle.ts'
import { formatUsd, type MicroUsd } from '../../model/money.ts'
import { mostInWords, mostOf, type Quote } from '../../model/quote.ts'
import type { SucceededTask } from '../../model/task.ts'
import type { KlingModel, Mode } from '../../model/words.ts'
import { appraisalOf, shortForms } from '../../provider/appraisal.ts'
import { assertHandle } from '../../provider/door.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { canonicalJson, sha256Hex } from '../../provider/request/hash.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { knownAmong, knownFirst, ordered, purchasing } from '../../provider/submit/purchasing.ts'
import { type GenerateOptions, generate } from '../../run/generate.ts'
import { routeAmong } from '../among.ts'
import { type IntentTerms, type RenderIntent, wantedOf } from './intent.ts'
import { soundOf } from './offered.ts'
import { compareRows } from './ranks.ts'
import { recommendFor } from './recommend.ts'
import type { Recommendation, RecommendedClip } from './recommendation.ts'
import { type Refuse, rowFact } from './survey.ts'

/**
 * A draft that is finished: what was asked for, its media included, and the handle of the task that it became.
 *
 * @example
 * ```ts
 * import type { FinishedDraft, RenderRequest, SucceededTask } from '@reelay/core'
 * const draftOf = (request: RenderRequest, { handle }: SucceededTask): FinishedDraft => ({ request, handle })
 * ```
 */
export interface FinishedDraft {
  readonly request: RenderRequest
  readonly handle: TaskHandle
}

/**
 * What the final of a draft may be; without any of it, the best that there is.
 *
 * @example
 * ```ts
 * import { type PromoteTerms, usd } from '@reelay/core'
 * const terms: PromoteTerms = { mode: 'pro', maxCost: usd(1.5) }
 * ```
 */
export interface PromoteTerms extends Omit<IntentTerms, 'purpose'> {
  readonly model?: KlingModel | undefined
  readonly mode?: Mode | undefined
}

/**
 * Options of {@link promote}.
 *
 * @example
 * ```ts
 * import { formatQuote, type PromoteOptions } from '@reelay/core'
 * const options: PromoteOptions = {
 *   confirm: ({ offer, quote }) => {
 *     console.log(`${offer.model} ${offer.mode}: ${formatQuote(quote)}`)
 *     return true
 *   },
 * }
 * ```
 */
export interface PromoteOptions extends PromoteTerms, GenerateOptions {
  /** Asked with the choice and its price right before it is bought; whatever is not `true` declines. */
  readonly confirm: (final: RecommendedClip) => boolean | Promise<boolean>
}

type Fields = Readonly<Record<string, unknown>>

/** The row of the draft, where one of the providers has it. */
function rowOfDraft({ handle }: FinishedDraft, providers: readonly VideoProvider[]): Offer | undefined {
  const { provider, kind, model, mode } = handle
  return providers
    .flatMap(({ catalog }) => catalog.offers)
    .find((row) => row.provider === provider && row.kind === kind && row.model === model && row.mode === mode)
}

/** The sound that the draft had, spelled out: what a row adds by itself another may leave out. */
function draftSound(draft: FinishedDraft, providers: readonly VideoProvider[]): Fields {
  const generateAudio = soundOf(draft.request, rowOfDraft(draft, providers))
  return generateAudio === undefined ? {} : { generateAudio }
}

const hasSettings = (settings: unknown): boolean =>
  typeof settings === 'object' && settings !== null && Object.keys(settings).length > 0

/** Why a row cannot be the final of a draft, though it takes the request. */
function noFinalOf({ request, handle }: FinishedDraft): Refuse {
  const bound = hasSettings(request.providerOptions?.[handle.provider])
  return ({ provider, offer }) => {
    const fact = rowFact(provider, offer)
    if (bound && offer.provider !== handle.provider) {
      const text = `The draft was made with settings for ${handle.provider} alone.`
      return { rule: 'settings-stay', text, fact }
    }
    if (compareRows(offer, handle) < 0) return undefined
    const text = `It is no better than the draft, which is ${handle.model} ${handle.mode}.`
    return { rule: 'better-than-draft', text, fact }
  }
}

/**
 * What the final of a draft would be: the same words, pictures, seconds, sound and shape, on the best row that is better than
 * the draft's. Pure. Give the draft's own provider too, whose catalogue says whether the draft had sound that was not asked
 * for; without it, such a draft counts as silent.
 *
 * @throws ReelayError as {@link recommend}; `ERR_INVALID_REQUEST` for a handle that is none.
 *
 * @example
 * ```ts
 * import { type FinishedDraft, formatQuote, promotionOf, type VideoProvider } from '@reelay/core'
 * function priceOfFinal(draft: FinishedDraft, providers: readonly VideoProvider[]): string {
 *   const final = promotionOf(draft, providers, { mode: 'pro' })
 *   return final.type === 'none' ? final.why : formatQuote(final.quote)
 * }
 * ```
 */
export function promotionOf(
  draft: FinishedDraft,
  providers: readonly VideoProvider[],
  { maxCost, within, model, mode }: PromoteTerms = {},
): Recommendation {
  assertHandle(draft?.handle)
  const { model: _model, mode: _mode, ...rest } = draft.request as RenderRequest & Fields
  const intent = { ...rest, ...draftSound(draft, providers), model, mode, purpose: 'final', maxCost, within }
  return recommendFor(wantedOf(intent as RenderIntent), providers, noFinalOf(draft))
}

/**
 * The idempotency key under which a draft is promoted. It says which draft, and the model and mode where they are named,
 * not what was picked: prices and catalogues change, and a promotion that is begun again must not become a second
 * purchase.
 *
 * @example
 * ```ts
 * import { type FinishedDraft, promotionKey } from '@reelay/core'
 * const keyOf = (draft: FinishedDraft): Promise<string> => promotionKey(draft, { mode: 'pro' })
 * ```
 */
export async function promotionKey({ handle }: FinishedDraft, terms: PromoteTerms = {}): Promise<string> {
  const { id, idempotencyKey, requestHash } = handle
  const { model = null, mode = null } = terms
  return `promote-${await sha256Hex(canonicalJson([ownerKey(handle), id, idempotencyKey, requestHash, model, mode]))}`
}

function refused(code: 'ERR_BUDGET' | 'ERR_DECLINED' | 'ERR_UNSUPPORTED', message: string): ReelayError {
  return new ReelayError(code, `${message} Nothing was sent.`, { outcome: 'none' })
}

function nothing({ why, nearest, passedOver }: Recommendation & { readonly type: 'none' }): ReelayError {
  const code = passedOver.some(({ rule }) => rule === 'within-budget') ? 'ERR_BUDGET' : 'ERR_UNSUPPORTED'
  const [first] = nearest
  const then = first ? ` ${first.fix} Then ${first.offer.model} ${first.offer.mode} does it.` : ''
  return refused(code, `There is no final for the draft. ${why}${then}`)
}

/** The price right before it is bought; it may have changed since it was picked. */
function priced(quote: Quote, maxCost: MicroUsd | undefined): RecommendedClip['quote'] {
  if (quote.type === 'unknown')
    throw refused('ERR_BUDGET', `The price of the final is unknown by now: ${quote.why}`)
  if (maxCost !== undefined && (mostOf(quote) ?? 0) > maxCost) {
    throw refused(
      'ERR_BUDGET',
      `The final may cost ${mostInWords(quote)} by now, and the budget is ${formatUsd(maxCost)}.`,
    )
  }
  return quote
}

/** The provider that was picked, asking before it buys; reads and the memory of purchases are those of all of them. */
function asking(
  final: RecommendedClip,
  providers: readonly VideoProvider[],
  options: PromoteOptions,
): VideoProvider {
  const { provider } = final
  const { confirm, maxCost } = options
  const routed = routeAmong(providers)
  const submit = purchasing({ id: 'promote', account: routed.account }, async (request, given) => {
    given.abortSignal?.throwIfAborted()
    // A promotion that is begun again is paid for already, whoever is the best by now.
    const first = await knownFirst((...known) => knownAmong(providers, ...known), request, given)
    if (first.task) return first.task
    const { options: call } = first
    const { problems, quote } = appraisalOf(provider, request)
    if (problems.length > 0) throw invalidRequest(provider.id, provider.account, problems)
    const asked = { ...final, quote: priced(quote, maxCost) }
    const answer = await unlessAborted(Promise.resolve(confirm(asked)), call.abortSignal)
    if (answer !== true)
      throw refused('ERR_DECLINED', `The final, at up to ${mostInWords(quote)}, was declined.`)
    return provider.submit(request, call)
  })
  return Object.freeze({
    ...routed,
    id: 'promote',
    ...shortForms((request) => appraisalOf(provider, request)),
    submit,
  })
}

/**
 * Renders the final of a draft: the same words, pictures, seconds, sound and shape, on the best row among the providers,
 * quoted again and confirmed right before it is bought. The purchase goes by a key of its own, the same each time for one
 * draft (see {@link promotionKey}): with a journal, a promotion that is begun again answers with its first clip, and asks
 * nobody. Where another row is the best by now it buys nothing either, and ends with the handle of the first.
 *
 * @throws ReelayError `ERR_UNSUPPORTED` (nothing better fits) or `ERR_BUDGET`, `ERR_DECLINED` when `confirm` does not say
 * `true`, `ERR_INVALID_REQUEST` when a journal knows the promotion with another choice, whose handle it has if there is one,
 * all with outcome `none`; else what {@link generate} throws.
 *
 * @example
 * ```ts
 * import { generate, promote, recommend, type VideoProvider } from '@reelay/core'
 * declare const providers: readonly VideoProvider[]
 * const answer = recommend({ purpose: 'draft', prompt: 'A paper boat in the rain' }, providers)
 * if (answer.type === 'clip') {
 *   const { request } = answer
 *   const { handle } = await generate(answer.provider, request)
 *   const final = await promote({ request, handle }, providers, { mode: 'pro', confirm: () => true })
 *   console.log(final.outputs[0].url)
 * }
 * ```
 */
export async function promote(
  draft: FinishedDraft,
  providers: readonly VideoProvider[],
  options: PromoteOptions,
): Promise<SucceededTask> {
  const { maxCost, within, model, mode, confirm, ...rest } = options
  if (typeof confirm !== 'function') {
    const message = 'promote: pass confirm, which is asked before the final is bought. Nothing was sent.'
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
  const final = promotionOf(draft, providers, { maxCost, within, model, mode })
  const idempotencyKey = options.idempotencyKey ?? (await promotionKey(draft, { model, mode }))
  const call = { ...rest, idempotencyKey }
  if (final.type === 'none') {
    // Unless it was bought when something did fit, which a journal knows as another request.
    const { request } = draft
    await knownFirst((...known) => knownAmong(providers, ...known), request, ordered(request, call))
    throw nothing(final)
  }
  return generate(asking(final, providers, options), final.request, call)
}
