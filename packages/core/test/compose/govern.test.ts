import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { type GovernOptions, govern, ReelayError, type VideoProvider } from '../../src/index.ts'
import { clip, createMarket, type Ending } from './guard-market.ts'
import { rejection } from './guard-worlds.ts'

const minute = 60_000

function setup(options: GovernOptions, ending?: (key: string) => Ending) {
  const clock = createVirtualClock()
  const market = createMarket(clock, ending ? { ending } : {})
  return { clock, market, governed: govern(market, options) }
}

/** Submits in order, and tells who is through. */
function submitAll(governed: VideoProvider, keys: readonly string[], more: object = {}): string[] {
  const done: string[] = []
  for (const idempotencyKey of keys) {
    governed.submit({ ...clip, ...more }, { idempotencyKey }).then(
      () => done.push(idempotencyKey),
      (error: unknown) => done.push(`${idempotencyKey}: ${error}`),
    )
  }
  return done
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the queue', () => {
  it('lets no more through than there are slots, first come, first served', async () => {
    const { market, governed } = setup({ concurrency: 2 })
    submitAll(governed, ['a', 'b', 'c', 'd'])
    await turn()
    expect(market.posts).toEqual(['a', 'b'])
    for (const [index, handle] of market.handles.entries()) {
      market.end(handle, index === 0 ? 'failed' : 'succeeded')
      await governed.get(handle)
    }
    await turn()
    expect(market.posts).toEqual(['a', 'b', 'c', 'd'])
  })

  it('holds each model to its own limit, and lets others pass', async () => {
    const { market, governed } = setup({ concurrency: 3, perModel: { 'kling-v3': 1 } })
    submitAll(governed, ['a', 'b'])
    submitAll(governed, ['c', 'd', 'e'], { model: 'kling-v2-6' })
    await turn()
    expect(market.posts).toEqual(['a', 'c', 'd'])
    const [first] = market.handles
    if (first) market.end(first, 'succeeded')
    await governed.getMany?.(market.handles)
    await turn()
    expect(market.posts).toEqual(['a', 'c', 'd', 'b'])
  })

  it('keeps to the rate in any minute', async () => {
    const { clock, governed, market } = setup({ rate: { perMinute: 3 } })
    const at: number[] = []
    const start = clock.now()
    await Promise.all(
      Array.from({ length: 10 }, () =>
        governed.submit(clip).then(() => at.push((clock.now() - start) / minute)),
      ),
    )
    expect(at).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
    expect(market.posts).toHaveLength(10)
  })

  it('an abort while queued spends nothing, rejects with its reason, and holds nobody up', async () => {
    const { market, governed } = setup({ concurrency: 1 })
    const controller = new AbortController()
    const reason = { why: 'the user went home' }
    submitAll(governed, ['a'])
    const aborted = rejection(governed.submit(clip, { idempotencyKey: 'b', abortSignal: controller.signal }))
    submitAll(governed, ['c'])
    await turn()
    controller.abort(reason)
    expect(await aborted).toBe(reason)
    const [first] = market.handles
    if (first) market.end(first, 'succeeded')
    if (first) await governed.get(first)
    for (let n = 0; n < 5; n++) await turn()
    expect(market.posts).toEqual(['a', 'c'])
  })

  it('gives up after maxWaitMs', async () => {
    const { clock, market, governed } = setup({ concurrency: 1, maxWaitMs: 5_000 })
    const start = clock.now()
    await governed.submit(clip)
    const error = await rejection(governed.submit(clip))
    expect([error.code, error.outcome, error.retryable]).toEqual(['ERR_CONCURRENCY', 'none', true])
    expect([clock.now() - start, market.posts.length]).toEqual([5_000, 1])
  })

  it('refuses limits that are none', () => {
    const { market } = setup({})
    for (const options of [
      { concurrency: 0 },
      { perModel: { 'kling-v3': 1.5 } },
      { rate: { perMinute: -1 } },
      { maxWaitMs: Number.NaN },
    ])
      expect(() => govern(market, options)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })
})

