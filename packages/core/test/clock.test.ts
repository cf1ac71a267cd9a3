import { createVirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elapsedOf, systemClock } from '../src/index.ts'
import { clockSettings, passedOf, watchClock } from '../src/model/clock.ts'

const hour = 3_600_000
const minute = 60_000

describe('elapsedOf', () => {
  it('is what nobody can set, and the wall where a clock has nothing else', async () => {
    const clock = createVirtualClock({ start: 1_000 })
    clock.stepWall(-hour)
    await clock.sleep(250)
    expect([clock.now(), elapsedOf(clock)]).toEqual([1_250 - hour, 250])
    const { now, sleep } = clock
    expect(elapsedOf({ now, sleep })).toBe(1_250 - hour)
  })

  it('goes on by the host where a note has to be made and the clock fails', () => {
    const fail = (): number => {
      throw new Error('clock')
    }
    const { sleep } = systemClock
    for (const broken of [
      { now: fail, sleep },
      { now: fail, elapsed: fail, sleep },
      { now: () => Number.NaN, sleep },
    ])
      expect(Number.isFinite(passedOf(broken))).toBe(true)
    expect(() => elapsedOf({ now: fail, sleep })).toThrow('clock')
  })

  it('of the host’s own clock never goes back, whoever sets the wall', () => {
    const { now } = Date
    try {
      const before = elapsedOf(systemClock)
      Date.now = () => now() - hour
      expect(elapsedOf(systemClock)).toBeGreaterThanOrEqual(before)
      expect(systemClock.now()).toBeLessThan(now())
    } finally {
      Date.now = now
    }
  })
})

describe('a clock that is being set', () => {
  it('is told of once for each setting of more than a minute, and of none for less', async () => {
    const clock = createVirtualClock()
    const watch = watchClock(clock)
    const told: unknown[] = []
    const look = (): void => void told.push(watch.step()?.byMs)
    for (const ms of [0, minute, -hour, hour, 2 * hour]) {
      clock.stepWall(ms)
      await clock.sleep(10_000)
      look()
      look()
    }
    // A minute is within; back by an hour is an hour less a minute, since the minute was not told of.
    const none = undefined
    expect(told).toEqual([none, none, none, none, minute - hour, none, hour, none, 2 * hour, none])
  })

  it('keeps the earlier window: it never opens sooner than time passes, whatever the wall says', async () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -2 * hour, max: 2 * hour }), fc.nat({ max: hour })), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (moves) => {
        const clock = createVirtualClock()
        const start = clock.now()
        const watch = watchClock(clock)
        for (const [step, ms] of moves) {
          clock.stepWall(step)
          await clock.advance(ms)
          const earlier = watch.earlier()
          expect(earlier).toBeLessThanOrEqual(start + clock.elapsed() + minute)
          expect(earlier).toBeLessThanOrEqual(clock.now())
          const off = clock.now() - start - clock.elapsed()
          if (Math.abs(off) <= minute) expect(earlier).toBe(clock.now())
        }
      }),
      { numRuns: 60 },
    )
  })

  it('cannot be seen by a clock that knows the wall only', () => {
    let now = 0
    const watch = watchClock({ now: () => now, sleep: async () => undefined })
    now = hour
    expect([watch.step(), watch.earlier()]).toEqual([undefined, hour])
  })

  it('remembers between what its earlier words have to be corrected', async () => {
    const clock = createVirtualClock()
    const settings = clockSettings(clock)
    expect(settings.span()).toEqual([0, 0])
    await clock.sleep(minute)
    clock.stepWall(-hour)
    expect(settings.span()).toEqual([-hour, 0])
    clock.stepWall(3 * hour)
    expect(settings.span()).toEqual([0, 3 * hour])
    clock.stepWall(-hour)
    await clock.sleep(minute)
    expect(settings.span()).toEqual([-hour, 2 * hour])
  })
})
