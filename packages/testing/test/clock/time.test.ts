import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../src/index.ts'

describe('virtual time', () => {
  it('jumps to the earliest sleep, in order, however long it is', async () => {
    const clock = createVirtualClock({ start: 1_000 })
    const woken: [string, number][] = []
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms)
      woken.push([name, clock.now()])
    }
    await Promise.all([sleep('day', 86_400_000), sleep('second', 1_000), sleep('minute', 60_000)])
    expect(woken).toEqual([
      ['second', 2_000],
      ['minute', 61_000],
      ['day', 86_401_000],
    ])
  })

  it('starts at a fixed moment, so that two runs tell the same time', () => {
    expect(createVirtualClock().now()).toBe(createVirtualClock().now())
    expect(new Date(createVirtualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  })

  it('wakes sleeps of the same moment in the order in which they began', async () => {
    const clock = createVirtualClock({ start: 0 })
    const woken: number[] = []
    const late = clock.sleep(10).then(() => clock.sleep(10).then(() => woken.push(99)))
    await Promise.all([0, 1, 2, 3, 4].map((n) => clock.sleep(20).then(() => woken.push(n))))
    await late
    expect(woken).toEqual([0, 1, 2, 3, 4, 99])
  })

  it('lets a sleep cancel another one of the same moment', async () => {
    const clock = createVirtualClock()
    const controller = new AbortController()
    const first = clock.sleep(5).then(() => controller.abort(new Error('answered')))
    await expect(clock.sleep(5, controller.signal)).rejects.toThrow('answered')
    await first
  })

  it('rejects with the reason of the signal, and forgets the sleep', async () => {
    const clock = createVirtualClock({ start: 0 })
    const reason = { why: 'enough' }
    await expect(clock.sleep(5, AbortSignal.abort(reason))).rejects.toBe(reason)

    const controller = new AbortController()
    const sleeping = clock.sleep(50_000, controller.signal)
    controller.abort(reason)
    await expect(sleeping).rejects.toBe(reason)
    await clock.sleep(10)
    expect(clock.now()).toBe(10)
  })

  it('keeps no listener on a signal after the sleep', async () => {
    const clock = createVirtualClock()
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1
      remove(...args)
    }
    await clock.sleep(5, signal)
    expect(listeners).toBe(0)
  })

  it('never wakes an endless sleep, and lets others pass it', async () => {
    const clock = createVirtualClock({ start: 0 })
    const controller = new AbortController()
    const endless = clock.sleep(Number.POSITIVE_INFINITY, controller.signal)
    await clock.sleep(5)
    expect(clock.now()).toBe(5)
    controller.abort('over')
    await expect(endless).rejects.toBe('over')
  })

  it('counts whole milliseconds, and never wakes too early', async () => {
    const clock = createVirtualClock({ start: 0 })
    await clock.sleep(0.1)
    expect(clock.now()).toBe(1)
  })

  it('takes no time for a sleep of zero, less than zero, or not a number', async () => {
    const clock = createVirtualClock({ start: 7 })
    for (const ms of [0, -5, Number.NaN]) await clock.sleep(ms)
    expect(clock.now()).toBe(7)
  })

  it('waits for hashing and signing before it jumps', async () => {
    const clock = createVirtualClock({ start: 0 })
    const order: string[] = []
    const work = async (): Promise<void> => {
      for (let n = 0; n < 3; n++) await crypto.subtle.digest('SHA-256', new Uint8Array(1_000))
      await clock.sleep(5)
      order.push('hashed')
    }
    await Promise.all([work(), clock.sleep(10).then(() => order.push('slept'))])
    expect(order).toEqual(['hashed', 'slept'])
  })
})

describe('advance', () => {
  it('stops on the way for everyone who is due, then stands at the target', async () => {
    const clock = createVirtualClock({ start: 0, auto: false })
    const woken: number[] = []
    void clock.sleep(100).then(() => woken.push(clock.now()))
    void clock.sleep(40).then(async () => {
      woken.push(clock.now())
      await clock.sleep(40)
      woken.push(clock.now())
    })
    await clock.advance(90)
    expect(woken).toEqual([40, 80])
    expect(clock.now()).toBe(90)
    await clock.advance(10)
    expect(woken).toEqual([40, 80, 100])
  })

  it('goes one after the other when asked twice', async () => {
    const clock = createVirtualClock({ start: 0, auto: false })
    await Promise.all([clock.advance(5), clock.advance(7)])
    expect(clock.now()).toBe(12)
  })

  it('moves time that nobody waits for, and never backwards', async () => {
    const clock = createVirtualClock({ start: 0 })
    await clock.advance(5)
    await clock.advance(-3)
    expect(clock.now()).toBe(5)
  })

  it('holds automatic time back while it runs', async () => {
    const clock = createVirtualClock({ start: 0 })
    let woken = false
    const sleeping = clock.sleep(100).then(() => {
      woken = true
    })
    await clock.advance(60)
    expect([clock.now(), woken]).toEqual([60, false])
    await sleeping
    expect(clock.now()).toBe(100)
  })

  it('passes a call in flight', async () => {
    const clock = createVirtualClock({ start: 0, auto: false })
    const answer = Promise.withResolvers<Response>()
    const call = clock.track(() => answer.promise)('http://127.0.0.1')
    await clock.advance(5)
    expect(clock.now()).toBe(5)
    answer.resolve(new Response('late'))
    expect(await (await call).text()).toBe('late')
  })
})
