/** Every way a call can fail; a closed set, so a `switch` over it can be exhaustive. */
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
 */
export type Outcome = 'none' | 'rejected' | 'unknown' | 'accepted'
