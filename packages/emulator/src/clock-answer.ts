import type { EmulatorClock } from './clock.ts'

/** Where a port tells its time. It is the emulator's own, and no provider's. */
export const clockPath = '/emulator/clock'

/** What it tells there; `speed` is null where nobody can say how fast the clock runs. */
export interface ClockReading {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  readonly speed: number | null
}

export function clockAnswer(parts: {
  readonly clock: EmulatorClock
  readonly speed: number | undefined
}): Response {
  const reading: ClockReading = { now: parts.clock.now(), speed: parts.speed ?? null }
  return Response.json(reading, { headers: { 'cache-control': 'no-store' } })
}
