import { boat, createEmulated } from '@reelay/rig/all'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { guard, journaled, memoryJournal, usd, type VideoProvider } from '../../src/index.ts'
import { clip, createMarket, type Ending } from './guard-market.ts'
import { rejection } from './guard-worlds.ts'
import { used } from './journaled-support.ts'

const key = { idempotencyKey: 'order-1' }
const price = 210_000
const budget = { amount: usd(1), windowMs: 3_600_000 }

/** A market, and the stack that a process would make of it. */
function setup(...endings: Ending[]) {
  const clock = createVirtualClock({ start: Date.UTC(2026, 0, 1) })
  const journal = memoryJournal()
  const market = createMarket(clock, { ending: () => endings.shift() ?? 'accepted' })
  const stack = (provider: VideoProvider = market): VideoProvider =>
    guard(journaled(provider, journal), { budget, journal })
  return { clock, journal, market, stack }
}

describe('a key that is submitted again through guard(journaled(…))', () => {
  it('brings the first task back and is counted once', async () => {
    const { clock, journal, market, stack } = setup()
    const provider = stack()
    const first = await provider.submit(clip, key)
    for (let i = 0; i < 10; i++) {
      await clock.sleep(1_000)
      expect((await provider.submit(clip, key)).handle).toEqual(first.handle)
    }
    expect([market.posts.length, await used(journal)]).toEqual([1, price])
  })

  it('is counted once in a restarted process, also when the task has failed at no cost', async () => {
    const { clock, journal, market, stack } = setup()
    const { handle } = await stack().submit(clip, key)
    await clock.sleep(1_000)
    expect((await stack().submit(clip, key)).handle).toEqual(handle)
    expect(await used(journal)).toBe(price)
    market.end(handle, 'failed', { microUsd: 0, basis: 'reported' })
    await clock.sleep(1_000)
    expect(await stack().submit(clip, key)).toMatchObject({ status: 'failed', id: handle.id })
    expect([market.posts.length, await used(journal)]).toEqual([1, 0])
    await clock.sleep(1_000)
    await stack().submit(clip, key)
    expect(await used(journal)).toBe(0)
  })

  it('is counted once when many submit it at the same time', async () => {
    const { journal, market, stack } = setup()
    const provider = stack()
    const tasks = await Promise.all([1, 2, 3].map(() => provider.submit(clip, key)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
    expect([market.posts.length, await used(journal)]).toEqual([1, price])
  })

  it('is counted once when several processes submit it at the same time', async () => {
    const { journal, market, stack } = setup()
    const tasks = await Promise.all([stack(), stack(), stack()].map((one) => one.submit(clip, key)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
    expect([market.posts.length, await used(journal)]).toEqual([1, price])
  })

  it('gives its money back when it is refused for naming another request', async () => {
    const journal = memoryJournal()
    const { kling } = createEmulated((fetch) => fetch).create()
    const provider = guard(journaled(kling, journal), { budget, journal })
    await provider.submit(boat, key)
    const before = await used(journal)
    const error = await rejection(provider.submit({ ...boat, prompt: 'Another boat' }, key))
    expect([error.code, error.outcome]).toEqual(['ERR_INVALID_REQUEST', 'none'])
    expect([before, await used(journal)]).toEqual([420_000, 420_000])
  })

  it('is counted once while its task cannot be read', async () => {
    const { clock, journal, market, stack } = setup()
    await stack().submit(clip, key)
    const down = { ...market, get: () => Promise.reject(new Error('down')) }
    await clock.sleep(1_000)
    for (const provider of [stack(down), stack(down)]) {
      const error = await rejection(provider.submit(clip, key))
      expect([error.outcome, error.handle?.id]).toEqual(['accepted', 'market-1'])
    }
    expect(await used(journal)).toBe(price)
  })

  it('is counted once while nobody knows whether its task was made', async () => {
    const { clock, journal, market, stack } = setup('unknown')
    const provider = stack()
    for (let i = 0; i < 3; i++) {
      expect((await rejection(provider.submit(clip, key))).outcome).toBe('unknown')
      await clock.sleep(1_000)
    }
    expect([market.posts.length, await used(journal)]).toEqual([1, price])
  })
})
