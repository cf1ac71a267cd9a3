import type { Attempt } from '../model/attempt.ts'
import { ReelayError } from '../model/error.ts'
import type { Problem } from '../model/problem.ts'
import { errorWithTrail, outcomeOf, withTrail } from './attempts.ts'

/**
 * What an abort between two leaves throws: the caller's own reason as long as no paid request has left, else
 * `ERR_ABORTED` with what is known about the money.
 */
export function abortedBetween(
  reason: unknown,
  attempts: readonly Attempt[],
  last: ReelayError | undefined,
): unknown {
  if (outcomeOf(attempts) === 'none') return reason
  const message = 'Stopped before the next provider was tried.'
  const { provider, account, submission, outcome = 'rejected' } = last ?? {}
  const said =
    outcome === 'unknown'
      ? 'A task may have been created and charged.'
      : 'No task was created and nothing was charged.'
  const details = { provider, account, submission, outcome, cause: reason }
  return errorWithTrail(new ReelayError('ERR_ABORTED', `${message} ${said}`, details), attempts)
}

/** The error when every leaf was passed over: nothing was asked of anybody. */
export function nobodyTried(
  problems: readonly Problem[],
  attempts: readonly Attempt[],
  retryAfterMs: number,
): ReelayError {
  const { provider, account } = attempts[0] ?? {}
  const about = { provider, account, outcome: 'none', attempts } as const
  const because = new Set(attempts.map(({ skipped }) => skipped))
  // What passes by itself is worth more to the caller than what does not.
  if (because.has('breaker')) {
    const message = `Every provider that could serve the request has failed too often of late; nothing was sent. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`
    return new ReelayError('ERR_UNAVAILABLE', withTrail(message, attempts), {
      ...about,
      retryable: true,
      retryAfterMs,
    })
  }
  if (because.has('cost')) {
    const message =
      'Every provider that could serve the request is too dear; nothing was sent. Raise maxCost to allow it.'
    return new ReelayError('ERR_BUDGET', withTrail(message, attempts), about)
  }
  const unsupported = attempts.every(({ code }) => code === 'ERR_UNSUPPORTED')
  const lines = problems.map(({ field, message, fix }) => `  ${field}: ${message} ${fix}`)
  const message = `No provider can render this request; nothing was sent.\n${lines.join('\n')}`
  const code = unsupported ? 'ERR_UNSUPPORTED' : 'ERR_INVALID_REQUEST'
  return new ReelayError(code, withTrail(message, attempts), { ...about, problems })
}
