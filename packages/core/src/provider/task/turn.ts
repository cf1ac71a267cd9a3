import { elapsedOf } from '../../model/clock.ts'
import type { Engine } from '../engine.ts'

// Timers are not finer than this for certain: reads that may follow each other sooner leave some at a time.
const burstMs = 50

/** How much earlier than its turn a read may leave, milliseconds: as many reads leave in a second all the same. */
export const leewayMs = (spacingMs: number): number => Math.max(0, burstMs - spacingMs)

/** Waits until the next of many reads may leave: an account is not asked more often than its budget allows. */
export async function turn(
  engine: Engine,
  spacingMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const now = elapsedOf(engine.clock)
    // Aborted, the read says so itself.
    if (engine.nextReadAt <= now + leewayMs(spacingMs) || signal?.aborted) return
    await engine.clock.sleep(engine.nextReadAt - now, signal).catch(() => undefined)
  }
}

/** Takes the turn that has come: nobody else has it before so many milliseconds. */
export function take(engine: Engine, spacingMs: number): void {
  engine.nextReadAt = Math.max(engine.nextReadAt, elapsedOf(engine.clock)) + spacingMs
}
