import { settle } from './schedule.ts'
import type { FalState } from './state.ts'

// The pace of fal's own client. A wait is cut into steps because the control may end a task at any time.
const STEP_MS = 500

/** Lets the emulator's clock run until something holds; rejects with the signal's reason when it aborts. */
export async function until(
  state: FalState,
  holds: () => boolean,
  signal: AbortSignal,
  waits: () => Promise<void> = async () => {},
): Promise<void> {
  for (let step = 0; ; step += 1) {
    settle(state, state.clock.now())
    if (holds()) return
    const waiting = state.clock.sleep(STEP_MS, signal)
    waiting.catch(() => {})
    // The wait begins before listeners hear of it, so that one of them may push the clock.
    if (step === 0) await waits()
    await waiting
  }
}
