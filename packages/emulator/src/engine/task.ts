import type { Picture } from './pictures.ts'

/** What the engine needs to know of a task; a wire adds the rest. Times are milliseconds since the Unix epoch. */
export interface Task {
  readonly id: string
  readonly account: string
  /** The client's own id for it. */
  readonly externalId?: string | undefined
  /** In the future while an `in-flight` fault holds the create back. */
  readonly createdAt: number
  /** The image it starts from, or the one it ends with where that is alone. */
  readonly picture?: Picture | undefined
  /** Images that are in the result without giving it its shape. */
  readonly references?: readonly Picture[] | undefined
  /** Its files are gone from this time on at the latest. */
  expiredAt?: number
}

export const isVisible = ({ createdAt }: Pick<Task, 'createdAt'>, now: number): boolean => now >= createdAt

/** What decides how a task goes on by itself. */
export interface Course<Failure> {
  readonly createdAt: number
  /** When it left its account's queue: at its creation unless there is such a queue; undefined while it waits there. */
  readonly releasedAt?: number | undefined
  readonly queuedMs: number
  readonly processingMs: number
  /** Why it will fail; absent when it will succeed. */
  readonly failure?: Failure | undefined
}

export type Stage = 'staged' | 'queued' | 'running' | 'succeeded' | 'failed'

/** Where a task stands, in the engine's words; each wire has its own for them. */
export interface Moment {
  readonly stage: Stage
  /** When that began. */
  readonly since: number
  readonly startedAt?: number
  readonly endedAt?: number
}

const releaseOf = (course: Course<unknown>): number | undefined =>
  'releasedAt' in course ? course.releasedAt : course.createdAt

/** A task has no life of its own: its state is a function of the clock, so time may jump as far as it likes. */
export function momentAt(course: Course<unknown>, now: number): Moment {
  const releasedAt = releaseOf(course)
  if (releasedAt === undefined || now < releasedAt) return { stage: 'staged', since: course.createdAt }
  const startedAt = releasedAt + course.queuedMs
  const endedAt = startedAt + course.processingMs
  if (now < startedAt) return { stage: 'queued', since: releasedAt }
  if (now < endedAt) return { stage: 'running', since: startedAt, startedAt }
  return {
    stage: course.failure === undefined ? 'succeeded' : 'failed',
    since: endedAt,
    startedAt,
    endedAt,
  }
}

/** When a task next changes by itself, as far as it is known; undefined where that depends on others, or never comes. */
export function nextMoment(course: Course<unknown>, now: number): number | undefined {
  const { createdAt, queuedMs, processingMs } = course
  const releasedAt = releaseOf(course)
  if (releasedAt === undefined) return createdAt > now ? createdAt : undefined
  const startedAt = releasedAt + queuedMs
  return [createdAt, releasedAt, startedAt, startedAt + processingMs].find((at) => at > now)
}

/** A state imposed from outside: by a cancel, or by the control. */
export interface Forced<Phase> {
  readonly phase: Phase
  readonly at: number
}

/** A time in milliseconds, or how to tell it from a task. */
export type Lasting<Facts> = number | ((facts: Facts) => number)

export const lasting = <Facts>(ms: Lasting<Facts>, facts: Facts): number =>
  typeof ms === 'number' ? ms : ms(facts)

/** When so many places have one free, given when each of the tasks that took one gives it back. */
export function placeFreeAt(ends: readonly number[], places: number): number {
  if (places < 1) return Number.POSITIVE_INFINITY
  // As many tasks as there are places end at this time or later.
  return [...ends].sort((a, b) => b - a)[places - 1] ?? Number.NEGATIVE_INFINITY
}
