import type { Submission, TaskHandle } from '../model/handle.ts'
import type { VideoTask } from '../model/task.ts'
import type { StepResult } from './step.ts'

/**
 * A purchase that failed, for which its provider charges nothing.
 *
 * @example
 * ```ts
 * import type { FailedPurchase } from '@reelay/core'
 * const failedAt = (failed: readonly FailedPurchase[]): readonly string[] => failed.map(({ handle }) => handle.provider)
 * ```
 */
export interface FailedPurchase {
  readonly handle: TaskHandle
}

/**
 * What the outermost of all compositions of a submit knows of it, for those inside. Made by the first that is asked; a
 * composition of your own hands `options` on as they are.
 *
 * @example
 * ```ts
 * import type { OrderContext, RenderRequest, SubmitOptions, VideoProvider } from '@reelay/core'
 * const label = ({ run, number }: OrderContext): string => `submit ${run}, purchase ${number}`
 * // `options` go on as they are, with the context in them.
 * function logged(provider: VideoProvider, request: RenderRequest, options: SubmitOptions = {}) {
 *   if (options.order) console.log(label(options.order))
 *   return provider.submit(request, options)
 * }
 * ```
 */
export interface OrderContext {
  /** Names this submit, random. */
  readonly run: string
  /** SHA-256, hex, of the request as the caller gave it: canonical, media by their bytes, addresses as text. */
  hash(): Promise<string>
  /** Whether everybody inside has been asked whether the key is known. */
  readonly asked: boolean
  /** Which purchase under the key it is; 1 unless an earlier one failed for free. */
  readonly number: number
  /** The earlier ones. */
  readonly failed: readonly FailedPurchase[]
  /** Whether the clip is to be stored. */
  readonly store: boolean
  /**
   * What a step of an earlier submit of the order brought, where somebody keeps a journal and the provider still holds it;
   * asked directly before the step would be paid.
   */
  stepResult?(step: Submission): Promise<StepResult | undefined>
  /** What was sent before and is sent once more, to the same account, under the external id that it takes once. */
  readonly repeats?: Submission
}

/**
 * What is known of an order under the key of a submit.
 *
 * @example
 * ```ts
 * import type { Known } from '@reelay/core'
 * // A composition of your own asks before it spends a thought on price or budget.
 * const mayBuy = (known: Known | undefined): boolean => known === undefined || known.state === 'again'
 * ```
 */
export type Known = {
  /** Names the purchase it is about: several leaves of one journal speak of the same. */
  readonly purchase?: string
  /** Its number under the key. */
  readonly number?: number
  /** Whoever says so cannot read or look for it, since another provider made it. */
  readonly elsewhere?: boolean
} & (
  | {
      /**
       * `conflict`: the key names another request. `bought`: there is a task. `unknown`: there may be one.
       */
      readonly state: 'conflict' | 'bought' | 'unknown'
      /**
       * The task; or nothing, when it turned out that none was made, so that it may be bought. Waits while another submit
       * of the order runs, looks for a lost task, and sends again what its provider takes only once.
       *
       * @throws ReelayError what the order means for this submit: `ERR_INVALID_REQUEST` (the key names another request),
       * `ERR_SUBMISSION_UNKNOWN`, or what reading the task throws.
       */
      answer(): Promise<VideoTask | undefined>
    }
  /** What was bought failed and cost nothing: it may be bought again, under the next number. */
  | { readonly state: 'again'; readonly number: number; readonly failed: readonly FailedPurchase[] }
)
