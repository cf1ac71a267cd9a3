import { obeyed } from '../../model/clock.ts'
import type { ReelayError } from '../../model/error.ts'

/** What all reads of one account share, whoever waits for them. Times are those of `elapsedOf`: nobody can set them. */
export interface Pace {
  readonly spacingMs: number
  /** Most tasks that one read can bring. */
  readonly tasksPerRead: number
  /** Most reads of single tasks under way. */
  readonly readsAtOnce: number
  /** When the next read may leave. */
  nextAt: number
  /** Until when the provider wants to be left alone. */
  pausedUntil: number
  /** Refusals in a row. */
  strikes: number
  /** Until when tasks cannot be read together. */
  unlistedUntil: number
  /** The round under way, and until when it keeps the other lanes waiting: none reads alone what another reads in a list. */
  round: { readonly until: number } | undefined
  /** When a task was last read alone that a list may hold as well. */
  aloneAt: number
  /** When a list was last asked for whose answer nobody saw: it may have held any task. */
  unseenAt: number
  /** When each task was last read, alone or in a list. */
  readonly readAt: Map<string, number>
}

export const createPace = (limits: Pick<Pace, 'spacingMs' | 'tasksPerRead' | 'readsAtOnce'>): Pace => ({
  ...limits,
  nextAt: Number.NEGATIVE_INFINITY,
  pausedUntil: Number.NEGATIVE_INFINITY,
  strikes: 0,
  unlistedUntil: Number.NEGATIVE_INFINITY,
  round: undefined,
  aloneAt: Number.NEGATIVE_INFINITY,
  unseenAt: Number.NEGATIVE_INFINITY,
  readAt: new Map(),
})

// Longer than any floor.
const rememberMs = 10 * 60_000
const manyReads = 20_000

/** Notes that a task was read now. */
export function markRead({ readAt }: Pace, id: string, now: number): void {
  // Last read last, so that the first are those to forget.
  readAt.delete(id)
  readAt.set(id, now)
  for (const [first, at] of readAt) {
    if (at > now - rememberMs && readAt.size <= manyReads) break
    readAt.delete(first)
  }
}

/** Notes that a task was read alone now. Both before and after: in between, nobody knows when the provider reads. */
export function markAlone(pace: Pace, id: string, now: number): void {
  pace.aloneAt = now
  markRead(pace, id, now)
}

/** When a task may be read again. */
export const opensAt = ({ readAt, unseenAt }: Pace, id: string, floorMs: number): number =>
  Math.max(readAt.get(id) ?? Number.NEGATIVE_INFINITY, unseenAt) + floorMs

const longestBackoffMs = 30_000

/** How long a refusal keeps all of the account's reads back. */
export function pause(pace: Pace, error: ReelayError, now: number): void {
  const ofTask = !error.retryable || error.code === 'ERR_UNEXPECTED_REPLY'
  if (ofTask && error.retryAfterMs === undefined) return
  // Of a hundred tasks in one refused call, each is told.
  const backoffMs = pace.pausedUntil > now ? 0 : Math.min(500 * 2 ** pace.strikes++, longestBackoffMs)
  pace.pausedUntil = Math.max(pace.pausedUntil, now + Math.max(obeyed(error.retryAfterMs), backoffMs))
}

// How late the end of a task may be seen of whose kind nothing is known but the catalogue's estimate: 6 s, less the
// jitter of looks.
const unknownGapMs = 5_500

/**
 * Longest milliseconds between two looks at a task of a kind not yet known. Looks at thousands at a time cost the account's reads,
 * so that the estimate is trusted the more the longer a round of them takes.
 */
export function coldGapMs({ spacingMs }: Pace, tasks: number, tasksPerRead: number): number {
  const reads = Math.ceil(tasks / tasksPerRead)
  return unknownGapMs + 8 * Math.max(0, reads - 1) * spacingMs
}
