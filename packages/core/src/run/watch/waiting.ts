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
