import { type Clock, passedOf, timeOf } from './clock.ts'

// Clocks that are kept right are corrected by less, and a provider's may be off by more.
const apartMs = 60_000

/** What somebody did to a clock while a process ran. */
export interface ClockStep {
  /** Milliseconds by which the wall went ahead of the time that has passed; below 0 where it was set back. */
  readonly byMs: number
}

/** Looks whether a clock is being set. */
export interface ClockWatch {
  /**
   * Milliseconds since the epoch, for windows that must not open by themselves: what the wall says, unless more than a
   * minute lies between that and what it would say had nobody set it since the watch began. Then the earlier of the two.
   */
  earlier(): number
  /** The setting of more than a minute that was not told of before. */
  step(): ClockStep | undefined
}

/**
 * Watches what the wall says against the time that has passed, from now on. A machine that slept looks like one whose
 * clock was set forward. A step before the watch began cannot be seen, nor any of a clock without `elapsed`.
 */
export function watchClock(clock: Clock): ClockWatch {
  /** When the time that passes began, by the wall; the same for ever while nobody sets that. */
  const begin = (): number => timeOf(clock) - passedOf(clock)
  const first = begin()
  let told = first
  return {
    earlier() {
      const wall = timeOf(clock)
      const unset = first + passedOf(clock)
      return Math.abs(wall - unset) <= apartMs ? wall : Math.min(wall, unset)
    },
    step() {
      const now = begin()
      const byMs = Math.round(now - told)
      if (Math.abs(byMs) <= apartMs) return undefined
      told = now
      return { byMs }
    },
  }
}
