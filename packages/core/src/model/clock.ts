/**
 * The time source everything in Reelay lives by, so that tests, replays and simulations can supply their own.
 *
 * @example
 * ```ts
 * import { systemClock } from '@reelay/core'
 * const startedAt = systemClock.now() // ms since the epoch
 * await systemClock.sleep(250)
 * ```
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** What time it is, for a note that has to be made: by the host's clock where the given one fails. */
export function timeOf(clock: Clock): number {
  try {
    const now = clock.now()
    if (Number.isFinite(now)) return now
  } catch {
    // Below.
  }
  return Date.now()
}

/** Sleeps by the given clock, or by the host's where that one fails: a limit has to end some time. */
export async function sleepBy(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (thrown) {
    if (signal.aborted) throw thrown
    await systemClock.sleep(ms, signal)
  }
}

// setTimeout turns a delay over 2^31-1 ms into 1 ms, which would be a busy loop (HTML, timers section).
const longestTimer = 2_147_483_647

/**
 * The host's own clock.
 *
 * @example
 * ```ts
 * import { systemClock } from '@reelay/core'
 * await systemClock.sleep(1_000, AbortSignal.timeout(500)).catch(() => 'aborted')
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        Math.min(Math.max(0, ms), longestTimer),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}
