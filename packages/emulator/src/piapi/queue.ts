import type { PiapiAccount } from './accounts.ts'
import type { PiapiTask } from './tasks.ts'

/** When a task gives its place back. */
const endOf = (task: PiapiTask, releasedAt: number): number =>
  task.forced?.freesAt ?? releasedAt + task.queuedMs + task.processingMs

/**
 * Lets staged tasks of one account go, first come first served, each at the moment a place became free.
 * To be called before anything reads or changes the tasks.
 */
export function release(tasks: readonly PiapiTask[], account: PiapiAccount, now: number): void {
  const waiting = tasks
    .filter((task) => task.releasedAt === undefined && !task.forced)
    .sort((a, b) => a.createdAt - b.createdAt)
  for (const task of waiting) {
    const ends = tasks
      .flatMap((other) => (other.releasedAt === undefined ? [] : [endOf(other, other.releasedAt)]))
      .sort((a, b) => b - a)
    // As many tasks as there are places end at this time or later.
    const freeAt = account.concurrency > 0 ? (ends[account.concurrency - 1] ?? 0) : Number.POSITIVE_INFINITY
    const releasedAt = Math.max(task.createdAt, account.concurrencySince, freeAt)
    if (releasedAt > now) return
    task.releasedAt = releasedAt
  }
}
