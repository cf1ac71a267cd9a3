import type { Entry } from './entry.ts'
import { markAlone } from './pace.ts'
import { type Reading, refuse, unanswered, wallAt } from './reading.ts'

/** Reads one task by a question of its own. */
export async function readAlone(lane: Reading, entry: Entry): Promise<void> {
  const { provider, pace, clock, call, answer } = lane
  const { handle, deadline } = entry
  entry.reading = true
  markAlone(pace, handle.id, clock.elapsed())
  try {
    const asked = provider.get(handle, { ...call, deadlineAt: wallAt(clock, deadline) })
    answer(handle.id, await asked.finally(() => markAlone(pace, handle.id, clock.elapsed())))
  } catch (error) {
    for (const left of unanswered(lane, [entry])) refuse(lane, left, error)
  }
  entry.reading = false
}
