import { ReelayError, withDetails } from '../../model/error.ts'
import { ownerText, type Submission, type TaskHandle } from '../../model/handle.ts'
import type { TaskCandidate } from '../../model/task.ts'
import { candidatesInWords } from '../../provider/submit/candidates.ts'
import { stepAdvice } from '../../provider/submit/steps.ts'
import { meaning } from '../../provider/task/failure.ts'
import type { Purchase } from '../journal/order.ts'

/** What to do about a submission that nobody knows the end of. */
export function whatToDo(submission: Submission, canFind: boolean): string {
  if (submission.step !== undefined) return stepAdvice(submission)
  const { provider, externalId, repeatable } = submission
  const look = canFind
    ? 'Look again in a minute'
    : `${provider} offers no way to look for it: check its console or bill`
  const safe =
    externalId === undefined || repeatable === undefined
      ? ''
      : `, or submit the same request under the same key: it carries the id ${externalId}, which ${provider} takes only once`
  return `${look}${safe}. Once you know, settle it as created or not created.`
}

/** The error for a purchase that may have been paid for, by an earlier submit under the same key. */
export function unknownSubmission(
  submission: Submission,
  why: string,
  canFind: boolean,
  candidates: readonly TaskCandidate[] = [],
): ReelayError {
  const { provider, account, idempotencyKey, step } = submission
  const what = step === undefined ? 'The purchase' : `The step ${step} of the purchase`
  const said = [
    `${what} "${idempotencyKey}" at ${provider} ${why}.`,
    step === undefined ? meaning.unknown : 'It may have been charged.',
  ]
  const next = [candidatesInWords(candidates), whatToDo(submission, canFind)]
  const message = [...said, ...next].filter(Boolean).join(' ')
  return new ReelayError('ERR_SUBMISSION_UNKNOWN', message, {
    provider,
    account,
    outcome: 'unknown',
    submission,
    ...(candidates.length > 0 && { candidates }),
  })
}

/** The error for a key that names another request already. */
export function otherRequest(idempotencyKey: string, { handle, submission }: Purchase): ReelayError {
  const { provider, account } = submission
  const message = `The key "${idempotencyKey}" names another request already. Nothing was sent: submit that request again, or give this one a key of its own.`
  return new ReelayError('ERR_INVALID_REQUEST', message, {
    provider,
    account,
    outcome: 'none',
    ...(handle && { handle }),
    problems: [
      {
        field: 'idempotencyKey',
        rule: 'conflict',
        message: `"${idempotencyKey}" names another request already.`,
        fix: 'Give every request a key of its own.',
      },
    ],
  })
}

/** The error for a key under which another provider has made a task, which this one cannot read. */
export function boughtElsewhere(handle: TaskHandle): ReelayError {
  const { provider, account, id, idempotencyKey } = handle
  const message = `The order "${idempotencyKey}" is task ${id} at ${ownerText(handle)} already, which is not asked here. Nothing was sent: read it there with the handle of this error, or use another key.`
  return new ReelayError('ERR_INVALID_REQUEST', message, { provider, account, outcome: 'accepted', handle })
}

/**
 * What a failed look for a submission means. Its own outcome must not come through: `none` would say that nothing was
 * bought, and somebody would buy again elsewhere.
 */
export function failedLook(error: unknown, submission: Submission): ReelayError {
  if (!ReelayError.isInstance(error) || error.code === 'ERR_UNSUPPORTED') {
    return unknownSubmission(submission, 'has no verdict, and could not be looked for', false)
  }
  return error.outcome === 'unknown' ? error : withDetails(error, { outcome: 'unknown', submission })
}
