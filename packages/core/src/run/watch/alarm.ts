import type { Clock } from '../../model/clock.ts'

/** One sleep at a time, until the earliest moment that was asked for. */
export interface Alarm {
  /** Wakes at `at`, by the time that passes (see `elapsedOf`), unless it does so sooner anyway. */
  set(at: number): void
  /** Nothing of it may keep a process alive. */
  stop(): void
}

export function createAlarm(clock: Required<Clock>, wake: () => void): Alarm {
  let wakeAt = Number.POSITIVE_INFINITY
  let sleeping = new AbortController()
  return {
    set(at) {
      if (at >= wakeAt) return
      sleeping.abort()
      sleeping = new AbortController()
      wakeAt = at
      const { signal } = sleeping
      clock.sleep(Math.max(0, at - clock.elapsed()), signal).then(
        () => {
          if (signal.aborted) return
          wakeAt = Number.POSITIVE_INFINITY
          wake()
        },
        () => undefined,
      )
    },
    stop: () => sleeping.abort(),
  }
}
