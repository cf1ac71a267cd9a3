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

/** Remembers how a clock was set, for times that were written down by it. */
export interface ClockSettings {
  /** Milliseconds since the epoch at which the time that passes began, by the wall. */
  begin(): number
  /**
   * Between how many milliseconds what this clock said earlier has to be corrected by, to be told by what it says now: 0
   * and 0 while nobody sets it, -3,600,000 and 0 once it was set back by an hour.
   */
  span(): readonly [least: number, most: number]
}

/** Looks at each call what the wall says; what was written down between two of them is off by either. */
export function clockSettings(clock: Clock): ClockSettings {
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  function begin(): number {
    const begun = timeOf(clock) - passedOf(clock)
    earliest = Math.min(earliest, begun)
    latest = Math.max(latest, begun)
    return begun
  }
  begin()
  return {
    begin,
    span() {
      const now = begin()
      return [now - latest, now - earliest]
    },
  }
}

/**
 * A clock whose failure is noticed: a timer that never comes, because whoever should ring it threw, would leave those who
 * wait by it waiting for ever. Asked for the time it answers in any case.
 *
 * @param broke Told of what was thrown, each time.
 */
export function watchedClock(clock: Clock, broke: (thrown: unknown) => void): Required<Clock> {
  function read(name: 'now' | 'elapsed', host: () => number): number {
    try {
      const value = name === 'elapsed' && clock.elapsed ? clock.elapsed() : clock.now()
      if (Number.isFinite(value)) return value
      throw new TypeError(`${name}() of the clock is not a number`)
    } catch (thrown) {
      broke(thrown)
      return host()
    }
  }
  return {
    now: () => read('now', Date.now),
    elapsed: () => read('elapsed', () => (clock.elapsed ? performance.now() : Date.now())),
    async sleep(ms, signal) {
      try {
        await clock.sleep(ms, signal)
      } catch (thrown) {
        if (!signal?.aborted) broke(thrown)
        throw thrown
      }
    },
  }
}
