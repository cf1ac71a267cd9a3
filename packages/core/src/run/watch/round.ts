import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { GetManyOptions } from '../../provider/options.ts'
import { isolatesRequests } from '../../provider/runtime.ts'
import type { Entry } from './entry.ts'
import { markAlone, markRead, opensAt, type Pace } from './pace.ts'
import { type Peer, type Reading, refuse, unanswered, wallAt } from './reading.ts'

// Tasks that no list brings take so long of a round; then the lists, and the others, have their turn again.
const aloneMs = 4_000
// A history may have forgotten a task.
const doubtMs = 2 * 60_000
// As long as a call may take that times out and is tried again twice: it may have read everything, as late as then. In
// workerd a round ends unheard with the request that it belonged to, and others must not wait so long for nothing.
const silentMs = (): number => (isolatesRequests() ? 15_000 : 2 * 60_000)

/** Tasks of all lanes that a round of some may bring along. */
export function ridersOf(peers: Iterable<Peer>, batch: readonly Entry[]): readonly TaskHandle[] {
  const ids = new Set(batch.map(({ handle }) => handle.id))
  return [...peers].flatMap((lane) => lane.resting()).filter(({ id }) => !ids.has(id))
}

/** When a round of some may begin, as far as what was read alone goes: a list is a read of each task on it. */
export function roundOpensAt(pace: Pace, batch: readonly Entry[], riders: readonly TaskHandle[]): number {
  const floorMs = batch[0]?.floorMs ?? 0
  return batch.length + riders.length > 1 ? pace.aloneAt + floorMs : Number.NEGATIVE_INFINITY
}

/** What a round has to tell of, and what it may do. */
function optionsOf(
  lane: Reading,
  batch: readonly Entry[],
  riders: readonly TaskHandle[],
  alive: () => void,
): GetManyOptions {
  const { waiting, pace, clock, peers, answer, call } = lane
  // Those whose state was seen on a list, and those read alone.
  const listed = new Set<string>()
  const asked = new Set<string>()
  let left = Math.max(1, Math.floor(aloneMs / pace.spacingMs))
  return {
    ...call,
    deadlineAt: wallAt(clock, Math.max(...batch.map(({ deadline }) => deadline))),
    also: riders,
    onListed(id) {
      alive()
      listed.add(id)
      markRead(pace, id, clock.elapsed())
    },
    onUnlisted: (forMs) => {
      pace.unlistedUntil = clock.elapsed() + forMs
    },
    onAnswer({ id }, given) {
      alive()
      const now = clock.elapsed()
      const isRefused = ReelayError.isInstance(given)
      if (asked.has(id)) markAlone(pace, id, now)
      else markRead(pace, id, now)
      if (isRefused && !asked.has(id) && !listed.has(id)) pace.unseenAt = now
      // What another's call was refused says nothing of the task.
      if (isRefused) answer(id, given)
      else for (const peer of [...peers()]) peer.answer(id, given)
    },
    alone({ id }, isGoing) {
      const now = clock.elapsed()
      if (isGoing) for (const peer of peers()) peer.going(id)
      const some = waiting.of(id)
      const [head] = some
      const isSure = (entry: Entry): boolean =>
        !entry.hinted && now - entry.provenAt < doubtMs && now < entry.deadline
      if (!head || left === 0 || (isGoing && some.every(isSure))) return false
      if (opensAt(pace, id, head.floorMs) > now) return false
      left -= 1
      alive()
      asked.add(id)
      head.reading = true
      markAlone(pace, id, now)
      return true
    },
  }
}

/** Reads some together, in the account's only round. */
export async function readTogether(
  lane: Reading,
  batch: readonly Entry[],
  riders: readonly TaskHandle[],
): Promise<void> {
  const { pace, clock } = lane
  const round = { until: 0 }
  pace.round = round
  await readSome(lane, batch, riders, () => {
    round.until = clock.elapsed() + silentMs()
  })
  if (pace.round === round) pace.round = undefined
}

async function readSome(
  lane: Reading,
  batch: readonly Entry[],
  riders: readonly TaskHandle[],
  alive: () => void,
): Promise<void> {
  const { provider, pace, clock, answer } = lane
  alive()
  for (const entry of batch) entry.reading = true
  try {
    const handles = batch.map(({ handle }) => handle)
    const answers = await provider.getMany?.(handles, optionsOf(lane, batch, riders, alive))
    for (const { handle, reading } of batch) {
      const given = answers?.get(handle)
      if (!reading || !given) continue
      markRead(pace, handle.id, clock.elapsed())
      answer(handle.id, given)
    }
  } catch (error) {
    const left = unanswered(lane, batch)
    const isPassing = ReelayError.isInstance(error) && error.retryable
    if (left.length < 2 || isPassing) for (const entry of left) refuse(lane, entry, error)
    else {
      // One handle that the provider will not have must not end the others. One half after the other: both may be on one list.
      const half = Math.ceil(left.length / 2)
      await readSome(lane, left.slice(0, half), riders, alive)
      await readSome(lane, unanswered(lane, left.slice(half)), riders, alive)
    }
  }
  for (const entry of batch) entry.reading = false
}
