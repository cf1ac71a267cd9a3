import type { Clock } from '../../model/clock.ts'
import type { Entry } from './entry.ts'
import { opensAt, type Pace } from './pace.ts'

/** Those who wait at one lane, by task. */
export interface Waiting {
  /** Tasks. */
  readonly size: number
  /** The first who waits for each task; its fields hold for the others too. */
  heads(): Iterable<Entry>
  /** All who wait for one task, its head first. */
  of(id: string): readonly Entry[]
  add(entry: Entry): void
  /** Answers whether there was somebody, and now is nobody left. */
  remove(entry: Entry): boolean
}

export function createWaiting(): Waiting {
  const entries = new Map<string, Entry>()

  function of(id: string): readonly Entry[] {
    const all: Entry[] = []
    for (let entry = entries.get(id); entry; entry = entry.twin) all.push(entry)
    return all
  }

  return {
    get size() {
      return entries.size
    },
    heads: () => entries.values(),
    of,
    add(entry) {
      entry.twin = entries.get(entry.handle.id)
      entries.set(entry.handle.id, entry)
    },
    remove(entry) {
      const { id } = entry.handle
      const others = of(id).filter((other) => other !== entry)
      for (const [index, other] of others.entries()) other.twin = others[index + 1]
      if (others[0]) entries.set(id, others[0])
      else return entries.delete(id) && entries.size === 0
      return false
    },
  }
}

/** When a task may be looked at, all who wait for it and its floor considered. */
export function dueAt(waiting: Waiting, pace: Pace, head: Entry): number {
  const { id } = head.handle
  const others = head.twin ? waiting.of(id) : [head]
  const planned = others.reduce((least, { nextAt }) => Math.min(least, nextAt), Number.POSITIVE_INFINITY)
  return Math.max(planned, opensAt(pace, id, head.floorMs))
}

/** One sleep at a time, until the earliest moment that was asked for. */
export interface Alarm {
  /** Wakes at `at`, by the time that passes (see `elapsedOf`), unless it does so sooner anyway. */
  set(at: number): void
  /** Nothing of it may keep a process alive. */
  stop(): void
}

export function createAlarm(clock: Required<Clock>, wake: () => void): Alarm {
  let wakeAt = Number.POSITIVE_INFINITY
  let sleeping = new AbortController()
  return {
    set(at) {
      if (at >= wakeAt) return
      sleeping.abort()
      sleeping = new AbortController()
      wakeAt = at
      const { signal } = sleeping
      clock.sleep(Math.max(0, at - clock.elapsed()), signal).then(
        () => {
          if (signal.aborted) return
          wakeAt = Number.POSITIVE_INFINITY
          wake()
        },
        () => undefined,
      )
    },
    stop: () => sleeping.abort(),
  }
}
