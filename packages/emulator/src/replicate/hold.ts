import type { Exchange } from '../engine/exchange.ts'
import { isTerminal, nextChange, type Phase, phaseAt } from './phase.ts'
import type { Prediction } from './predictions.ts'
import type { ReplicateState } from './state.ts'

/** Keeps a create back until the prediction has ended or `waitMs` are over; tells which of the two. */
export async function untilEnded(
  { clock }: ReplicateState,
  prediction: Prediction,
  exchange: Exchange,
  waitMs: number,
): Promise<Phase | 'expired'> {
  const until = clock.now() + waitMs
  let announced = false
  for (;;) {
    const now = clock.now()
    const phase = phaseAt(prediction, now)
    if (isTerminal(phase)) return phase
    if (now >= until) return 'expired'
    const change = Math.min(nextChange(prediction, now) ?? until, until)
    const disturbed = new AbortController()
    prediction.holds.add(disturbed)
    const waiting = clock
      .sleep(change - now, AbortSignal.any([exchange.signal, disturbed.signal]))
      .catch(() => exchange.signal.throwIfAborted())
      .finally(() => prediction.holds.delete(disturbed))
    waiting.catch(() => {})
    // The wait begins before listeners hear of it, so that one of them may push the clock.
    if (!announced) await exchange.held()
    announced = true
    await waiting
  }
}

/** Puts a prediction into a state from now on, and lets answers that wait for it go. */
export function impose(prediction: Prediction, phase: Phase, at: number): void {
  prediction.forced = { phase, at }
  for (const hold of [...prediction.holds]) hold.abort()
}
