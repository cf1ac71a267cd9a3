import type { RefusalTable } from '../engine/refusals.ts'

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
export const errorTable: Readonly<Record<number, ErrorRow>> = {
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

/** Derived from two samples: a 5 s clip at $0.20 a second froze 10,000,000, and $0.28 consumed 2,800,000. */
export const POINTS_PER_MICRO_USD = 10
