import type { Timing } from '../model/offer.ts'

// For tasks whose catalogue row is gone: a cautious guess.
const unknownTiming: Timing = { expectedMs: 60_000, pollFloorMs: 5_000 }

/**
 * Milliseconds until the next look at a task that has been running for `elapsedMs`: rarely while it cannot be done yet,
 * at the provider's floor around the expected time, and ever more slowly after it. Jittered, never under the floor.
 *
 * @param random A number from 0 to 1, for the jitter.
 */
export function nextLook(timing: Timing | undefined, elapsedMs: number, random: number): number {
  const { expectedMs, pollFloorMs } = timing ?? unknownTiming
  const early = expectedMs * 0.6
  const late = expectedMs * 2
  let delay = pollFloorMs
  if (elapsedMs < early) delay = Math.min(early - elapsedMs, 3 * pollFloorMs)
  else if (elapsedMs > late) delay = Math.min((elapsedMs / late) * pollFloorMs, 6 * pollFloorMs)
  return Math.round(Math.max(delay, pollFloorMs) * (1 + 0.1 * random))
}
