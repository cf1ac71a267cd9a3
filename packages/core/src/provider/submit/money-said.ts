import { ReelayError, withDetails } from '../../model/error.ts'
import { at, kindOf, ofPaidTask } from '../../model/foreign.ts'
import type { Submission } from '../../model/handle.ts'
import type { RecordEntry } from '../options.ts'
import { meaning } from '../task/failure.ts'
import { paidSteps } from './steps.ts'

/** Whether two are one request, also where one was read back from a journal. */
export const same = (a: Submission, b: Submission): boolean => a.attempt === b.attempt

/** The step that was done and paid for, where it is one's verdict. */
export const doneStep = (entry: RecordEntry): Submission | undefined =>
  entry.type === 'verdict' && entry.outcome === 'accepted' && entry.submission.step !== undefined
    ? entry.submission
    : undefined

/** Whether it says that a task was made, or may have been. */
const isOpen = (entry: RecordEntry): boolean =>
  entry.type === 'intent' ||
  (entry.outcome === 'accepted' && doneStep(entry) === undefined) ||
  entry.outcome === 'unknown'

/** What was recorded last, unless it is a refusal that leaves an earlier purchase as open as it was. */
export function graver(before: RecordEntry | undefined, entry: RecordEntry): RecordEntry {
  const covers = before && isOpen(before) && !isOpen(entry) && !same(before.submission, entry.submission)
  return covers ? before : entry
}

/** What kept a create from being sent after its step was paid for. */
function afterStep(
  thrown: unknown,
  { provider, account, step = '' }: Submission,
  cause: unknown,
  signal: AbortSignal | undefined,
): ReelayError {
  const money = paidSteps([step])
  const details = { provider, account, outcome: 'rejected' } as const
  if (ReelayError.isInstance(thrown)) {
    if (thrown.outcome !== 'none') return thrown
    return at(
      thrown,
      new ReelayError(thrown.code, `${thrown.message} ${money}`, {
        ...thrown,
        ...details,
        cause: thrown.cause,
      }),
    )
  }
  const aborted = signal?.aborted === true && thrown === signal.reason
  const what = aborted ? 'Stopped before' : `It broke off (${kindOf(thrown)}) before`
  const message = `${what} the paid request to ${provider} was sent. ${money}`
  const code = aborted ? 'ERR_ABORTED' : 'ERR_CONFIG'
  return at(thrown, new ReelayError(code, message, { ...details, cause: aborted ? thrown : cause }))
}

/** What escaped from a submit, as an error that says what is known about the money. */
export function withMoneySaid(
  thrown: unknown,
  last: RecordEntry | undefined,
  step: Submission | undefined,
  cause: unknown,
  signal: AbortSignal | undefined,
): unknown {
  if (!last || (last.type === 'verdict' && (last.outcome === 'none' || doneStep(last)))) {
    if (step) return afterStep(thrown, step, cause, signal)
    // Nothing has left: the caller's own abort reason, or what their journal throws.
    return thrown
  }
  const { submission } = last
  const { provider, account } = submission
  if (last.type === 'verdict' && last.outcome === 'accepted' && last.handle) {
    return ofPaidTask(thrown, last.handle, `The purchase of task ${last.handle.id}`, { cause })
  }
  const outcome = last.type === 'verdict' && last.outcome === 'rejected' ? 'rejected' : 'unknown'
  if (ReelayError.isInstance(thrown)) {
    const incomplete = thrown.outcome === 'unknown' && !thrown.submission && !thrown.handle
    return incomplete ? withDetails(thrown, { provider, account, submission }) : thrown
  }
  const what =
    outcome === 'rejected' ? `was refused, and what followed` : 'has no verdict: what was done about it'
  const message = `A paid request to ${provider} ${what} broke off (${kindOf(thrown)}). ${meaning[outcome]}`
  const code = outcome === 'rejected' ? 'ERR_CONFIG' : 'ERR_SUBMISSION_UNKNOWN'
  return at(thrown, new ReelayError(code, message, { provider, account, outcome, submission, cause }))
}
