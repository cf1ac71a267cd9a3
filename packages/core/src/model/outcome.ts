/**
 * Every way a call can fail; a closed set, so a `switch` over it can be exhaustive.
 *
 * @example
 * ```ts
 * import type { ErrorCode } from '@reelay/core'
 * function httpStatus(code: ErrorCode): number {
 *   switch (code) {
 *     case 'ERR_INVALID_REQUEST':
 *     case 'ERR_CONTENT':
 *       return 422
 *     case 'ERR_BUDGET':
 *     case 'ERR_FUNDS':
 *       return 402
 *     default:
 *       return 502
 *   }
 * }
 * ```
 */
export type ErrorCode =
  | 'ERR_CONFIG'
  | 'ERR_AUTH'
  | 'ERR_FUNDS'
  | 'ERR_FORBIDDEN'
  | 'ERR_INVALID_REQUEST'
  | 'ERR_UNSUPPORTED'
  | 'ERR_CONTENT'
  | 'ERR_RATE_LIMIT'
  | 'ERR_CONCURRENCY'
  | 'ERR_NOT_FOUND'
  | 'ERR_UNAVAILABLE'
  | 'ERR_NETWORK'
  | 'ERR_TIMEOUT'
  | 'ERR_ABORTED'
  | 'ERR_UNEXPECTED_REPLY'
  | 'ERR_UNKNOWN_STATUS'
  | 'ERR_SUBMISSION_UNKNOWN'
  | 'ERR_BUDGET'
  | 'ERR_DECLINED'
  | 'ERR_TASK_FAILED'
  | 'ERR_DOWNLOAD'
  | 'ERR_WEBHOOK'

/**
 * Was money possibly spent?
 *
 * - `none`: no paid request left this process
 * - `rejected`: a paid request left, and surely nothing was created
 * - `unknown`: a paid request left, and nobody can say whether a task was created: do not send it again
 * - `accepted`: the task was created, something failed later; the error carries its handle
 *
 * @example
 * ```ts
 * import type { Outcome } from '@reelay/core'
 * // Whether the same order may be sent again without a look at what the first one did.
 * const maySendAgain = (outcome: Outcome): boolean => outcome === 'none' || outcome === 'rejected'
 * ```
 */
export type Outcome = 'none' | 'rejected' | 'unknown' | 'accepted'
