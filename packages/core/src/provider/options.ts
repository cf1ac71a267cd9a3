import type { ReelayError } from '../model/error.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { Cost } from '../model/money.ts'
import type { ErrorCode, Outcome } from '../model/outcome.ts'
import type { Quote } from '../model/quote.ts'
import type { VideoTask } from '../model/task.ts'
import type { OrderContext } from './order.ts'
import type { StepResult } from './step.ts'

/**
 * Options of every call that talks to a provider.
 *
 * @example
 * ```ts
 * import type { CallOptions, TaskHandle, VideoProvider } from '@reelay/core'
 * const brief = (): CallOptions => ({ abortSignal: AbortSignal.timeout(10_000), timeoutMs: 5_000 })
 * const look = (provider: VideoProvider, handle: TaskHandle) => provider.get(handle, brief())
 * ```
 */
export interface CallOptions {
  /** Stops our waiting; it never cancels a paid task upstream. */
  readonly abortSignal?: AbortSignal | undefined
  /** Milliseconds one HTTP attempt may take. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds since the epoch after which a failed read is not tried again. */
  readonly deadlineAt?: number | undefined
  /** Extra request headers; credentials are set after them. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Options of {@link VideoProvider.getMany}.
 *
 * @example
 * ```ts
 * import type { GetManyOptions } from '@reelay/core'
 * const options: GetManyOptions = { onAnswer: ({ id }, answer) => console.log(id, 'status' in answer) }
 * ```
 */
export interface GetManyOptions extends CallOptions {
  /** Told of each answer as soon as it is there: many tasks take many requests. Must not throw. */
  readonly onAnswer?: ((handle: TaskHandle, answer: VideoTask | ReelayError) => void) | undefined
  /**
   * Tasks that `onAnswer` is told of too where they come along by themselves; no request is made for them, but for the
   * result of one that is seen to have ended.
   */
  readonly also?: readonly TaskHandle[] | undefined
  /**
   * Asked directly before a task that no list brought is read alone; `false` leaves it out of the answers. `going` says
   * that a history of ended tasks, just read, lacks it (those of `also` are asked after then as well). All tasks are
   * read when absent.
   */
  readonly alone?: ((handle: TaskHandle, going: boolean) => boolean) | undefined
  /** Told of each task that a list held, whoever made it: it counts as read, which floors go by. Must not throw. */
  readonly onListed?: ((id: string) => void) | undefined
  /**
   * Told that tasks cannot be read together for so many milliseconds: the key may not read the list, or the list is in
   * trouble while the tasks are not. The handles are then left out of the answers instead of being read one after the other.
   */
  readonly onUnlisted?: ((forMs: number) => void) | undefined
}

/**
 * What `record` is told: once before each paid POST, a step's too (`submission.step`), and once with the verdict. Plain
 * JSON.
 *
 * @example
 * ```ts
 * import { formatQuote, type RecordEntry } from '@reelay/core'
 * const line = (entry: RecordEntry): string =>
 *   entry.type === 'intent'
 *     ? `about to buy at ${entry.submission.provider}: ${formatQuote(entry.quote)}`
 *     : `${entry.submission.attempt}: ${entry.outcome} ${entry.handle?.id ?? entry.code ?? ''}`
 * ```
 */
export type RecordEntry =
  | {
      readonly type: 'intent'
      readonly submission: Submission
      readonly quote: Quote
      /** Seconds of output asked for, where the kind has a length. */
      readonly seconds?: number
      /** Milliseconds since the epoch. */
      readonly at: number
    }
  | {
      readonly type: 'verdict'
      readonly submission: Submission
      readonly outcome: Outcome
      /** With `accepted`, but for a step, which makes no task. */
      readonly handle?: TaskHandle
      /** Of a step that was done. */
      readonly result?: StepResult
      /** What a step cost, where its reply says so. */
      readonly cost?: Cost
      /** Without `accepted`. */
      readonly code?: ErrorCode
      /** Milliseconds since the epoch. */
      readonly at: number
    }

/**
 * What a journal answers a search that looks for a lost task by its input: whose the tasks are, among all its purchases.
 *
 * @example
 * ```ts
 * import type { Claims } from '@reelay/core'
 * const nobodyElse: Claims = { claimed: [], rivals: false }
 * ```
 */
export interface Claims {
  /** Those of the tasks asked about that another purchase has. */
  readonly claimed: readonly string[]
  /** Whether another purchase without a verdict sent the same input to the same owner: a match may be its task. */
  readonly rivals: boolean
}

/**
 * Asked by a search right before it adopts a task, about all that it came upon.
 *
 * @param taskIds The provider's own ids.
 * @param fingerprint Of the input that was sent, see {@link Submission}.
 * @param submission Whose task is looked for; every other purchase counts as somebody else.
 *
 * @example
 * ```ts
 * import type { AskClaims } from '@reelay/core'
 * const alone: AskClaims = async () => ({ claimed: [], rivals: false })
 * ```
 */
export type AskClaims = (
  taskIds: readonly string[],
  fingerprint: string,
  submission: Submission,
) => Promise<Claims>

/**
 * Options of {@link VideoProvider.find}.
 *
 * @example
 * ```ts
 * import type { AskClaims, FindOptions, Submission, VideoProvider } from '@reelay/core'
 * // Looks for a lost task, and leaves alone what other purchases of the journal have.
 * function lookFor(provider: VideoProvider, submission: Submission, claimed: AskClaims) {
 *   const options: FindOptions = { claimed, timeoutMs: 20_000 }
 *   return provider.find?.(submission, options)
 * }
 * ```
 */
export interface FindOptions extends CallOptions {
  /** Who else has, or may have, the tasks that a search by input comes upon; without it, only this instance is asked. */
  readonly claimed?: AskClaims | undefined
}

/**
 * Options of {@link VideoProvider.submit}.
 *
 * @example
 * ```ts
 * import { appendFile } from 'node:fs/promises'
 * import type { SubmitOptions } from '@reelay/core'
 * export const options: SubmitOptions = {
 *   idempotencyKey: 'order-77',
 *   webhookUrl: 'https://example.com/reelay/kling',
 *   record: (entry) => appendFile('purchases.log', `${JSON.stringify(entry)}\n`),
 * }
 * ```
 */
export interface SubmitOptions extends CallOptions {
  /** Names this purchase: the same key and request never buy twice where the provider can tell. Random when absent. */
  readonly idempotencyKey?: string | undefined
  /**
   * Where the provider should report the task's progress: an https address of ours, see `webhooks`. A parameter `reelay`
   * is added that names the purchase, so that a callback can settle it; whoever knows it can pretend to be about it.
   */
  readonly webhookUrl?: string | undefined
  /** Awaited directly before each paid POST and after the verdict; if it rejects before, nothing is sent. */
  readonly record?: ((entry: RecordEntry) => Promise<void>) | undefined
  /** As in {@link FindOptions}, for the search after a lost answer. */
  readonly claimed?: AskClaims | undefined
  /** Made by the outermost composition for those inside; a composition of your own hands it on. */
  readonly order?: OrderContext | undefined
}
