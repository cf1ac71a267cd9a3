import type { ErrorRow, TaskStatus } from '@reelay/core/adapter'
import type { KlingErrorRow } from '../tables.ts'

/**
 * Status words of Kling's form, of new-api's wrapper, of its flat and bare forms and of the OpenAI video object, without
 * regard to case (relay notes of 2026-11-26). Any other word of a task with an id is one that goes on.
 */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  submitted: 'queued',
  not_start: 'queued',
  queued: 'queued',
  processing: 'running',
  in_progress: 'running',
  succeed: 'succeeded',
  succeeded: 'succeeded',
  success: 'succeeded',
  completed: 'succeeded',
  failed: 'failed',
  failure: 'failed',
}

const gateway = 'source of the gateway new-api, versions of 2025 and 2026, read 2026-11-26'

const rejected = (code: ErrorRow['code'], more: Partial<KlingErrorRow> = {}): KlingErrorRow => ({
  code,
  retryable: false,
  outcome: 'rejected',
  source: gateway,
  ...more,
})

const unknown = (code: ErrorRow['code'], retryable: boolean): KlingErrorRow => ({
  code,
  retryable,
  outcome: 'unknown',
  source: gateway,
})

const notOffered = 'The relay has no such path: this kind of task is not offered there.'

/**
 * The words by which the most used gateway refuses. `rejected` stands where its source gives the paid create up before
 * it leaves, or after Kling said no; what a 5xx says is unknown all the same.
 *
 * @example
 * ```ts
 * import { klingRelayErrors } from '@reelay/kling'
 * klingRelayErrors.do_request_failed?.outcome // 'unknown': the request may have reached Kling
 * ```
 */
export const klingRelayErrors: Readonly<Record<string, KlingErrorRow>> = {
  invalid_request: rejected('ERR_INVALID_REQUEST'),
  read_request_body_failed: rejected('ERR_INVALID_REQUEST'),
  missing_model: rejected('ERR_UNSUPPORTED'),
  model_price_error: rejected('ERR_UNSUPPORTED'),
  model_mapping_failed: rejected('ERR_UNSUPPORTED'),
  insufficient_user_quota: rejected('ERR_FUNDS'),
  // Kling's reply had a code other than 0.
  task_failed: rejected('ERR_INVALID_REQUEST'),
  // The create's, in spite of its name: Kling refused, and `message` holds its reply as text.
  fail_to_fetch_task: rejected('ERR_INVALID_REQUEST'),
  get_channel_failed: unknown('ERR_UNAVAILABLE', true),
  build_request_failed: unknown('ERR_UNAVAILABLE', true),
  // The request may have reached Kling.
  do_request_failed: unknown('ERR_UNAVAILABLE', true),
  // Kling had answered 200.
  unmarshal_response_failed: unknown('ERR_UNAVAILABLE', true),
  read_response_body_failed: unknown('ERR_UNAVAILABLE', true),
}

/** Turned away for its key or group, or for its path, before the gateway looked at the task. */
export const beforeTheTask: Readonly<Record<number, KlingErrorRow>> = {
  401: rejected('ERR_AUTH'),
  403: rejected('ERR_FORBIDDEN'),
  404: rejected('ERR_NOT_FOUND', { advice: notOffered }),
}
/** The types of error that say so. */
export const doormen: ReadonlySet<string> = new Set([
  'new_api_error',
  'invalid_request_error',
  'api_not_implemented',
])

/** The newer gateway answers a create before it stores the task; and where storing fails, the task runs all the same. */
export const missing: KlingErrorRow = {
  ...unknown('ERR_NOT_FOUND', true),
  advice: 'The relay does not know the task, or not yet: ask again.',
}
/** Limits of whoever the relay buys from, after it has tried its last channel. */
export const saturated: KlingErrorRow = rejected('ERR_RATE_LIMIT', { retryable: true })
/** HTTP 409. */
export const conflict: KlingErrorRow = {
  ...unknown('ERR_UNAVAILABLE', true),
  advice: 'A create under the same key is at work, or its end is unclear.',
}
/** Statuses that say of no request whether it was carried out. */
export const undecided: ReadonlySet<number> = new Set([408, 409, 425, 499])
