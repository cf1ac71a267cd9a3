import { ownerKey, taskKey } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { CallOptions, VideoProvider } from '../../provider/provider.ts'
import type { Journal } from '../journal/journal.ts'
import { judge } from '../journal/moves.ts'
import { isReadable, nameOfLike, nameOfTask, type Purchase } from '../journal/order.ts'
import { failedLook } from './errors.ts'

/** What a search asks of everybody who buys from the same accounts, see `FindOptions.claimed`. */
export type Claimed = NonNullable<NonNullable<Parameters<NonNullable<VideoProvider['find']>>[1]>['claimed']>

/** Tells a search which tasks are other purchases' of this journal, and whether one of those without a verdict looks alike. */
export function claimedBy(journal: Journal): Claimed {
  return async (submission, tasks) => {
    const isOwn = ({ attempts }: Purchase): boolean =>
      attempts.some((one) => one.submission.attempt === submission.attempt)
    const { provider, account, host } = submission
    const owner = { provider, account, ...(host !== undefined && { host }) }
    const taken = new Set<string>()
    for (const id of tasks) {
      const task = taskKey({ ...owner, id })
      for (const found of await journal.named(nameOfTask({ ...owner, id }))) {
        const own = isReadable(found) && found.purchases.some((one) => one.handle && taskKey(one.handle) === task && isOwn(one))
        if (!own) taken.add(id)
      }
    }
    const { fingerprint } = submission
    const alike = fingerprint === undefined ? [] : await journal.named(nameOfLike(submission, fingerprint))
    const rivals = alike.some(
      (found) =>
        !isReadable(found) ||
        found.purchases.some(
          (one) =>
            one.state === 'unknown' &&
            !isOwn(one) &&
            one.attempts.some(
              (attempt) =>
                attempt.submission.fingerprint === fingerprint &&
                ownerKey(attempt.submission) === ownerKey(submission),
            ),
        ),
    )
    return { claimed: [...taken], rivals }
  }
}

/**
 * Looks for the task of a purchase without a verdict, and writes it down when it is there.
 *
 * @throws ReelayError outcome `unknown` with the submission, when nobody could be asked.
 */
export async function reconcile(
  { provider, journal }: { readonly provider: VideoProvider; readonly journal: Journal },
  { attempts }: Purchase,
  options: CallOptions,
): Promise<VideoTask | undefined> {
  for (const { submission, outcome } of attempts) {
    if (outcome === 'none' || outcome === 'rejected') continue
    const result = await provider
      .find?.(submission, { ...options, claimed: claimedBy(journal) })
      .catch((error: unknown) => {
        throw failedLook(error, submission)
      })
    if (result?.state !== 'found') continue
    const { handle } = result.task
    // Once more, and this time in a transaction: somebody may have taken it meanwhile.
    const { claimed } = await claimedBy(journal)(submission, [handle.id])
    if (claimed.length > 0) continue
    const verdict = { submission, outcome: 'accepted', handle } as const
    await journal.change(submission.idempotencyKey, provider.clock.now(), (order, now) => judge(order, verdict, now))
    return result.task
  }
  return undefined
}
