import type { Exchange } from '../engine/exchange.ts'
import type { RefusalTable } from '../engine/refusals.ts'
import { isRecord } from '../http/json.ts'
import type { PiapiSettings } from './options.ts'
import { failedView } from './wire.ts'

/** What the wire says when it refuses. */
export interface Refusal {
  readonly status: number
  readonly message: string
  /** The cause in the words of the service behind; the message again unless told. */
  readonly rawMessage?: string
}

interface ErrorRow {
  readonly message: string
  readonly rawMessage?: string
  /** Whether `data` is a failed task when a create is refused so, and whether that task repeats the input. */
  readonly data: 'null' | 'task' | 'task without input'
}

/**
 * Codes 400, 401 and 500: the documentation's response table. The others, every text and the form of `data`
 * follow what public clients look for (2025 to 2026); no error body has been captured.
 */
const errorTable: Readonly<Record<number, ErrorRow>> = {
  400: { message: 'invalid request', data: 'null' },
  401: { message: 'Invalid API key', data: 'null' },
  402: { message: 'insufficient credits', data: 'task' },
  403: { message: 'model not allowed for this plan', data: 'null' },
  404: { message: 'task not found', data: 'null' },
  429: { message: 'rate limit exceeded', data: 'null' },
  500: { message: 'failed to create task', rawMessage: 'service busy', data: 'task without input' },
}

export const refuse = (
  status: number,
  message: string = errorTable[status]?.message ?? 'error',
): Refusal => ({ status, message })

/** Names the field first, then why. */
export const invalid = (field: string, why?: string): Refusal =>
  refuse(400, `invalid request: ${field}${why === undefined ? '' : ` ${why}`}`)

export const isRefusal = (value: object): value is Refusal => 'status' in value && 'message' in value

/** Its refusals by what they mean. A create over the limits is staged first; refused, it reads as one that comes too fast. */
export const refusals: RefusalTable<Refusal> = {
  unauthorized: refuse(401),
  forbidden: refuse(403),
  funds: refuse(402),
  invalid: refuse(400),
  content: { ...refuse(400, 'failed to create task'), rawMessage: '404 not found: content violation' },
  'not-found': refuse(404),
  rate: refuse(429),
  concurrency: refuse(429),
  'too-large': invalid('file_data', 'task input too large'),
  internal: refuse(500),
}

/** `code` repeats the HTTP status, whether or not that one tells the truth. */
export function refusalAnswer(
  { status, message, rawMessage }: Refusal,
  settings: PiapiSettings,
  exchange: Pick<Exchange, 'op' | 'json'>,
): Response {
  const row = errorTable[status]
  const { op, json } = exchange
  const mixed = op === 'create' ? (row?.data ?? 'null') : 'null'
  const form = { mixed, null: 'null', task: 'task' }[settings.errorData]
  const sent = isRecord(json) && op === 'create' ? json : {}
  const request = form === 'task' ? sent : { ...sent, input: {} }
  const error = { message, rawMessage: rawMessage ?? row?.rawMessage ?? message }
  const data = form === 'null' ? null : failedView(request, error, settings)
  return Response.json(
    { code: status, data, message },
    { status: settings.errorsAsHttp200 ? 200 : httpOf(status) },
  )
}

// A test may ask for a code that no HTTP answer can have.
const httpOf = (code: number): number => (code >= 400 && code <= 599 ? code : 500)

/** The answer for a status or code; undefined where the service has none of its own. */
export function errorAnswer(
  status: number | undefined,
  code: number | undefined,
  settings: PiapiSettings,
  exchange: Pick<Exchange, 'op' | 'json'>,
): Response | undefined {
  const known = code ?? status
  if (known === undefined || (code === undefined && !errorTable[known])) return undefined
  const refusal = refuse(
    known,
    known === 500 && exchange.op !== 'create' ? 'internal server error' : undefined,
  )
  const answer = refusalAnswer(refusal, settings, exchange)
  return status === undefined ? answer : new Response(answer.body, { status, headers: answer.headers })
}
