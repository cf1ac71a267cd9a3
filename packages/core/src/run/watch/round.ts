import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { CallOptions, GetManyOptions } from '../../provider/provider.ts'
import type { Entry } from './entry.ts'
import type { Lane } from './lane.ts'
import { markRead, opensAt, type Pace } from './pace.ts'
import type { Waiting } from './waiting.ts'

// Tasks that no list brings take so long of a round; then the lists, and the others, have their turn again.
const aloneMs = 4_000
// A history may have forgotten a task.
const doubtMs = 2 * 60_000

/** The lane that reads, from the inside. */
export interface Reading extends Pick<Lane, 'answer'> {
  readonly waiting: Waiting
  readonly pace: Pace
  readonly clock: Clock
  peers(): Iterable<Lane>
}

/** What a round of reads at once has to tell of, and what it may do. */
export function roundOf(
  { waiting, pace, clock, peers, answer }: Reading,
  options: CallOptions,
  batch: readonly Entry[],
): GetManyOptions {
  const ids = new Set(batch.map(({ handle }) => handle.id))
  let left = Math.max(1, Math.floor(aloneMs / pace.spacingMs))
  return {
    ...options,
    also: [...peers()].flatMap((lane) => lane.resting()).filter(({ id }) => !ids.has(id)),
    onListed: (id) => markRead(pace, id, clock.now()),
    onUnlisted: (forMs) => {
      pace.unlistedUntil = clock.now() + forMs
    },
    onAnswer({ id }, given) {
      markRead(pace, id, clock.now())
      // What another's call was refused says nothing of the task.
      if (ReelayError.isInstance(given)) answer(id, given)
      else for (const lane of [...peers()]) lane.answer(id, given)
    },
    alone({ id }, isGoing) {
      const now = clock.now()
      if (isGoing) for (const lane of peers()) lane.going(id)
      const some = waiting.of(id)
      const [head] = some
      const isSure = (entry: Entry): boolean =>
        !entry.hinted && now - entry.provenAt < doubtMs && now < entry.deadline
      if (!head || left === 0 || (isGoing && some.every(isSure))) return false
      if (opensAt(pace, id, head.floorMs) > now) return false
      left -= 1
      head.reading = true
      markRead(pace, id, now)
      pace.aloneAt = now
      return true
    },
  }
}
