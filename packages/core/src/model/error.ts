import type { Attempt } from './attempt.ts'
import type { Submission, TaskHandle } from './handle.ts'
import type { ErrorCode, Outcome } from './outcome.ts'
import type { Problem } from './problem.ts'
import type { EndedTask, FailedTask, TaskCandidate } from './task.ts'
import { printable } from './text.ts'

/**
 * The fields of a {@link ReelayError} beside its message.
 *
 * @example
 * ```ts
 * import { type ErrorDetails, ReelayError } from '@reelay/core'
 * // A wrapper of your own says what it knows, and above all whether money was spent.
 * const known: ErrorDetails = { outcome: 'none', provider: 'kling', retryable: false }
 * throw new ReelayError('ERR_DECLINED', 'No render is bought on Sundays.', known)
 * ```
 */
export interface ErrorDetails {
  readonly outcome: Outcome
  readonly provider?: string | undefined
  readonly account?: string | undefined
  readonly httpStatus?: number | undefined
  /** The provider's own error code, as text. */
  readonly nativeCode?: string | undefined
  /** Whether the same call may succeed later, unchanged. Says nothing about money: read `outcome` for that. */
  readonly retryable?: boolean | undefined
  /** Milliseconds the provider asked us to wait, as it said; Reelay itself waits five minutes of it at most. */
  readonly retryAfterMs?: number | undefined
  /** The provider's id of the HTTP exchange, for its support desk. */
  readonly requestId?: string | undefined
  readonly handle?: TaskHandle | undefined
  readonly submission?: Submission | undefined
  /** With a submission: tasks at the provider that may be its own, none of them proved to be. */
  readonly candidates?: readonly TaskCandidate[] | undefined
  readonly problems?: readonly Problem[] | undefined
  /** Tasks of steps that were finished, and paid for, before this one. */
  readonly earlier?: readonly TaskHandle[] | undefined
  /** Every provider that a composition tried or passed over, in order. */
  readonly attempts?: readonly Attempt[] | undefined
  readonly task?: FailedTask | EndedTask | undefined
  /** Only ever the caller's own abort reason or callback error: foreign HTTP errors print credentials. */
  readonly cause?: unknown
}

const marker: unique symbol = Symbol.for('reelay.error')

/**
 * The one error class of Reelay: what failed, on which provider, whether money may have been spent (`outcome`), and
 * what to do next (in the message). It never holds headers, requests or other libraries' errors.
 *
 * @example
 * ```ts
 * import { ReelayError } from '@reelay/core'
 * try {
 *   // await generate(provider, request)
 * } catch (error) {
 *   if (ReelayError.isInstance(error) && error.outcome === 'unknown') console.error(error.submission)
 *   else throw error
 * }
 * ```
 */
export class ReelayError extends Error implements ErrorDetails {
  override readonly name = 'ReelayError'
  readonly code: ErrorCode
  readonly outcome: Outcome
  readonly retryable: boolean
  declare readonly provider?: string
  declare readonly account?: string
  declare readonly httpStatus?: number
  declare readonly nativeCode?: string
  declare readonly retryAfterMs?: number
  declare readonly requestId?: string
  declare readonly handle?: TaskHandle
  declare readonly submission?: Submission
  declare readonly candidates?: readonly TaskCandidate[]
  declare readonly problems?: readonly Problem[]
  declare readonly attempts?: readonly Attempt[]
  declare readonly earlier?: readonly TaskHandle[]
  /** The task that ended without a clip; there for `ERR_TASK_FAILED` only. */
  declare readonly task?: FailedTask | EndedTask

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    const { cause, outcome, retryable = false, ...rest } = details
    // Whatever stands in it, of a reply or a file, it ends on somebody's terminal.
    super(printable(message, { lines: true }), cause === undefined ? undefined : { cause })
    this.code = code
    this.outcome = outcome
    this.retryable = retryable
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined) Object.defineProperty(this, key, { value, enumerable: true })
    }
    // A shared symbol, not instanceof: two copies of this package in one tree must still recognise each other.
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether a caught value is a `ReelayError`, also one made by another copy of this package. */
  static isInstance<Value>(
    value: Value,
  ): value is Value & (unknown extends Value ? CaughtError : ReelayError) {
    try {
      return typeof value === 'object' && value !== null && marker in value
    } catch {
      // A proxy may refuse even to be looked at.
      return false
    }
  }

  /** The error as plain data for logs and journals: no stack, no cause. */
  toJSON(): Record<string, unknown> {
    return { message: this.message, ...(this as object) }
  }
}

/**
 * The error of a render that ended without a clip; the task is on it as `task`.
 *
 * @example
 * ```ts
 * import { ReelayError, type TaskFailedError } from '@reelay/core'
 * const isTaskFailed = (error: unknown): error is TaskFailedError =>
 *   ReelayError.isInstance(error) && error.code === 'ERR_TASK_FAILED'
 * const words = (error: TaskFailedError): string =>
 *   error.task.status === 'failed' ? error.task.failure.message : error.task.status
 * ```
 */
export interface TaskFailedError extends ReelayError {
  readonly code: 'ERR_TASK_FAILED'
  readonly task: FailedTask | EndedTask
}

/**
 * What {@link ReelayError.isInstance} makes of an unknown value: once `code` is known to be `ERR_TASK_FAILED`, the task is
 * known to be there.
 *
 * @example
 * ```ts
 * import { type CaughtError, ReelayError } from '@reelay/core'
 * const why = (error: CaughtError): string =>
 *   error.code === 'ERR_TASK_FAILED' ? error.task.status : error.message
 * ```
 */
export type CaughtError =
  | TaskFailedError
  | (ReelayError & { readonly code: Exclude<ErrorCode, 'ERR_TASK_FAILED'> })

/**
 * The same error with more known about it; the message and the original fields stay.
 *
 * @example
 * ```ts
 * import { ReelayError, withDetails } from '@reelay/core'
 * // Every error of a tenant's renders names the account it ran on.
 * const inAccount = (error: unknown, account: string): unknown =>
 *   ReelayError.isInstance(error) ? withDetails(error, { account }) : error
 * ```
 */
export function withDetails(error: ReelayError, more: Partial<ErrorDetails>): ReelayError {
  const enriched = new ReelayError(error.code, error.message, { ...error, cause: error.cause, ...more })
  if (error.stack !== undefined) enriched.stack = error.stack
  return enriched
}
