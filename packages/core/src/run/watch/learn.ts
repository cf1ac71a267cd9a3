import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { Entry } from './entry.ts'

/** Notes for tasks to come how long one took, as far as it is known. */
export function learn({ handle, schedule, aliveAt }: Entry, task: VideoTask, now: number): void {
  const from = Math.max(0, aliveAt - handle.submittedAt)
  const seen = Math.max(from, now - handle.submittedAt)
  if (!isTerminal(task)) {
    schedule.seen(from, seen, false)
    return
  }
  const { status, createdAt, updatedAt = 0 } = task
  const known = createdAt !== undefined && updatedAt > createdAt
  const end = known ? updatedAt - createdAt : (from + seen) / 2
  // Of a task that nobody looked at for long it is not known how long it took.
  if ((status === 'succeeded' || status === 'failed') && (known || seen < 2 * from + 60_000))
    schedule.seen(Math.min(from, end), end, true)
}