describe('a slot', () => {
  it('is free again at once after a submit that made nothing', async () => {
    const { market, governed } = setup({ concurrency: 1 }, (key) => (key === 'a' ? 'rejected' : 'accepted'))
    const done = submitAll(governed, ['a', 'b'])
    await turn()
    expect(market.posts).toEqual(['a', 'b'])
    expect(done).toEqual(['a: ReelayError: ERR_FUNDS', 'b'])
  })

  it('is kept after a submit without a verdict, until the task is found or cannot be running any more', async () => {
    for (const found of [true, false]) {
      const { clock, market, governed } = setup({ concurrency: 1 }, (key) =>
        key === 'a' ? 'unknown' : 'accepted',
      )
      const start = clock.now()
      const error = await rejection(governed.submit(clip, { idempotencyKey: 'a' }))
      const { submission } = error
      if (!submission) throw new Error('no submission')
      const waiting = governed.submit(clip, { idempotencyKey: 'b' })
      await turn()
      expect(market.posts).toEqual(['a'])
      if (found) {
        const { startedAt: submittedAt, ...rest } = submission
        const handle = { ...rest, id: 'late', submittedAt }
        market.end(handle, 'succeeded')
        await governed.get(handle)
      }
      await waiting
      expect(clock.now() - start).toBe(found ? 0 : 10 * minute)
      // Never sent again.
      expect(market.posts).toEqual(['a', 'b'])
    }
  })

  it('nobody reads ends with one look, or goes on if the task does', async () => {
    const { clock, market } = setup({})
    const looks: number[] = []
    const start = clock.now()
    const watched = govern(
      {
        ...market,
        get(handle) {
          looks.push((clock.now() - start) / minute)
          if (looks.length === 2) market.end(handle, 'succeeded')
          return market.get(handle)
        },
      },
      { concurrency: 1 },
    )
    await watched.submit(clip)
    await watched.submit(clip)
    expect(looks).toEqual([10, 20])
    expect((clock.now() - start) / minute).toBe(20)
  })

  it('ends when looking is in vain, and goes on when it may be read later', async () => {
    const clock = createVirtualClock()
    const market = createMarket(clock)
    const answers = ['ERR_UNAVAILABLE', 'ERR_NOT_FOUND'] as const
    let looks = 0
    const start = clock.now()
    const watched = govern(
      {
        ...market,
        async get() {
          const code = answers[looks++] ?? 'ERR_AUTH'
          throw new ReelayError(code, code, { outcome: 'accepted', retryable: code === 'ERR_UNAVAILABLE' })
        },
      },
      { concurrency: 1 },
    )
    await watched.submit(clip)
    await watched.submit(clip)
    expect([looks, clock.now() - start]).toEqual([2, 20 * minute])
  })

  it('is taken by a task of an earlier process as soon as it is read', async () => {
    const { market, governed } = setup({ concurrency: 1 })
    const { handle } = await market.submit(clip, { idempotencyKey: 'earlier' })
    await governed.get(JSON.parse(JSON.stringify(handle)))
    submitAll(governed, ['now'])
    await turn()
    expect(market.posts).toEqual(['earlier'])
    market.end(handle, 'canceled')
    await governed.get(handle)
    await turn()
    expect(market.posts).toEqual(['earlier', 'now'])
  })

  it('is free after a cancel', async () => {
    const { market } = setup({})
    const governed = govern({ ...market, cancel: async () => 'canceled' }, { concurrency: 1 })
    const { handle } = await governed.submit(clip)
    submitAll(governed, ['next'])
    await governed.cancel?.(handle)
    await turn()
    expect(market.posts).toHaveLength(2)
  })
})

describe('a provider that is full', () => {
  it('is asked again with the same key, one at a time, until it has room', async () => {
    let room = 0
    const { clock, market, governed } = setup({}, () => (room-- > 0 ? 'accepted' : 'busy'))
    const done = submitAll(governed, ['a', 'b', 'c'])
    await clock.sleep(3 * minute)
    expect(done).toEqual([])
    const tries = market.posts.length
    // Three at once, and from then on one at a time, ever more slowly.
    expect(market.posts.slice(0, 3)).toEqual(['a', 'b', 'c'])
    expect(new Set(market.posts.slice(3))).toEqual(new Set(['a']))
    expect(tries).toBeLessThan(12)
    room = 3
    await clock.sleep(3 * minute)
    expect(done).toEqual(['a', 'b', 'c'])
    expect(new Set(market.posts)).toEqual(new Set(['a', 'b', 'c']))
  })

  it('is asked again with one key, also when the caller gave none', async () => {
    let room = 0
    const { market, governed } = setup({}, () => (room++ < 3 ? 'busy' : 'accepted'))
    const { handle } = await governed.submit(clip)
    expect(market.posts).toEqual(Array.from({ length: 4 }, () => handle.idempotencyKey))
  })

  it('is not asked before a task of ours has ended, where all places are ours', async () => {
    let [made, ended] = [0, 0]
    const { market, governed, clock } = setup({}, () => {
      if (made - ended >= 2) return 'busy'
      made += 1
      return 'accepted'
    })
    const done = submitAll(governed, ['a', 'b', 'c', 'd', 'e'])
    await turn()
    expect(done).toEqual(['a', 'b'])
    for (const _ of ['c', 'd', 'e']) {
      const before = market.posts.length
      const handle = market.handles[ended]
      if (!handle) throw new Error('no task')
      market.end(handle, 'succeeded')
      ended += 1
      await governed.get(handle)
      await turn()
      expect(market.posts.length - before).toBe(1)
    }
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1))
  })

  it('is told to whoever does not want to wait any longer', async () => {
    const { clock, governed } = setup({ maxWaitMs: minute }, () => 'busy')
    const start = clock.now()
    const error = await rejection(governed.submit(clip))
    expect([error.code, error.outcome, clock.now() - start]).toEqual(['ERR_CONCURRENCY', 'rejected', minute])
    const controller = new AbortController()
    void clock.sleep(1_000).then(() => controller.abort('enough'))
    expect(await rejection(governed.submit(clip, { abortSignal: controller.signal }))).toBe('enough')
  })

  it('with a word on when to come back is believed', async () => {
    const { clock, market } = setup({})
    const at: number[] = []
    const start = clock.now()
    const throttled: VideoProvider = {
      ...market,
      async submit(request, options) {
        at.push(clock.now() - start)
        if (at.length > 2) return market.submit(request, options)
        const details = { outcome: 'rejected', retryAfterMs: 7_000 } as const
        throw new ReelayError('ERR_RATE_LIMIT', 'slow down', details)
      },
    }
    await govern(throttled, {}).submit(clip)
    expect(at).toEqual([0, 7_000, 14_000])
  })

  it('is never asked again when nobody knows what became of the request', async () => {
    const { clock, market } = setup({})
    let posts = 0
    const silent: VideoProvider = {
      ...market,
      async submit() {
        posts += 1
        throw new ReelayError('ERR_RATE_LIMIT', 'a gateway said 429', { outcome: 'unknown' })
      },
    }
    const error = await rejection(govern(silent, {}).submit(clip))
    await clock.sleep(60 * minute)
    expect([error.outcome, posts]).toEqual(['unknown', 1])
  })
})
