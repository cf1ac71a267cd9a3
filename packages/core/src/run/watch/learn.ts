import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { Entry } from './entry.ts'

/** Notes for tasks to come that one goes on, and of what age it is. */
export function learnGoing({ bornAt, schedule, aliveAt }: Entry, now: number): void {
  const from = Math.max(0, aliveAt - bornAt)
  schedule.seen(from, Math.max(from, now - bornAt), false)
}

/** Notes for tasks to come how long one took, as far as it is known. */
export function learn(entry: Entry, task: VideoTask, now: number): void {
  if (!isTerminal(task)) {
    learnGoing(entry, now)
    return
  }
  const { handle, bornAt, schedule, aliveAt } = entry
  const from = Math.max(0, aliveAt - bornAt)
  const seen = Math.max(from, now - bornAt)
  const { status, createdAt = handle.submittedAt, updatedAt = 0 } = task
  const known = updatedAt > createdAt
  const end = known ? updatedAt - createdAt : (from + seen) / 2
  // Of a task that nobody looked at for long it is not known how long it took.
  if ((status === 'succeeded' || status === 'failed') && (known || seen < 2 * from + 60_000))
    schedule.seen(Math.min(from, end), end, true)
}
