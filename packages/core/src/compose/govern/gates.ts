import { type Clock, elapsedOf, obeyed } from '../../model/clock.ts'
import type { ReelayError } from '../../model/error.ts'

/** How somebody got through: no gate was there, by a place that one of our own tasks left, or to try whether it opens. */
export type GatePass = 'free' | 'credit' | 'probe'

interface Gate {
  /** When somebody may try; see `elapsedOf`, as all times here. */
  until: number
  /** When the provider last said no. */
  refusedAt: number
  /** Tries in a row that were refused. */
  failures: number
  /** Tries on their way, and how many there may be at a time. */
  probing: number
  width: number
  /** Places that tasks of ours have left since: whoever takes one needs no luck. */
  credits: number
}

/** Where the provider has said no, and when to ask again. One gate for each model, and one for all (the rate). */
export interface Gates {
  /** When a submit of this model may try: now or earlier, later, or never while somebody else tries. */
  opensAt(model: string): number
  enter(model: string): GatePass
  refused(model: string, pass: GatePass, error: ReelayError): void
  /** Anything but a refusal. */
  passed(model: string, pass: GatePass): void
  /** A task of ours has ended; `left` are still running. */
  freed(model: string, left: number): void
  /** The first moment after `now` at which a gate opens by itself. */
  next(now: number): number
}

const everybody = ''
const never = Number.NEGATIVE_INFINITY
const shortestMs = 250
const firstMs = 2_000
const longestMs = 60_000
/** As many tries at a time are no gate any more. */
const openWidth = 64

// Jittered, since other processes wait for the same places.
const backoff = (failures: number): number =>
  Math.min(firstMs * 2 ** failures, longestMs) * (1 + 0.1 * Math.random())

/** No gates yet: everything is tried once. */
export function createGates(clock: Clock): Gates {
  const gates = new Map<string, Gate>()
  const onWay = (model: string): readonly Gate[] =>
    [everybody, model].flatMap((name) => gates.get(name) ?? [])

  function opens({ credits, probing, until, width }: Gate): number {
    if (credits > 0) return never
    return probing < width ? until : Number.POSITIVE_INFINITY
  }

  /** Opened at once, it would let the whole queue run into a no. */
  function widen(model: string, gate: Gate): void {
    gate.width *= 2
    if (gate.width >= openWidth) gates.delete(model)
  }

  return {
    opensAt: (model) => Math.max(...onWay(model).map(opens)),
    enter(model) {
      const closed = onWay(model)
      const probing = closed.filter(({ credits }) => credits === 0)
      for (const gate of closed) {
        if (gate.credits > 0) gate.credits -= 1
        else gate.probing += 1
      }
      return closed.length === 0 ? 'free' : probing.length === 0 ? 'credit' : 'probe'
    },
    refused(model, pass, { code, retryAfterMs }) {
      const name = code === 'ERR_RATE_LIMIT' ? everybody : model
      const gate = gates.get(name) ?? {
        until: never,
        refusedAt: never,
        failures: 0,
        probing: 0,
        width: 1,
        credits: 0,
      }
      const waitMs = retryAfterMs === undefined ? backoff(gate.failures) : obeyed(retryAfterMs)
      const until = elapsedOf(clock) + Math.max(waitMs, shortestMs)
      // Several refusals of one burst are one.
      if (pass === 'probe' || gate.until === never) gate.failures += 1
      if (pass === 'probe') for (const tried of onWay(model)) tried.probing = Math.max(0, tried.probing - 1)
      gate.width = 1
      gate.until = Math.max(gate.until, until)
      gate.refusedAt = elapsedOf(clock)
      gates.set(name, gate)
    },
    passed(model, pass) {
      if (pass !== 'probe') return
      gates.delete(everybody)
      const gate = gates.get(model)
      if (!gate) return
      Object.assign(gate, { until: elapsedOf(clock), failures: 0, probing: Math.max(0, gate.probing - 1) })
      // Still one at a time: that one place was free says little about the next. A minute without a no says more.
      if (elapsedOf(clock) - gate.refusedAt > longestMs) widen(model, gate)
    },
    freed(model, left) {
      const gate = gates.get(model)
      if (!gate) return
      gate.credits += 1
      // The ends of all may be seen in one reading: gone with them, the gate would let the whole queue run into a no.
      if (left === 0) gate.until = elapsedOf(clock)
    },
    next: (now) => Math.min(...[...gates.values()].map(({ until }) => until).filter((until) => until > now)),
  }
}
