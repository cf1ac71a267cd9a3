import { type Clock, timeOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { isTerminal, type TerminalTask, type VideoTask } from '../../model/task.ts'
import type { RenderEvent } from '../events.ts'
import type { Schedule } from './schedule.ts'

/** What came of a look: the task, or why there is none. */
export type ReadAnswer = VideoTask | ReelayError

/** What a look may bring. */
export type LookEvent = Extract<RenderEvent, { type: 'status' | 'retry' | 'unknown-status' | 'finished' }>

/** One task that somebody waits for. Thousands of them live at a time: plain fields, no promise, no timer. */
export interface Entry {
  readonly handle: TaskHandle
  readonly schedule: Schedule
  readonly floorMs: number
  /** Milliseconds between looks instead of the schedule's. */
  readonly everyMs: number | undefined
  readonly deadlineMs: number
  /** As all times here, by the time that passes; see `elapsedOf`. */
  readonly deadline: number
  /** When the task was made, as far as the wall knew when waiting began. */
  readonly bornAt: number
  /** The caller's, for what the wall says in events. */
  readonly clock: Clock
  tell(event: LookEvent): void
  /** Called once, with the task or with the error. */
  end(task: TerminalTask | undefined, error?: unknown): void
  /** When the task was last known to be unfinished. */
  aliveAt: number
  /** When it was last answered for itself, and not by a list that lacked it. */
  provenAt: number
  /** When to look next by its own plan. */
  nextAt: number
  reading: boolean
  /** Something said that it has changed. */
  hinted: boolean
  word: string | undefined
  unknown: boolean
  error: ReelayError | undefined
  /** The next one who waits for the same task. */
  twin: Entry | undefined
}

// Providers answer reads from replicas: a task may be "not found" for a moment after it was made.
const settlingMs = 60_000

/** Whether to go on asking after an error. */
export function survivable(error: ReelayError, { handle, bornAt }: Entry, now: number): boolean {
  // A relay may hand out an id before it knows the task, and lose it although the task runs: to the deadline. Retryable,
  // it is a 404 of something else on the way, which knows no tasks.
  if (error.code === 'ERR_NOT_FOUND' && !error.retryable)
    return handle.host !== undefined || now - bornAt < settlingMs
  return error.retryable || error.code === 'ERR_UNEXPECTED_REPLY'
}

/** The error of an entry whose deadline has passed. */
export function overdue({ handle, word, unknown, error, deadlineMs }: Entry): ReelayError {
  const details = { provider: handle.provider, account: handle.account, outcome: 'accepted', handle } as const
  const where = `Task ${handle.id} at ${handle.provider}`
  const next = 'It goes on there: wait for the handle on this error again, in this process or another.'
  if (unknown) {
    const message = `${where} is in status "${word}", which Reelay does not know, and stayed so for ${deadlineMs} ms. ${next}`
    return new ReelayError('ERR_UNKNOWN_STATUS', message, details)
  }
  const last = error ? ` The last look failed: ${error.message}` : ''
  const status = word === undefined ? '' : ` (last seen: ${word})`
  const message = `${where} has not ended within ${deadlineMs} ms${status}. ${next}${last}`
  return new ReelayError('ERR_TIMEOUT', message, { ...details, retryable: true })
}

/** The error of somebody who does not want to wait any longer. */
export function abandoned(handle: TaskHandle, cause: unknown): ReelayError {
  const message = `Stopped waiting for task ${handle.id} at ${handle.provider}. It goes on there; its handle is on this error.`
  const { provider, account } = handle
  return new ReelayError('ERR_ABORTED', message, { provider, account, outcome: 'accepted', handle, cause })
}

/** Tells an entry what a look brought, and when the next is; `true` when it was the last. */
export function reportAnswer(
  entry: Entry,
  answer: ReadAnswer,
  now: number,
  pausedUntil: number,
  gapMs: number,
): boolean {
  const { handle } = entry
  const at = timeOf(entry.clock)
  entry.provenAt = now
  entry.hinted = false
  if (ReelayError.isInstance(answer)) {
    if (!survivable(answer, entry, now)) {
      entry.end(undefined, answer)
      return true
    }
    entry.error = answer
  } else {
    entry.error = undefined
    entry.unknown = answer.status === 'unknown'
    if (answer.nativeStatus !== entry.word) {
      entry.word = answer.nativeStatus
      if (entry.unknown) entry.tell({ type: 'unknown-status', at, handle, nativeStatus: entry.word })
      else entry.tell({ type: 'status', at, task: answer })
    }
    if (isTerminal(answer)) {
      entry.tell({ type: 'finished', at, task: answer })
      entry.end(answer)
      return true
    }
    entry.aliveAt = now
  }
  if (now >= entry.deadline) {
    entry.end(undefined, overdue(entry))
    return true
  }
  planNextLook(entry, now, Math.max(now, pausedUntil), gapMs)
  const { error } = entry
  if (error) entry.tell({ type: 'retry', at, handle, error, delayMs: Math.ceil(entry.nextAt - now) })
  return false
}

/** Sets when to look next, not before `from`, and at most `gapMs` later while nothing is known of its kind. */
export function planNextLook(entry: Entry, now: number, from: number, gapMs: number): void {
  const { bornAt, schedule, floorMs, everyMs, deadline } = entry
  const age = Math.max(0, now - bornAt)
  // Not all processes at once.
  const delay = everyMs ?? schedule.next(age, gapMs) - age + (Math.random() * floorMs) / 10
  const at = Math.max(now + Math.ceil(delay), from)
  // The last look is at the deadline, and not one just before it.
  entry.nextAt = at > deadline - floorMs ? deadline : at
}

/** The chance that a task has ended since it was last known to go on. */
export const chance = ({ bornAt, schedule, aliveAt }: Entry, now: number): number =>
  schedule.chance(Math.max(0, aliveAt - bornAt), Math.max(0, now - bornAt))

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
