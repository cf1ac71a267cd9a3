import { type Clock, timeOf } from '../../model/clock.ts'
import type { Submission, TaskHandle } from '../../model/handle.ts'
import type { SearchProtocol } from '../listing.ts'

/**
 * What one instance knows of its own purchases where tasks are found by what they echo: a search must not hand the task of
 * one to another.
 */
export interface OwnClaims {
  /** Notes whose a task is, since a search could come upon it. */
  claim(id: string, of: Pick<TaskHandle, 'idempotencyKey'> & { readonly submittedAt?: number }): void
  /** Notes a submission that is about to leave: until its verdict, a task may be its own. */
  open(submission: Submission): void
  /** Its verdict is known. */
  settled(submission: Submission): void
  /** Whether a task is known as another purchase's: another key's, or one of the same key that came before. */
  isOthers(id: string, submission: Submission): boolean
  /** Submissions without a verdict whose task would look just the same. */
  rivalsOf(submission: Submission): readonly Submission[]
  /** Whether a purchase may have been forgotten whose task could be taken for the submission's. */
  mayForget(submission: Submission): boolean
}

// Of each; what a journal is asked about is not bound by it.
const remembered = 1_000

/** Whether two submissions are one, also when one of them was read back from a journal. */
export function samePurchase(a: Submission, b: Submission): boolean {
  return a.attempt === b.attempt
}

/** Remembers the purchases of one instance. */
export function ownClaims({ latestMs, slackMs }: SearchProtocol, clock: Clock): OwnClaims {
  // By task: its key, since when, and when it was last spoken of.
  const claimed = new Map<string, { readonly key: string; readonly since: number; readonly at: number }>()
  const unsettled = new Set<Submission>()
  // Up to when purchases may have been forgotten from these two; milliseconds since the epoch.
  let forgotten = Number.NEGATIVE_INFINITY
  function forget(at: number): void {
    forgotten = Math.max(forgotten, at)
  }
  return {
    claim(id, of) {
      const now = timeOf(clock)
      // Moved to the end, so that the oldest stay first.
      claimed.delete(id)
      claimed.set(id, { key: of.idempotencyKey, since: of.submittedAt ?? now, at: now })
      const [oldest] = claimed
      if (claimed.size <= remembered || !oldest) return
      claimed.delete(oldest[0])
      forget(oldest[1].at)
    },
    open(submission) {
      unsettled.add(submission)
      const [oldest] = unsettled
      if (unsettled.size <= remembered || !oldest) return
      unsettled.delete(oldest)
      forget(oldest.startedAt + latestMs)
    },
    settled(submission) {
      for (const one of unsettled) if (samePurchase(one, submission)) unsettled.delete(one)
    },
    isOthers(id, submission) {
      const known = claimed.get(id)
      return (
        known !== undefined && (known.key !== submission.idempotencyKey || known.since < submission.startedAt)
      )
    },
    rivalsOf: (submission) =>
      [...unsettled].filter(
        (one) => one.fingerprint === submission.fingerprint && !samePurchase(one, submission),
      ),
    mayForget: ({ startedAt }) => forgotten >= startedAt - slackMs,
  }
}
