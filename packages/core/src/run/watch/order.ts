import { chance, type Entry } from './entry.ts'
import { opensAt, type Pace } from './pace.ts'
import { dueAt, type Waiting } from './waiting.ts'

/** Who is next; times are those of `elapsedOf`. */
export interface LookOrder {
  /** Those to be looked at now, likeliest to have ended first. */
  readonly due: Entry[]
  /** When the first of them was due. */
  readonly firstAt: number
  /** When the first of the others is. */
  readonly thenAt: number
  /** When the next gives up waiting. */
  readonly endsAt: number
  /** Those who have waited until their deadline. */
  readonly over: readonly Entry[]
}

// The answer of a look that began before the deadline is still taken within this.
const graceMs = 5_000

/** Puts those who wait in order: who is due within `withinMs` counts as due. */
export function orderLooks(waiting: Waiting, pace: Pace, now: number, withinMs: number): LookOrder {
  const due: Entry[] = []
  const over: Entry[] = []
  let [firstAt, thenAt, endsAt] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]
  for (const head of waiting.heads()) {
    const { id } = head.handle
    const open = opensAt(pace, id, head.floorMs)
    for (const entry of head.twin ? waiting.of(id) : [head]) {
      // The floor may leave no last look.
      const end = entry.deadline + (head.reading || open <= entry.deadline ? graceMs : 0)
      if (now >= end) over.push(entry)
      else endsAt = Math.min(endsAt, end)
    }
    if (head.reading) continue
    const at = dueAt(waiting, pace, head)
    if (at <= now + withinMs) due.push(head)
    if (at <= now + withinMs) firstAt = Math.min(firstAt, at)
    else thenAt = Math.min(thenAt, at)
  }
  if (due.length > 1) {
    const chances = new Map(due.map((entry) => [entry, chance(entry, now)]))
    due.sort((one, other) => (chances.get(other) ?? 0) - (chances.get(one) ?? 0))
  }
  return { due, firstAt, thenAt, endsAt, over }
}

/** Nobody. */
export const nobody: LookOrder = {
  due: [],
  firstAt: Number.POSITIVE_INFINITY,
  thenAt: Number.POSITIVE_INFINITY,
  endsAt: Number.POSITIVE_INFINITY,
  over: [],
}
