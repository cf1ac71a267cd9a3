import type { ErrorRow, HttpReply, Refusal } from '@reelay/core'
import { readComplaint } from './complaint.ts'
import { readBody } from './wire.ts'

interface Row extends ErrorRow {
  readonly status: number
  /** What the type or the words must look like; absent: anything of fal's own. */
  readonly pattern?: RegExp
  readonly missing?: true
}

const row = (
  status: number,
  pattern: RegExp | undefined,
  code: ErrorRow['code'],
  outcome: ErrorRow['outcome'],
  retryable = false,
): Row => ({ status, code, outcome, retryable, ...(pattern && { pattern }) })

/**
 * What fal refuses, the first row that fits. `rejected` only where the refusal itself says that nothing was queued: no
 * key, a locked account, no such app, a queue that is full. Everything else, 422 included, is no verdict: the queue does
 * not validate, so a submit that is told off was told off by something in front of it.
 *
 * Sources: fal.ai/docs request-errors, queue and concurrency-limits pages, 2026-09; github.com/fal-ai/fal issues 1112
 * and 1147 for the lock; a probe of 2026-09-27 for the unknown app.
 */
const rows: readonly Row[] = [
  row(401, undefined, 'ERR_AUTH', 'rejected'),
  // Reads are locked too while the task runs on; it passes with a top-up, so waiting goes on.
  row(403, /^User is locked|^TOP_UP|^Admin lock/i, 'ERR_FUNDS', 'rejected', true),
  // The platform API's word for a key without the right; asking again does not give it.
  row(403, /^authorization_error/, 'ERR_FORBIDDEN', 'unknown'),
  row(404, /^Application .* not found/i, 'ERR_UNSUPPORTED', 'rejected'),
  { ...row(404, undefined, 'ERR_NOT_FOUND', 'unknown'), missing: true },
  row(410, undefined, 'ERR_NOT_FOUND', 'unknown'),
  row(429, /concurren/i, 'ERR_CONCURRENCY', 'rejected', true),
  row(429, undefined, 'ERR_RATE_LIMIT', 'rejected', true),
]

function rowFor(status: number, said: string): Omit<Row, 'status' | 'pattern'> {
  const listed = rows.find((one) => one.status === status && (one.pattern?.test(said) ?? true))
  if (listed) {
    const { status: _status, pattern: _pattern, ...found } = listed
    return found
  }
  if (status >= 500) return { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' }
  const forbidden = status === 403
  const code = forbidden ? 'ERR_FORBIDDEN' : 'ERR_INVALID_REQUEST'
  return { code, retryable: forbidden, outcome: 'unknown' }
}

/** What a reply refuses; `undefined` for 2xx, redirects, and answers that are not fal's own. */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const { status, headers } = reply
  if (status < 400 || status === 408 || status === 425) return undefined
  const { type, words } = readComplaint(reply)
  const word = readBody(reply.body).status || undefined
  // What a 401 says was not recorded for certain; that it is one is enough.
  const isObject = typeof reply.body === 'object' && reply.body !== null && !Array.isArray(reply.body)
  const message = words ?? word ?? type
  if (message === undefined && !(status === 401 && isObject)) return undefined
  const isTyped = status === 429 || type === 'authorization_error'
  const found = rowFor(status, isTyped ? `${type} ${words}` : (message ?? ''))
  return { ...found, nativeCode: type ?? word, message, requestId: headers['x-fal-request-id'] }
}
