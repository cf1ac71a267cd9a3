import type { Clock } from './clock.ts'

/**
 * A clock whose failure is noticed: a timer that never comes, because whoever should ring it threw, would leave those who
 * wait by it waiting for ever. Asked for the time it answers in any case.
 *
 * @param broke Told of what was thrown, each time.
 */
export function watchedClock(clock: Clock, broke: (thrown: unknown) => void): Clock {
  return {
    now() {
      try {
        const now = clock.now()
        if (Number.isFinite(now)) return now
        throw new TypeError('now() of the clock is not a number')
      } catch (thrown) {
        broke(thrown)
        return Date.now()
      }
    },
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
