import { untilAborted } from '../clock.ts'
import type { FaultRun } from './effect.ts'

/**
 * Keeps the answer back for `ms` of the emulator's clock, or until the client leaves. The wait begins before
 * listeners hear of it, so that one of them may push the clock.
 */
export async function hold(run: FaultRun, ms: number | undefined): Promise<void> {
  const { signal } = run.exchange
  const waiting = ms === undefined ? untilAborted(signal) : run.clock.sleep(ms, signal)
  waiting.catch(() => {})
  await run.held()
  await waiting
}
