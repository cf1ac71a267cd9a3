import type { Operation } from '../engine/exchange.ts'
import type { RefusalTable } from '../engine/refusals.ts'

/** One entry of `invalid_fields`. Only `required` was observed; the other types are gojsonschema's words. */
export interface InvalidField {
  readonly type: string
  readonly field: string
  readonly description: string
}

/** What the wire says when it refuses. */
export interface Refusal {
  readonly status: number
  readonly problem: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

export const isRefusal = (value: object): value is Refusal => 'problem' in value

// RFC 7807 flavour. Only `detail` is reliable: several answers carry nothing else.
const titled = (status: number, title: string, detail: string): Refusal => ({
  status,
  problem: { title, detail, status },
})

/** Each as recorded, observed or documented until 2026-11 unless noted. */
export const refusals = {
  noCredential: (): Refusal => ({
    status: 401,
    problem: { detail: 'Authorization header required' },
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
  badTokenOnCreate: (): Refusal => titled(401, 'Authentication required', 'Invalid or expired API token.'),
  badToken: (): Refusal => titled(401, 'Unauthenticated', 'You did not pass a valid authentication token'),
  noCredit: (): Refusal =>
    titled(
      402,
      'Insufficient credit',
      'You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit. Once you purchase credit, please wait a few minutes before trying again.',
    ),
  noModel: (name: string): Refusal => titled(404, 'Not Found', `Model not found: ${name}`),
  /** The shape was recorded, the detail is unverified. */
  notFound: (): Refusal => titled(404, 'Not found', 'The requested resource could not be found.'),
  noFile: (): Refusal => ({ status: 404, problem: { detail: 'File not found' } }),
  fileTooLarge: (): Refusal => ({
    status: 413,
    problem: { detail: 'Files must be less than 100MB in size' },
  }),
  /** The title was observed; the detail is worded here. */
  badVersion: (): Refusal =>
    titled(
      422,
      'Invalid version or not permitted',
      // Seen live in 2025.
      "The specified version does not exist (or perhaps you don't have permission to use it?)",
    ),
  invalid: (fields: readonly InvalidField[]): Refusal => {
    const detail = fields.map(({ field, description }) => `- ${field}: ${description}\n`).join('')
    return {
      status: 422,
      problem: { detail, status: 422, title: 'Input validation failed', invalid_fields: fields },
    }
  },
  /** A header or a query parameter: no shape is known, so it borrows the one of the body. */
  invalidValue: (field: string, description: string): Refusal =>
    refusals.invalid([{ type: 'format', field, description }]),
  /** 400 and 403 exist; neither shape is known. */
  badRequest: (detail: string): Refusal => titled(400, 'Bad request', detail),
  forbidden: (detail: string): Refusal => titled(403, 'Forbidden', detail),
  throttled: (seconds: number, header: boolean): Refusal => ({
    status: 429,
    problem: { detail: `Request was throttled. Your rate limit resets in ~${seconds}s.` },
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(header ? { 'retry-after': String(seconds) } : {}),
    },
  }),
  /** Observed 2026-08-24 on an account below five dollars. */
  throttledLowCredit: (seconds: number): Refusal => ({
    status: 429,
    problem: {
      detail: `Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~${seconds}s.`,
      status: 429,
      retry_after: seconds,
    },
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': String(seconds) },
  }),
  /** Envelope only; the text is unverified. */
  internal: (status: number): Refusal =>
    titled(status, 'Internal server error', 'An unexpected error occurred'),
}

export function refusalAnswer({ status, problem, headers }: Refusal): Response {
  return new Response(JSON.stringify(problem), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}

/** Its refusals by what they mean. Official models queue, and their content filter speaks only in a prediction's error. */
export const meanings: RefusalTable<(op: Operation) => Refusal> = {
  unauthorized: (op) => (op === 'create' ? refusals.badTokenOnCreate() : refusals.badToken()),
  funds: refusals.noCredit,
  invalid: () => refusals.invalid([{ type: 'required', field: 'input', description: 'prompt is required' }]),
  'not-found': refusals.notFound,
  rate: () => refusals.throttled(30, false),
  'too-large': refusals.fileTooLarge,
  unavailable: () => refusals.internal(503),
  internal: () => refusals.internal(500),
}

/** The answer that goes with a status; undefined where no body is known. The wire has no numeric codes. */
export function errorAnswer(status: number | undefined): Response | undefined {
  if (status === undefined) return refusalAnswer(refusals.internal(500))
  if (status >= 500) return refusalAnswer(refusals.internal(status))
  const known: Readonly<Record<number, () => Refusal>> = {
    401: refusals.badToken,
    402: refusals.noCredit,
    404: refusals.notFound,
    413: refusals.fileTooLarge,
    422: () => refusals.invalid([{ type: 'required', field: 'input', description: 'prompt is required' }]),
    429: () => refusals.throttled(30, false),
  }
  const refusal = known[status]
  return refusal && refusalAnswer(refusal())
}
