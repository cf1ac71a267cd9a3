import type { ErrorRow, HttpReply, Refusal } from '@reelay/core'
import { logged, readEnvelope, readWireTask } from './wire.ts'

/**
 * A row of the error table, with its source.
 *
 * @example
 * ```ts
 * import { type PiapiErrorRow, piapiErrors } from '@reelay/piapi'
 * const final = Object.values(piapiErrors).filter((row: PiapiErrorRow) => !row.retryable)
 * ```
 */
export interface PiapiErrorRow extends ErrorRow {
  readonly source: string
}

const official = 'piapi.ai/docs, response codes, 2024–2026'
const clients = 'public clients only, until 2026-05'

const entry = (
  code: ErrorRow['code'],
  outcome: ErrorRow['outcome'],
  source: string = clients,
  retryable = false,
): PiapiErrorRow => ({ code, retryable, outcome, source })

/**
 * PiAPI's error codes, which repeat the HTTP status. No page says in so many words that nothing is created, so
 * `rejected` stands only where the code leaves no room for a task; the comment of each row says why.
 *
 * @example
 * ```ts
 * import { piapiErrors } from '@reelay/piapi'
 * piapiErrors['402']?.code // 'ERR_FUNDS'
 * ```
 */
export const piapiErrors: Readonly<Record<string, PiapiErrorRow>> = {
  // The body was not accepted.
  400: entry('ERR_INVALID_REQUEST', 'rejected', official),
  // Without a valid key there is no account to charge.
  401: entry('ERR_AUTH', 'rejected', official),
  // A task freezes its price when it is made.
  402: entry('ERR_FUNDS', 'rejected'),
  // Nobody documents when the plan is looked at.
  403: entry('ERR_FORBIDDEN', 'unknown'),
  // Not found proves nothing.
  404: entry('ERR_NOT_FOUND', 'unknown'),
  // What is taken beyond the concurrency is answered 200 and staged.
  429: entry('ERR_RATE_LIMIT', 'rejected', clients, true),
  // Server or upstream submit: the task may exist.
  500: entry('ERR_UNAVAILABLE', 'unknown', official, true),
}

const unlisted = entry('ERR_UNEXPECTED_REPLY', 'unknown', clients, true)

function rowFor(status: number, code: string): PiapiErrorRow {
  const found = piapiErrors[code] ?? piapiErrors[status]
  if (found) return found
  const about = /^[45]\d\d$/.test(code) ? Number(code) : status
  if (about >= 500) return piapiErrors[500] ?? unlisted
  return about < 400 ? unlisted : { ...unlisted, code: 'ERR_INVALID_REQUEST', retryable: false }
}

// Words that say more than a general code (dossier, section 8: fragments that public clients look for).
const wordings: readonly (readonly [RegExp, Partial<ErrorRow>])[] = [
  // It reached Kling, or was on its way there: whatever the code, that is no proof that nothing was made.
  [
    /service busy|submit task failed|overloaded|timed out|timeout|proxyconnect|connection refused/i,
    { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' },
  ],
  [/\bcredits?\b/i, { code: 'ERR_FUNDS', retryable: false }],
  [/rate.?limit|limit (exceeded|reached)|too many requests/i, { code: 'ERR_RATE_LIMIT', retryable: true }],
  [/content violation|risk control/i, { code: 'ERR_CONTENT', retryable: false }],
]
// Other codes need no interpreter.
const general = /INVALID|UNAVAILABLE|UNEXPECTED/

/**
 * What a reply refuses: `code` other than 200, on HTTP 200 as well; `undefined` for success and for replies that are not
 * PiAPI's own. Code 0 is left to the reader: the legacy API and one generated sample succeed with it.
 */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const envelope = readEnvelope(reply.body)
  // What a 401 says was not recorded for certain; that it is one is enough.
  const unnamed = envelope && reply.status === 401 && !Array.isArray(reply.body) ? 401 : ''
  const nativeCode = String(envelope?.code ?? unnamed)
  if (!/^[1-9]\d*$/.test(nativeCode) || nativeCode === '200') return undefined
  // `data` may be null, or a task whose error has the cause.
  const task = readWireTask(envelope?.data)
  const { raw_message: raw, message: called } = task?.error ?? {}
  const told = [raw, task && logged(task), called, envelope?.message].filter((one) => !!one)
  const row = rowFor(reply.status, nativeCode)
  const words = wordings.find(
    ([pattern, means]) =>
      pattern.test(told.join(' ')) && (means.outcome === 'unknown' || general.test(row.code)),
  )?.[1]
  const { code, retryable, outcome } = { ...row, ...words }
  return {
    code,
    retryable,
    // A gateway that failed on the way back cannot say that there is none.
    outcome: reply.status >= 500 ? 'unknown' : outcome,
    nativeCode,
    message: told[0],
    // There is no request id; the id of a task named in a refusal is the thread to pull.
    requestId: task?.task_id || undefined,
    ...(code === 'ERR_NOT_FOUND' ? { missing: true } : {}),
  }
}
