import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { type Clock, govern } from '../../src/index.ts'
import { clip, createMarket } from './guard-market.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that has moved on whenever it is looked at again, as real ones do now and then and fast ones always. */
function createRestlessClock(): Clock {
  const clock = createVirtualClock()
  let looks = 0
  return { now: () => clock.now() + looks++, sleep: (ms, signal) => clock.sleep(ms, signal) }
}

describe('the queue, by a clock that moves between two looks', () => {
  it('lets everybody through in order', async () => {
    const market = createMarket(createRestlessClock())
    const governed = govern(market, { concurrency: 1 })
    const keys = ['a', 'b', 'c', 'd']
    for (const idempotencyKey of keys) void governed.submit(clip, { idempotencyKey })
    for (const key of keys) {
      await turn()
      expect(market.posts.at(-1)).toBe(key)
      const handle = market.handles.at(-1)
      if (!handle) throw new Error(`nothing was bought for ${key}`)
      market.end(handle, 'succeeded')
      await governed.get(handle)
    }
    expect(market.posts).toEqual(keys)
  })

  it('waits for a minute that has room, and no longer', async () => {
    const market = createMarket(createRestlessClock())
    const governed = govern(market, { rate: { perMinute: 3 } })
    await Promise.all(Array.from({ length: 10 }, () => governed.submit(clip)))
    expect(market.posts).toHaveLength(10)
  })
})
