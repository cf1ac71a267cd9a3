import type { Failure } from './failures.ts'

export const statuses = ['starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted'] as const
export type Status = (typeof statuses)[number]

/** Where a prediction stands at a given time. Times in milliseconds since the Unix epoch. */
export interface Phase {
  readonly status: Status
  readonly startedAt?: number
  readonly completedAt?: number
  readonly error?: string
}

/** What decides a prediction's fate. */
export interface Course {
  readonly createdAt: number
  readonly queuedMs: number
  readonly processingMs: number
  readonly failure?: Failure
  readonly deadlineAt?: number
  /** A state imposed from outside: by a cancel, or by the control. */
  forced?: { readonly phase: Phase; readonly at: number }
}

export const isTerminal = ({ status }: Phase): boolean => status !== 'starting' && status !== 'processing'

export const isVisible = ({ createdAt }: Course, now: number): boolean => now >= createdAt

function undisturbed(course: Course, now: number): Phase {
  const { createdAt, queuedMs, processingMs, failure } = course
  const startedAt = createdAt + queuedMs
  const completedAt = startedAt + processingMs
  if (now < startedAt) return { status: 'starting' }
  if (failure?.stage === 'starting') return { status: 'failed', completedAt: startedAt, error: failure.error }
  if (now < completedAt) return { status: 'processing', startedAt }
  return failure
    ? { status: 'failed', startedAt, completedAt, error: failure.error }
    : { status: 'succeeded', startedAt, completedAt }
}

/** A prediction has no life of its own: its state is a function of the clock, so time may jump as far as it likes. */
export function phaseAt(course: Course, now: number): Phase {
  const { forced, deadlineAt } = course
  if (forced && now >= forced.at) return forced.phase
  if (deadlineAt === undefined || now < deadlineAt) return undisturbed(course, now)
  const before = undisturbed(course, deadlineAt)
  return isTerminal(before) ? before : stopped(before, deadlineAt)
}

/** A deadline that passes before the model runs aborts, a later one cancels. */
const stopped = ({ startedAt }: Phase, completedAt: number): Phase =>
  startedAt === undefined
    ? { status: 'aborted', completedAt }
    : { status: 'canceled', startedAt, completedAt }

/** When the state next changes by itself; undefined where it will not. */
export function nextChange(course: Course, now: number): number | undefined {
  const phase = phaseAt(course, now)
  if (isTerminal(phase) || course.forced) return undefined
  const startsAt = course.createdAt + course.queuedMs
  const next = phase.status === 'starting' ? startsAt : startsAt + course.processingMs
  return Math.min(next, course.deadlineAt ?? Number.POSITIVE_INFINITY)
}
