import { timeOf } from '../../model/clock.ts'
import type { Submission, TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'

// Of each; what a journal is asked about is not bound by it.
const remembered = 1_000

/** Whether two submissions are one, also when one of them was read back from a journal. */
export function samePurchase(a: Submission, b: Submission): boolean {
  return a.attempt === b.attempt
}

function forget(engine: Engine, at: number): void {
  engine.forgotten = Math.max(engine.forgotten, at)
}

/** Notes whose a task is, since a search could come upon it. */
export function claim(
  engine: Engine,
  id: string,
  of: Pick<TaskHandle, 'idempotencyKey'> & { readonly submittedAt?: number },
): void {
  const { spec, claimed, clock } = engine
  if (!spec.search) return
  const now = timeOf(clock)
  // Moved to the end, so that the oldest stay first.
  claimed.delete(id)
  claimed.set(id, { key: of.idempotencyKey, since: of.submittedAt ?? now, at: now })
  const [oldest] = claimed
  if (claimed.size <= remembered || !oldest) return
  claimed.delete(oldest[0])
  forget(engine, oldest[1].at)
}

/** Notes a submission that is about to leave: until its verdict, a task may be its own. */
export function open(engine: Engine, submission: Submission): void {
  const { spec, unsettled } = engine
  if (!spec.search) return
  unsettled.add(submission)
  const [oldest] = unsettled
  if (unsettled.size <= remembered || !oldest) return
  unsettled.delete(oldest)
  forget(engine, oldest.startedAt + spec.search.latestMs)
}

/** Its verdict is known. */
export function settled({ unsettled }: Engine, submission: Submission): void {
  for (const one of unsettled) if (samePurchase(one, submission)) unsettled.delete(one)
}

/** Whether this instance knows a task as another purchase's: another key's, or one of the same key that came before. */
export function isOthers({ claimed }: Engine, id: string, submission: Submission): boolean {
  const known = claimed.get(id)
  return (
    known !== undefined && (known.key !== submission.idempotencyKey || known.since < submission.startedAt)
  )
}

/** Submissions of this instance without a verdict whose task would look just the same. */
export function rivalsOf({ unsettled }: Engine, submission: Submission): readonly Submission[] {
  return [...unsettled].filter(
    (one) => one.fingerprint === submission.fingerprint && !samePurchase(one, submission),
  )
}

/** Whether this instance may have forgotten a purchase whose task could be taken for the submission's. */
export function mayForget({ forgotten, spec }: Engine, { startedAt }: Submission): boolean {
  return forgotten >= startedAt - (spec.search?.slackMs ?? 0)
}
