import type { FaultRun } from './effect.ts'

/**
 * Keeps the answer back for `ms` of the emulator's clock, or until the client leaves. The wait begins before
 * listeners hear of it, so that one of them may push the clock.
 */
export async function hold(run: FaultRun, ms: number | undefined): Promise<void> {
  const { signal } = run.exchange
  // On the clock also when it is for ever: a clock that moves by itself must know that nobody else will.
  const waiting = run.clock.sleep(ms ?? Number.POSITIVE_INFINITY, signal)
  waiting.catch(() => {})
  await run.held()
  await waiting
}
