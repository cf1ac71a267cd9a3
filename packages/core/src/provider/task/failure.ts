import { type ErrorDetails, ReelayError, withDetails } from '../../model/error.ts'
import { kindOf } from '../../model/foreign.ts'
import type { ErrorCode, Outcome } from '../../model/outcome.ts'
import type { BrokenExchange, Exchange, HttpReply } from '../http/message.ts'
import type { Redactor } from '../http/redact.ts'
import type { ErrorRow, Refusal } from '../native.ts'
import type { ProviderSpec } from '../spec.ts'

/** Why an exchange did not bring what was asked for; its texts are fit to be shown. */
export interface CallFailure extends Refusal {
  /** What happened, as a clause: `answered HTTP 503`, `did not answer (ECONNRESET)`. */
  readonly what: string
  readonly httpStatus?: number | undefined
  /** What was thrown before the question could be asked, credentials missing for instance. */
  readonly error?: ReelayError | undefined
  /** The reply, for the credentials to look at. */
  readonly reply?: HttpReply | undefined
}

const unknown = (code: ErrorRow['code'], retryable: boolean): ErrorRow => ({
  code,
  retryable,
  outcome: 'unknown',
})

const foreignCodes: Readonly<Record<number, ErrorRow['code']>> = {
  401: 'ERR_AUTH',
  402: 'ERR_FUNDS',
  403: 'ERR_FORBIDDEN',
  404: 'ERR_NOT_FOUND',
  408: 'ERR_UNAVAILABLE',
  425: 'ERR_UNAVAILABLE',
  429: 'ERR_RATE_LIMIT',
}

const foreignAdvice =
  'These are not the provider’s words: something before it answered, a gateway, a proxy or a firewall. Try again; if it stays, check the network and baseURL.'

/**
 * Replies outside the provider's own error table: a gateway's page, a proxy's refusal. What they say about the paid
 * request is not documented by anybody, so the outcome is always unknown; and they say nothing about a task, so that the
 * next read may well be answered by the provider again.
 */
export function rowForStatus(status: number): Refusal {
  if (status >= 500) return unknown('ERR_UNAVAILABLE', true)
  if (status < 400) return unknown('ERR_UNEXPECTED_REPLY', true)
  return { ...unknown(foreignCodes[status] ?? 'ERR_INVALID_REQUEST', true), advice: foreignAdvice }
}

function brokenFailure(exchange: BrokenExchange): CallFailure {
  const { reason, detail, httpStatus } = exchange
  const code = {
    network: 'ERR_NETWORK',
    timeout: 'ERR_TIMEOUT',
    aborted: 'ERR_ABORTED',
    'too-large': 'ERR_UNEXPECTED_REPLY',
    client: 'ERR_NETWORK',
  }[reason] as ErrorRow['code']
  const what = {
    network: exchange.sent ? `broke off (${detail})` : `could not be reached (${detail})`,
    timeout: `gave ${detail}`,
    aborted: 'was not waited for',
    'too-large': 'answered with more than Reelay is willing to read',
    client: `was asked through the ky instance that was given, which ${detail}`,
  }[reason]
  return {
    ...unknown(code, reason !== 'aborted'),
    outcome: exchange.sent ? 'unknown' : 'rejected',
    what,
    httpStatus,
    reply: exchange.reply,
  }
}

/** A refusal whose words may be shown. */
function redactedRefusal(refusal: Refusal, { words }: Redactor): Refusal {
  const { nativeCode, message, requestId } = refusal
  return { ...refusal, nativeCode: words(nativeCode), message: words(message), requestId: words(requestId) }
}

/** The failure an exchange amounts to, or its reply when the provider said yes. */
export function readExchange(
  spec: ProviderSpec,
  exchange: Exchange,
  redactor: Redactor,
): { readonly reply: HttpReply; readonly failure?: undefined } | { readonly failure: CallFailure } {
  if (exchange.type === 'broken') return { failure: brokenFailure(exchange) }
  const { reply } = exchange
  const refused = spec.refusal(reply)
  if (!refused && reply.status >= 200 && reply.status < 300) return { reply }
  const refusal = refused && redactedRefusal(refused, redactor)
  const { status: httpStatus } = reply
  const retryAfterMs = reply.retryAfterMs ?? refusal?.retryAfterMs
  const code = refusal?.nativeCode === undefined ? '' : `, code ${refusal.nativeCode}`
  const what = `answered HTTP ${httpStatus}${code}`
  return { failure: { ...(refusal ?? rowForStatus(httpStatus)), what, httpStatus, retryAfterMs, reply } }
}

