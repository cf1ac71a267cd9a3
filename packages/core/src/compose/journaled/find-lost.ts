import { timeOf } from '../../model/clock.ts'
import type { Submission } from '../../model/handle.ts'
import type { TaskCandidate, VideoTask } from '../../model/task.ts'
import type { AskClaims, CallOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Journal } from '../journal/journal.ts'
import { judge } from '../journal/moves.ts'
import { type Found, isReadable, nameOfLike, nameOfTask, type Purchase } from '../journal/order.ts'
import { failedLook } from './errors.ts'

/** Tells a search which tasks are other purchases' of this journal, and whether one of those without a verdict looks alike. */
export function claimedBy(journal: Journal): AskClaims {
  return async (taskIds, fingerprint, submission) => {
    const isOwn = ({ attempts }: Purchase): boolean =>
      attempts.some((one) => one.submission.attempt === submission.attempt)
    const isTaken = (name: string, found: Found): boolean =>
      !isReadable(found) ||
      found.purchases.some((one) => one.handle && nameOfTask(one.handle) === name && !isOwn(one))
    const claimed: string[] = []
    for (const id of taskIds) {
      const name = nameOfTask({ ...submission, id })
      const orders = await journal.named(name)
      if (orders.some((found) => isTaken(name, found))) claimed.push(id)
    }
    const alike = await journal.named(nameOfLike(submission, fingerprint))
    const isRival = (found: Found): boolean =>
      !isReadable(found) ||
      found.purchases.some(
        (one) => one.state === 'unknown' && !isOwn(one) && one.submission.fingerprint === fingerprint,
      )
    return { claimed, rivals: alike.some(isRival) }
  }
}

/** Writes down that the task of a lost submission was found. */
export async function noteFound(
  journal: Journal,
  submission: Submission,
  { handle }: VideoTask,
  at: number,
): Promise<void> {
  const verdict = { submission, outcome: 'accepted', handle } as const
  await journal.change(submission.idempotencyKey, at, (order, now) => judge(order, verdict, now))
}

/** What became of a purchase without a verdict, as far as its provider can be asked. */
export interface Reconciled {
  readonly task?: VideoTask
  /** Tasks that may be its own, without proof. */
  readonly candidates: readonly TaskCandidate[]
}

/**
 * Looks for the task of a purchase without a verdict, and writes it down when it is there.
 *
 * @throws ReelayError outcome `unknown` with the submission, when nobody could be asked.
 */
export async function findLost(
  { provider, journal }: { readonly provider: VideoProvider; readonly journal: Journal },
  { attempts }: Purchase,
  options: CallOptions,
): Promise<Reconciled> {
  const candidates: TaskCandidate[] = []
  for (const { submission, outcome } of attempts) {
    if (outcome === 'none' || outcome === 'rejected') continue
    // A caller's own search may answer, or throw, at once.
    const look = async () => provider.find?.(submission, { ...options, claimed: claimedBy(journal) })
    const result = await look().catch((error: unknown) => {
      throw failedLook(error, submission)
    })
    if (result?.state === 'not-found-yet') candidates.push(...(result.candidates ?? []))
    if (result?.state !== 'found') continue
    await noteFound(journal, submission, result.task, timeOf(provider.clock))
    return { task: result.task, candidates }
  }
  return { candidates }
}
