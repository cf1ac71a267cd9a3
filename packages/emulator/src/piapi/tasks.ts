import type { Picture } from '../engine/pictures.ts'
import type { TaskSnapshot } from '../engine/store.ts'
import type { PiapiAccount } from './accounts.ts'
import type { Job } from './job.ts'
import { type Forced, isVisible, phaseAt, type TaskError } from './phase.ts'
import { release } from './queue.ts'
import { modelName, POINTS_PER_MICRO_USD } from './versions.ts'

export interface PiapiTask {
  readonly id: string
  readonly account: string
  readonly job: Job
  /** Milliseconds since the Unix epoch. In the future while an `in-flight` fault holds the create back. */
  readonly createdAt: number
  readonly queuedMs: number
  readonly processingMs: number
  /** The start image. */
  readonly picture?: Picture
  /** Why it will fail; absent when it will complete. */
  readonly failure?: TaskError
  /** When it left the account's queue; absent while it is staged. */
  releasedAt?: number
  /** A state imposed from outside, a cancellation included. */
  forced?: Forced
  /** URLs stop working at this time at the latest. */
  expiredAt?: number
}

/** Every read takes the time, because a task's way out of the queue depends on the others. */
export interface TaskStore {
  add(task: PiapiTask): void
  all(now: number): readonly PiapiTask[]
  ofAccount(account: string, now: number): readonly PiapiTask[]
  byId(id: string, now: number): PiapiTask | undefined
  /** Among one account's visible tasks. */
  find(account: string, id: string, now: number): PiapiTask | undefined
  clear(): void
}

export function createTaskStore(accounts: readonly PiapiAccount[]): TaskStore {
  const tasks = new Map<string, PiapiTask>()

  const all = (now: number): PiapiTask[] => {
    const known = [...tasks.values()]
    for (const account of accounts) {
      const own = known.filter((task) => task.account === account.name)
      release(own, account, now)
    }
    return known
  }
  const byId = (id: string, now: number): PiapiTask | undefined => {
    all(now)
    return tasks.get(id)
  }

  return {
    add: (task) => void tasks.set(task.id, task),
    all,
    ofAccount: (account, now) => all(now).filter((task) => task.account === account),
    byId,
    find: (account, id, now) => {
      const task = byId(id, now)
      return task?.account === account && isVisible(task, now) ? task : undefined
    },
    clear: () => tasks.clear(),
  }
}

export const pointsOf = (task: PiapiTask): number => task.job.microUsd * POINTS_PER_MICRO_USD

/** Points reserved and not yet charged, and points charged. A failed or cancelled task gives back everything. */
export function usageAt(task: PiapiTask, now: number): { readonly frozen: number; readonly consume: number } {
  const { status } = phaseAt(task, now)
  if (status === 'failed' || status === 'cancelled') return { frozen: 0, consume: 0 }
  // Documented sample of 2025-12: turbo is charged at once.
  const charged = status === 'completed' || task.job.model === 'kling-turbo'
  const points = pointsOf(task)
  return charged ? { frozen: 0, consume: points } : { frozen: points, consume: 0 }
}

export function snapshot(task: PiapiTask, now: number): TaskSnapshot {
  const { job } = task
  const { status, error, updatedAt } = phaseAt(task, now)
  return {
    account: task.account,
    id: task.id,
    op: job.taskType,
    model: modelName(job.model, job.version, job.taskType),
    mode: job.mode,
    seconds: job.seconds,
    state: isVisible(task, now) ? status : 'in-flight',
    message: error?.rawMessage ?? '',
    units: pointsOf(task),
    microUsd: job.microUsd,
    refunded: status === 'failed' || status === 'cancelled',
    createdAt: task.createdAt,
    updatedAt,
    request: job.request,
  }
}
