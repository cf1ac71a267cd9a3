import type { Offer, RenderRequest } from '../kinds/kinds.ts'
import type { Problem, Warning } from '../model/problem.ts'
import { believableQuote, type Quote } from '../model/quote.ts'
import type { Chosen } from '../model/task.ts'

/**
 * All that can be said of a request before anything is sent.
 *
 * @example
 * ```ts
 * import type { Appraisal, RenderRequest, VideoProvider } from '@reelay/core'
 * function line(provider: VideoProvider, request: RenderRequest): string {
 *   const { chosen, problems, quote }: Appraisal = provider.appraise(request)
 *   if (problems[0]) return problems[0].message
 *   return `${chosen?.model} ${chosen?.mode}, ${quote.type}: ${chosen?.why}`
 * }
 * ```
 */
export interface Appraisal {
  /** The catalogue row that the request is about; absent where there is none for its kind, model and mode. */
  readonly offer?: Offer
  /** The model and mode of that row, and why it is this one. */
  readonly chosen?: Chosen
  /** Everything wrong with the request. An empty list means it may be submitted. */
  readonly problems: readonly Problem[]
  /** What it will cost; `unknown` where there are problems. */
  readonly quote: Quote
  /** What the provider will ignore or treat differently. Empty where there are problems. */
  readonly warnings: readonly Warning[]
}

/** Whoever appraises requests, with the two short forms of what is said of one. */
interface Appraiser {
  appraise(request: RenderRequest): Appraisal
  check(request: RenderRequest): readonly Problem[]
  quote(request: RenderRequest): Quote
}

const isShortForm: unique symbol = Symbol('reelay.shortForm')

const short = <Answer>(answer: (request: RenderRequest) => Answer): ((request: RenderRequest) => Answer) =>
  Object.assign(answer, { [isShortForm]: true })

/** `appraise` with its two short forms, marked as such. */
export const shortForms = (appraise: Appraiser['appraise']): Appraiser => ({
  appraise,
  check: short((request) => appraise(request).problems),
  quote: short((request) => appraise(request).quote),
})

/**
 * What a provider says of a request, once for all. A copy of somebody's that replaces only `quote` or `check` means it:
 * its price must not be passed over for one that nobody asks. A price that can be none is unknown.
 */
export function appraisalOf(provider: Appraiser, request: RenderRequest): Appraisal {
  const appraisal = provider.appraise(request)
  const problems = isShortForm in provider.check ? appraisal.problems : provider.check(request)
  const quote = isShortForm in provider.quote ? appraisal.quote : provider.quote(request)
  return { ...appraisal, problems, quote: believableQuote(quote) }
}
