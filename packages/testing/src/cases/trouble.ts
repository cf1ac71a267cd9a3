import type { ErrorCode } from '@reelay/core'
import type { FaultName, FaultOptions } from '../wire/index.ts'

/** A fault as a row of a generated family of cases. */
export interface Trouble {
  /** A noun phrase; case names are built on it. */
  readonly title: string
  readonly fault: FaultName
  readonly options?: FaultOptions
}

const status = (code: number, created = false): Trouble => ({
  title: `HTTP ${code}${created ? ' after the work was done' : ''}`,
  fault: 'status',
  options: { status: code, created },
})

/** Answers to a create, or the lack of one, that say nothing about whether a task was made. */
export const unclear: readonly (Trouble & { readonly created: boolean })[] = [
  { title: 'a request lost on its way', fault: 'lost-request', created: false },
  { title: 'a lost answer', fault: 'lost-answer', created: true },
  { title: 'a connection reset in the middle of the answer', fault: 'reset', created: true },
  { title: 'a request that hangs', fault: 'hang-request', created: false },
  { title: 'an answer that hangs', fault: 'hang-answer', created: true },
  { title: 'a refused connection that a custom fetch reports', fault: 'false-refusal', created: true },
  { title: 'a redirect', fault: 'redirect', created: false },
  {
    title: 'a redirect after the work was done',
    fault: 'redirect',
    options: { created: true },
    created: true,
  },
  ...[408, 409, 425, 499, 500, 503, 504].map((code) => ({ ...status(code), created: false })),
  ...[408, 409, 500, 504].map((code) => ({ ...status(code, true), created: true })),
  { title: 'a gateway’s HTML page', fault: 'html', created: false },
  {
    title: 'an HTML page in place of the answer',
    fault: 'html',
    options: { status: 200, created: true },
    created: true,
  },
  { title: 'truncated JSON', fault: 'truncated-json', created: true },
  { title: 'an empty answer', fault: 'empty', created: true },
  { title: 'an answer without a task id', fault: 'missing-id', created: true },
]

/** Refusals that the provider documents as "nothing was created". */
export const refusals: readonly (Trouble & { readonly code: ErrorCode })[] = [
  { title: 'credentials it does not accept', fault: 'unauthorized', code: 'ERR_AUTH' },
  { title: 'a lack of rights', fault: 'forbidden', code: 'ERR_FORBIDDEN' },
  { title: 'a lack of funds', fault: 'funds', code: 'ERR_FUNDS' },
  { title: 'a wrong parameter', fault: 'invalid', code: 'ERR_INVALID_REQUEST' },
  { title: 'its content', fault: 'content', code: 'ERR_CONTENT' },
  { title: 'too many requests', fault: 'rate-limit', code: 'ERR_RATE_LIMIT' },
  { title: 'too many tasks at a time', fault: 'concurrency', code: 'ERR_CONCURRENCY' },
]

/** Trouble with a read that passes. */
export const passing: readonly Trouble[] = [
  { title: 'a request lost on its way', fault: 'lost-request' },
  { title: 'a lost answer', fault: 'lost-answer' },
  { title: 'a connection reset in the middle of the answer', fault: 'reset' },
  { title: 'an answer that hangs', fault: 'hang-answer' },
  status(500),
  status(503),
  { title: 'a gateway’s HTML page', fault: 'html' },
  ...[400, 401, 403, 404, 409].map(
    (code): Trouble => ({
      title: `a gateway’s HTML page with ${code}`,
      fault: 'html',
      options: { status: code },
    }),
  ),
  { title: 'truncated JSON', fault: 'truncated-json' },
  { title: 'an empty answer', fault: 'empty' },
  { title: 'a redirect', fault: 'redirect' },
  { title: 'a rate limit', fault: 'rate-limit', options: { retryAfter: 1 } },
]

/** Trouble with a read that a single look does not get over, but waiting may. */
export const lasting: readonly Trouble[] = [
  { title: 'a task that cannot be seen yet', fault: 'not-found' },
  { title: 'a status word it does not know', fault: 'unknown-status' },
  { title: 'a finished task without its result', fault: 'missing-url' },
]
