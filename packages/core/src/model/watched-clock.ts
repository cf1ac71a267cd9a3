import type { Clock } from './clock.ts'

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
