import type { KlingTask } from './tasks.ts'

export type TaskStatus = 'submitted' | 'processing' | 'succeed' | 'failed'

/** Where a task stands at a given time. */
export interface Phase {
  readonly status: TaskStatus
  readonly message: string
  /** When the status last changed, milliseconds since the Unix epoch. */
  readonly updatedAt: number
}

/** A task has no life of its own: its state is a function of the clock, so time may jump as far as it likes. */
export function phaseAt(task: KlingTask, now: number): Phase {
  if (task.forced && now >= task.forced.updatedAt) return task.forced
  const startsAt = task.createdAt + task.queuedMs
  const endsAt = startsAt + task.processingMs
  if (now < startsAt) return { status: 'submitted', message: '', updatedAt: task.createdAt }
  if (now < endsAt) return { status: 'processing', message: '', updatedAt: startsAt }
  return task.failure === undefined
    ? { status: 'succeed', message: '', updatedAt: endsAt }
    : { status: 'failed', message: task.failure, updatedAt: endsAt }
}

/** When the status next changes by itself; undefined where it will not. */
export function nextChange(task: KlingTask, now: number): number | undefined {
  const { createdAt, queuedMs, processingMs, forced } = task
  if (forced) return undefined
  const startsAt = createdAt + queuedMs
  return [createdAt, startsAt, startsAt + processingMs].find((at) => at > now)
}

export const isTerminal = ({ status }: Phase): boolean => status === 'succeed' || status === 'failed'

export const isVisible = (task: KlingTask, now: number): boolean => now >= task.createdAt
