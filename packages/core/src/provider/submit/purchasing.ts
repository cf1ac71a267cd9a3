import type { RenderRequest } from '../../kinds/kinds.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import { at, kindOf, ofPaidTask } from '../../model/foreign.ts'
import type { Submission } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import { type Ordered, ordered } from '../known-first.ts'
import type { RecordEntry, SubmitOptions, VideoProvider } from '../provider.ts'
import { purchaseProblems } from '../request/call-options.ts'
import { invalidRequest } from '../request/prepare.ts'
import { assertRuntime, type OwnFeatures } from '../runtime.ts'
import { meaning } from '../task/failure.ts'

type Buy = (request: RenderRequest, options: Ordered) => Promise<VideoTask>

const same = (a: Submission, b: Submission): boolean => a.attempt === b.attempt

/** Whether it says that a task was made, or may have been. */
const isOpen = (entry: RecordEntry): boolean =>
  entry.type === 'intent' || entry.outcome === 'accepted' || entry.outcome === 'unknown'

/** What was recorded last, unless it is a refusal that leaves an earlier purchase as open as it was. */
function graver(before: RecordEntry | undefined, entry: RecordEntry): RecordEntry {
  const covers = before && isOpen(before) && !isOpen(entry) && !same(before.submission, entry.submission)
  return covers ? before : entry
}

/** What escaped from a submit, as an error that says what is known about the money. */
function withMoneySaid(thrown: unknown, last: RecordEntry | undefined, cause: unknown): unknown {
  // Nothing has left: the caller's own abort reason, or what their journal throws.
  if (!last || (last.type === 'verdict' && last.outcome === 'none')) return thrown
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

/**
 * The way into every purchase, a provider's or a composition's: refused before anything is sent where the runtime could
 * not see it through or its options cannot be meant, and whatever is thrown once a paid request has left comes out as an error with the submission, or
 * with the handle once there is one.
 *
 * @param who `fetch`: the caller's own, if there is one; without the field, known to those who send.
 */
export function purchasing(
  who: Pick<VideoProvider, 'id' | 'account'> & OwnFeatures,
  buy: Buy,
): (request: RenderRequest, options?: SubmitOptions) => Promise<VideoTask> {
  return async (request, options = {}) => {
    assertRuntime({ provider: who.id, account: who.account, fetch: 'fetch' in who ? who.fetch : true })
    let last: RecordEntry | undefined
    let own: { readonly thrown: unknown } | undefined
    async function record(entry: RecordEntry): Promise<void> {
      // A verdict holds though it cannot be noted; after an intent nothing leaves before it was.
      if (entry.type === 'verdict') last = graver(last, entry)
      try {
        await options.record?.(entry)
      } catch (thrown) {
        own = { thrown }
        throw thrown
      }
      // An abort does not wait for a slow journal: its verdict may be there before the intent is noted.
      const concluded = last?.type === 'verdict' && same(last.submission, entry.submission)
      if (entry.type === 'intent' && !concluded) last = entry
    }
    try {
      const wrong = purchaseProblems(options)
      if (wrong.length > 0) throw invalidRequest(who.id, who.account, wrong)
      // Read once: a caller's object may be different, or throw, the next time.
      const headers = options.headers && { ...options.headers }
      return await buy(request, ordered(request, { ...options, ...(headers && { headers }), record }))
    } catch (thrown) {
      throw withMoneySaid(thrown, last, own && own.thrown === thrown ? thrown : undefined)
    }
  }
}
