import type { ErrorRow, HttpReply, Refusal } from '@reelay/core'
import { readProblem } from './wire.ts'

/**
 * A row of the error table, with what the row rests on.
 *
 * @example
 * ```ts
 * import { type ReplicateErrorRow, replicateErrors } from '@reelay/replicate'
 * const final = Object.values(replicateErrors).filter((row: ReplicateErrorRow) => !row.retryable)
 * ```
 */
export interface ReplicateErrorRow extends ErrorRow {
  readonly source: string
}

const row = (code: ErrorRow['code'], source: string, retryable = false): ReplicateErrorRow => ({
  code,
  retryable,
  outcome: 'rejected',
  source,
})

/**
 * Replicate's refusals by HTTP status. A 4xx in Replicate's own words created nothing, 429 included (documentation and
 * observation until 2026-11); 5xx, 408, 409, 425 and 499 say nothing about that.
 *
 * @example
 * ```ts
 * import { replicateErrors } from '@reelay/replicate'
 * replicateErrors[402]?.code // 'ERR_FUNDS'
 * ```
 */
export const replicateErrors: Readonly<Record<number, ReplicateErrorRow>> = {
  // The codes 400 and 403 exist, their shapes are unknown.
  400: row('ERR_INVALID_REQUEST', 'unverified'),
  401: row('ERR_AUTH', 'recorded, three texts'),
  // A top-up takes minutes to count.
  402: row('ERR_FUNDS', 'observed 2026'),
  403: row('ERR_FORBIDDEN', 'unverified'),
  404: row('ERR_NOT_FOUND', 'recorded'),
  // Files only.
  413: row('ERR_INVALID_REQUEST', 'OpenAPI 1.0.0-a1'),
  422: row('ERR_INVALID_REQUEST', 'observed 2026'),
  429: row('ERR_RATE_LIMIT', 'observed 2026-08-24', true),
}

const unsupported = row('ERR_UNSUPPORTED', 'documentation, 2026')
const other = row('ERR_INVALID_REQUEST', 'documentation, 2026')
const server: ErrorRow = { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' }

// Timeouts, conflicts and early data: a gateway may answer so after the request went through.
const unclear: ReadonlySet<number> = new Set([408, 409, 425, 499])

/** Milliseconds to wait as the body says: a number, or words such as `resets in ~5s` or `available in 1 second`. */
function waitOf(detail: string, seconds: number | null | undefined): number | undefined {
  const told = seconds ?? /(?:~|available in )(\d+(?:\.\d+)?) ?s/i.exec(detail)?.[1]
  return told === undefined ? undefined : Math.ceil(Number(told) * 1_000)
}

/** What a reply refuses; `undefined` when it does not, or not in Replicate's own form (`detail`). */
export function readRefusal({ status, body }: HttpReply): Refusal | undefined {
  const problem = status < 400 || unclear.has(status) ? undefined : readProblem(body)
  if (!problem) return undefined
  const detail = problem.detail.trim()
  const noModel = /^model not found|^invalid version/i.test(status === 422 ? (problem.title ?? '') : detail)
  const known = status >= 500 ? server : noModel ? unsupported : (replicateErrors[status] ?? other)
  const { code, retryable, outcome } = known
  return {
    code,
    retryable,
    outcome,
    message: detail,
    retryAfterMs: waitOf(detail, problem.retry_after),
    ...(code === 'ERR_NOT_FOUND' ? { missing: true } : {}),
  }
}
