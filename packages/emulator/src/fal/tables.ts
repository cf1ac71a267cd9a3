import type { Exchange } from '../engine/exchange.ts'
import type { RefusalTable } from '../engine/refusals.ts'
import { detail, type Failure, failureNamed, platformFailure, validationFailure } from './failures.ts'

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  Response.json(body, { status, headers })

/** Refusals of the gateway. Bodies: 403, the 404s and `invalid key credentials` as recorded, the rest worded here. */
export const notFound = (): Response => json(404, { status: 'NOT_FOUND' })
export const noSuchPath = (): Response => json(404, { detail: 'Not Found' })
export const methodNotAllowed = (): Response => json(405, { detail: 'Method Not Allowed' })
export const unknownApp = (app: string): Response =>
  json(404, { detail: `Application "${app.split('/').at(-1)}" not found` })
export const badRequest = (detail: string): Response =>
  json(400, { detail, error_type: 'bad_request' }, { 'x-fal-error-type': 'bad_request' })

/** Without a credential or with the wrong scheme word the app is named; an unknown key is called invalid. */
export const unauthorized = (authorization: string | null, app: string): Response =>
  json(401, {
    detail: authorization?.startsWith('Key ')
      ? 'invalid key credentials'
      : `Cannot access application "${app}"`,
  })

export const EXHAUSTED = 'Exhausted balance. Top up your balance at fal.ai/dashboard/billing.'
export const locked = (reason: string): Response => json(403, { detail: `User is locked. Reason: ${reason}` })

/** The exact body is not known; its type and the retry header are. */
export const tooMany = (detail: string): Response =>
  json(
    429,
    { detail, error_type: 'concurrent_requests_limit' },
    { 'x-fal-error-type': 'concurrent_requests_limit', 'x-fal-needs-retry': '1', 'x-fal-retryable': 'true' },
  )

const failed = ({ status, body, headers }: Failure): Response => json(status, body, headers)

type Answer = (exchange: Pick<Exchange, 'site' | 'op'>) => Response | undefined

/** The model app speaks in a result, or where the call is direct; the queue takes anything in (recorded until 2026-11). */
const byModel =
  (failure: Failure): Answer =>
  ({ site, op }) =>
    site === 'run' || op === 'result' ? failed(failure) : undefined

/** Its refusals by what they mean. There is no limit of requests: a queue takes them, and only the direct call is too busy. */
export const refusals: RefusalTable<Answer> = {
  unauthorized: () => unauthorized('Key ?', ''),
  locked: () => locked('Admin lock. Please contact support@fal.ai'),
  funds: () => locked(EXHAUSTED),
  invalid: byModel(validationFailure([detail(['body', 'prompt'], 'missing', 'Field required')])),
  content: byModel(failureNamed('content_policy_violation')),
  'not-found': notFound,
  concurrency: () => tooMany('Too many concurrent requests'),
  unavailable: () => failed(platformFailure('runner_scheduling_failure')),
  internal: () => failed(platformFailure('internal_error')),
  timeout: () => failed(platformFailure('request_timeout')),
}

const forStatus: Readonly<Record<number, () => Response>> = {
  400: () => badRequest('Bad request'),
  401: () => unauthorized('Key ?', ''),
  403: () => locked(EXHAUSTED),
  404: notFound,
  405: methodNotAllowed,
  422: () => failed(failureNamed('content_policy_violation')),
  429: () => tooMany('Too many concurrent requests'),
  499: () => failed(platformFailure('client_cancelled')),
  500: () => failed(platformFailure('internal_error')),
  502: () => failed(platformFailure('runner_incomplete_response')),
  503: () => failed(platformFailure('runner_scheduling_failure')),
  504: () => failed(platformFailure('request_timeout')),
}

/**
 * The answer that usually comes with a status; undefined where none is documented. fal has no numeric codes. A submit
 * that goes wrong names no request: nobody has shown that one would.
 */
export function errorAnswer(status: number | undefined, { op, record }: Exchange): Response | undefined {
  const answer = status === undefined ? undefined : forStatus[status]?.()
  if (op !== 'create' && record.taskId !== undefined) answer?.headers.set('x-fal-request-id', record.taskId)
  return answer
}
