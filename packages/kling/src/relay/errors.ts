import type { ErrorRow, HttpReply, Refusal } from '@reelay/core'
import { type KlingErrorRow, readRefusal as readOfficial } from '../errors.ts'
import { namedTask } from './decode.ts'
import { readRelayed } from './wire.ts'

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
const beforeTheTask: Readonly<Record<number, KlingErrorRow>> = {
  401: rejected('ERR_AUTH'),
  403: rejected('ERR_FORBIDDEN'),
  404: rejected('ERR_NOT_FOUND', { advice: notOffered }),
}
const doormen: ReadonlySet<string> = new Set([
  'new_api_error',
  'invalid_request_error',
  'api_not_implemented',
])

// The newer gateway answers a create before it stores the task; and where storing fails, the task runs all the same.
const missing: KlingErrorRow = {
  ...unknown('ERR_NOT_FOUND', true),
  advice: 'The relay does not know the task, or not yet: ask again.',
}
// Limits of whoever the relay buys from, after it has tried its last channel.
const saturated: KlingErrorRow = rejected('ERR_RATE_LIMIT', { retryable: true })
const conflict: KlingErrorRow = {
  ...unknown('ERR_UNAVAILABLE', true),
  advice: 'A create under the same key is at work, or its end is unclear.',
}
// Statuses that say of no request whether it was carried out.
const undecided: ReadonlySet<number> = new Set([408, 409, 425, 499])

function rowOf({ status }: HttpReply, word: string, type: string): KlingErrorRow | undefined {
  if (status === 409) return conflict
  if (word === 'task_not_exist') return missing
  const own = Object.hasOwn(klingRelayErrors, word) ? klingRelayErrors[word] : undefined
  const door = doormen.has(type) ? beforeTheTask[status] : undefined
  const row = own ?? door
  const ownWords = !/^\d+$/.test(word) && (word !== '' || type !== '')
  return status === 429 && ownWords ? saturated : row
}

/** Kling's own codes, passed on. 1203 and 404 say that the relay does not know the task, or not yet. */
function passedOn(reply: HttpReply): Refusal | undefined {
  const refusal = readOfficial(reply)
  if (!refusal) return undefined
  const { code, retryable, outcome, advice } = missing
  const lost = refusal.missing || reply.status === 404 || refusal.nativeCode === '1203'
  return lost ? { ...refusal, code, retryable, outcome, advice, missing: true } : refusal
}

/**
 * What a relay's reply refuses. A reply that names a task refuses nothing, and a 2xx is no promise that nothing was made:
 * only a 4xx whose row says so is one. A gateway repeats 5xx on other channels before it passes one on.
 */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const said = readRelayed(reply.body)
  const { status } = reply
  const fine = status >= 200 && status < 300
  if (!said) return undefined
  const word = String(said.error?.code ?? said.code ?? '')
  if (fine && (namedTask(reply.body) !== undefined || ['', '0', 'success'].includes(word.toLowerCase())))
    return undefined
  const row = rowOf(reply, word, said.error?.type ?? '')
  const message = said.error?.message ?? said.message
  const refusal = row
    ? { ...row, nativeCode: word, message, ...(row === missing && { missing: true }) }
    : passedOn(reply)
  if (!refusal) return undefined
  const sure = status >= 400 && status < 500 && !undecided.has(status) && namedTask(reply.body) === undefined
  return sure ? refusal : { ...refusal, outcome: 'unknown' }
}
