import type { PiapiTask } from './tasks.ts'

/** The provider's words in the order of a task's life; every captured body has them in lower case. */
export const statusWords = ['staged', 'pending', 'processing', 'completed', 'failed', 'cancelled'] as const
export type TaskStatus = (typeof statusWords)[number]

/** Where a task stands at a given time. Times are milliseconds since the Unix epoch. */
export interface Phase {
  readonly status: TaskStatus
  readonly error?: TaskError
  /** When the status last changed. */
  readonly updatedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
}

export interface TaskError {
  readonly message: string
  readonly rawMessage: string
}

/** A function of the clock, so time may jump as far as it likes; only the way out of the queue is remembered. */
export function phaseAt(task: PiapiTask, now: number): Phase {
  const { forced, failure, createdAt, releasedAt } = task
  if (forced && now >= forced.updatedAt) return forced
  if (releasedAt === undefined || now < releasedAt) return { status: 'staged', updatedAt: createdAt }
  const startedAt = releasedAt + task.queuedMs
  const endedAt = startedAt + task.processingMs
  if (now < startedAt) return { status: 'pending', updatedAt: releasedAt }
  if (now < endedAt) return { status: 'processing', updatedAt: startedAt, startedAt }
  const ended = { updatedAt: endedAt, startedAt, endedAt }
  return failure ? { status: 'failed', error: failure, ...ended } : { status: 'completed', ...ended }
}

/** When a task next changes by itself, as far as it is known; undefined where that depends on others, or never comes. */
export function nextMoment(task: PiapiTask, now: number): number | undefined {
  const { createdAt, releasedAt, queuedMs, processingMs, forced } = task
  if (forced) return undefined
  if (releasedAt === undefined) return createdAt > now ? createdAt : undefined
  const startedAt = releasedAt + queuedMs
  return [createdAt, releasedAt, startedAt, startedAt + processingMs].find((at) => at > now)
}

/** A phase imposed from outside. */
export interface Forced extends Phase {
  /** When the task gives its place in the account's concurrency back; never, while it is made to run. */
  readonly freesAt: number
}

/** The phase of a task that is put into a status by hand, from now on. */
export function forcedPhase(task: PiapiTask, status: TaskStatus, error: TaskError, now: number): Forced {
  const before = phaseAt(task, now)
  const { startedAt = now } = before
  const started = status === 'processing' || status === 'completed' || status === 'failed'
  const ends = isTerminal({ status })
  const endedBefore = isTerminal(before) ? (task.forced?.freesAt ?? before.endedAt ?? now) : now
  return {
    status,
    updatedAt: now,
    freesAt: ends ? endedBefore : Number.POSITIVE_INFINITY,
    ...(started ? { startedAt } : {}),
    ...(ends ? { endedAt: now } : {}),
    ...(status === 'failed' ? { error } : {}),
  }
}

export const isTerminal = ({ status }: Pick<Phase, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled'

export const isVisible = (task: PiapiTask, now: number): boolean => now >= task.createdAt