/** A question that could not even be asked, or an answer that an adapter stumbled over. */
export function unasked(error: unknown): CallFailure {
  if (!ReelayError.isInstance(error)) {
    // Not its words: they may repeat anything, and whoever threw it may be nobody we know.
    const what = `was not understood (${kindOf(error)})`
    return { ...unknown('ERR_UNEXPECTED_REPLY', false), what }
  }
  return { code: error.code, retryable: false, outcome: 'unknown', what: 'was not asked', error }
}

/** A 2xx whose body is not what the call must bring. */
export function unreadable(reply: HttpReply, what: string): CallFailure {
  const kind = reply.body === undefined ? 'without readable JSON' : what
  return {
    ...unknown('ERR_UNEXPECTED_REPLY', true),
    what: `answered HTTP ${reply.status} ${kind}`,
    httpStatus: reply.status,
  }
}

/** A success that says that there is no such task. It is no proof that none is on its way. */
export function notThere({ status }: HttpReply): CallFailure {
  const what = 'answered that it has no such task'
  return { ...unknown('ERR_NOT_FOUND', false), what, httpStatus: status, missing: true }
}

/** A failure as the error to throw. */
export function toError(
  failure: CallFailure,
  doing: string,
  outcome: Outcome,
  details: Omit<ErrorDetails, 'outcome'>,
  money: string = meaning[outcome],
): ReelayError {
  if (failure.error) return withDetails(failure.error, { ...details, outcome })
  const { code, nativeCode, requestId, retryable, retryAfterMs, httpStatus, message, what } = failure
  const said = message === undefined || message === '' ? '' : ` and said: "${message}"`
  const filtered = code === 'ERR_CONTENT' && message
  const text = filtered
    ? `${message} (content filter of ${details.provider}, which ${what})`
    : what.startsWith('could not')
      ? `${details.provider} ${what}, so ${doing} was never sent`
      : `${details.provider} ${what} to ${doing}${said}`
  const next = [failure.advice ?? advice[code], outcome === 'accepted' ? undefined : money]
  return new ReelayError(code, [`${text}.`, ...next].filter(Boolean).join(' '), {
    nativeCode,
    requestId,
    retryable,
    retryAfterMs,
    httpStatus,
    ...details,
    outcome,
  })
}

/** What to do about each kind of failure, as the last sentence of its message. */
export const advice: { readonly [code in ErrorCode]?: string } = {
  ERR_AUTH: 'Check the API key, and that it belongs to this region and account.',
  ERR_FUNDS: 'Top up the account or buy a resource pack.',
  ERR_FORBIDDEN: 'The account may not use this API, model or address; check its rights at the provider.',
  ERR_INVALID_REQUEST: 'Change the request; sending the same again will fail again.',
  ERR_CONTENT: 'Change the prompt or the image; the content filter will not let this one through.',
  ERR_RATE_LIMIT: 'Send fewer requests per second, or try again later.',
  ERR_CONCURRENCY: 'Wait until one of the running tasks has ended, or buy more parallel slots.',
  ERR_NOT_FOUND: 'Check that the task belongs to this account and region.',
  ERR_UNAVAILABLE: 'Try again later.',
  ERR_NETWORK: 'Check the connection, then try again.',
  ERR_TIMEOUT: 'Try again, or allow more time.',
  ERR_UNEXPECTED_REPLY: 'Try again; if it stays, the provider has changed its API.',
}

/** What the outcome means for the caller's money. */
export const meaning: { readonly [outcome in Outcome]: string } = {
  none: 'Nothing was bought.',
  rejected: 'No task was created and nothing was charged.',
  unknown: 'A task may have been created and charged: do not send the request again before it is settled.',
  accepted: 'The task was created; keep the handle of this error to go on with it.',
}
