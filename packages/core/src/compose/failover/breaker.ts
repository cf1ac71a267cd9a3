import { type Clock, elapsedOf } from '../../model/clock.ts'

/**
 * When a provider that keeps failing is left alone, and for how long.
 *
 * @example
 * ```ts
 * import { type BreakerPolicy, failover, type VideoProvider } from '@reelay/core'
 * const breaker: BreakerPolicy = { failures: 3, halfOpenAfterMs: 60_000 }
 * const eitherOf = (first: VideoProvider, second: VideoProvider): VideoProvider => failover([first, second], { breaker })
 * ```
 */
export interface BreakerPolicy {
  /** Failures in a row after which it is left alone; at least 1. */
  readonly failures: number
  /** Milliseconds after which one submit may try it again; its end decides for the others. */
  readonly halfOpenAfterMs: number
}

/** What an attempt says about its provider: it works, it does not, or neither. */
export type Health = 'up' | 'down' | 'neither'

/** Leave to try a provider; give it back with what came of it. */
export interface BreakerPass {
  done(health: Health): void
}

/** A circuit breaker around one provider. */
export interface Breaker {
  /** A pass, or the milliseconds after which it is worth asking for one again. */
  enter(): BreakerPass | { readonly retryAfterMs: number }
}

// While one probe is out there is nothing to know but that it will be back soon.
const probeMs = 1_000

/** A breaker that lives by the given clock; `false` makes one that never opens. */
export function createBreaker(policy: BreakerPolicy | false, clock: Clock): Breaker {
  if (!policy) return { enter: () => ({ done: () => undefined }) }
  const { failures: limit, halfOpenAfterMs } = policy
  let failures = 0
  let openUntil: number | undefined
  let probing = false

  function done(health: Health, probe: boolean): void {
    if (probe) probing = false
    // Whoever entered before it opened says nothing new about it.
    if (health === 'neither' || (openUntil !== undefined && !probe)) return
    failures = health === 'up' ? 0 : failures + 1
    openUntil = failures >= limit ? elapsedOf(clock) + halfOpenAfterMs : undefined
  }

  return {
    enter() {
      const probe = openUntil !== undefined
      const left = Math.ceil((openUntil ?? 0) - elapsedOf(clock))
      if (probe && left > 0) return { retryAfterMs: left }
      if (probe && probing) return { retryAfterMs: probeMs }
      probing = probe
      return { done: (health) => done(health, probe) }
    },
  }
}
