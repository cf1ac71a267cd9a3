import type { Offer } from '../kinds/kinds.ts'
import type { Problem, Warning } from '../model/problem.ts'
import type { Quote } from '../model/quote.ts'
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
