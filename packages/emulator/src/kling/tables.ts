import type { RefusalTable } from '../engine/refusals.ts'

/** What pays for a job, and what counts its tasks. */
export type Pack = 'video' | 'image' | 'try-on'

/** Codes of the official error table. */
export type KlingCode =
  | 1000
  | 1001
  | 1002
  | 1003
  | 1004
  | 1100
  | 1101
  | 1102
  | 1103
  | 1200
  | 1201
  | 1202
  | 1203
  | 1300
  | 1301
  | 1302
  | 1303
  | 1304
  | 5000
  | 5001
  | 5002

/** What the wire says when it refuses: a code of the table below and a message. */
export interface Refusal {
  readonly code: KlingCode
  readonly message: string
}

interface ErrorRow {
  readonly status: number
  readonly message: string
}

/**
 * HTTP status per code: the official error table, read 2026-09. Messages: 1001, 1003, 1102, 1301, 1302, 1303
 * and 5000 as recorded; the others are worded here, none has been captured.
 */
const errorTable: Readonly<Record<KlingCode, ErrorRow>> = {
  1000: { status: 401, message: 'Authentication failed' },
  1001: { status: 401, message: 'Authorization is empty' },
  1002: { status: 401, message: 'Authorization is invalid' },
  1003: { status: 401, message: 'Authorization is not yet valid' },
  1004: { status: 401, message: 'Authorization has expired' },
  1100: { status: 429, message: 'Account exception' },
  1101: { status: 429, message: 'Account in arrears' },
  1102: { status: 429, message: 'Account balance not enough' },
  1103: { status: 403, message: 'Unauthorized access to requested resource' },
  1200: { status: 400, message: 'Invalid request parameters' },
  1201: { status: 400, message: 'Invalid parameter' },
  1202: { status: 404, message: 'The requested method is invalid' },
  1203: { status: 404, message: 'The requested resource does not exist' },
  1300: { status: 400, message: 'Trigger strategy of the platform' },
  1301: { status: 400, message: 'Trigger the content security policy of the platform' },
  1302: { status: 429, message: 'API requests too fast' },
  1303: { status: 429, message: 'parallel task over resource pack limit' },
  1304: { status: 429, message: 'The request IP is not in the allow list' },
  5000: { status: 500, message: 'Server internal error' },
  5001: { status: 503, message: 'Server temporarily unavailable' },
  5002: { status: 504, message: 'Server internal timeout' },
}

const codeForStatus: Readonly<Record<number, KlingCode>> = {
  400: 1200,
  401: 1000,
  403: 1103,
  404: 1203,
  429: 1302,
  500: 5000,
  503: 5001,
  504: 5002,
}

export const refuse = (code: KlingCode, message: string = errorTable[code].message): Refusal => ({
  code,
  message,
})

/** Its refusals by what they mean: the error table of the official pages, 2026-09. */
export const refusals: RefusalTable<Refusal> = {
  unauthorized: refuse(1002),
  forbidden: refuse(1103),
  locked: refuse(1101),
  funds: refuse(1102),
  invalid: refuse(1201),
  content: refuse(1301),
  // Recorded: HTTP 400, not 404.
  'not-found': refuse(1201, 'Task not found by id/external id'),
  rate: refuse(1302),
  concurrency: refuse(1303),
  unavailable: refuse(5001),
  internal: refuse(5000),
  timeout: refuse(5002),
}

const isKlingCode = (code: number): code is KlingCode => code in errorTable

/** The HTTP status that comes with a refusal. */
export const statusOf = ({ code }: Refusal): number => errorTable[code].status

/** An error answer has no `data` key (recorded for 1303). */
export function refusalAnswer({ code, message }: Refusal, requestId: string): Response {
  const { status } = errorTable[code]
  return Response.json({ code, message, request_id: requestId }, { status })
}

/** The answer for a code, or for the code that usually comes with a status; undefined where none is documented. */
export function errorAnswer(
  status: number | undefined,
  code: number | undefined,
  requestId: string,
): Response | undefined {
  const known = code ?? (status === undefined ? undefined : codeForStatus[status])
  if (known === undefined) return undefined
  const refusal = isKlingCode(known) ? refuse(known) : { code: known, message: 'error' }
  const body = { ...refusal, request_id: requestId }
  return Response.json(body, { status: status ?? (isKlingCode(known) ? errorTable[known].status : 500) })
}

/** List prices of a unit, 2026-08-13: video $0.14, image $0.0035, try-on $0.07. */
export const MICRO_USD_PER_MILLI_UNIT = { video: 140, image: 3.5, 'try-on': 70 } as const
