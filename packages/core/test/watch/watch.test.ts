import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { deliver, hint, ReelayError, type WatchEvent, type Watcher, wait, watch } from '../../src/index.ts'
import { createFake, error, type Fake } from './fake.ts'

const ends = (event: WatchEvent): boolean => event.type === 'finished' || event.type === 'error'
const idOf = (event: WatchEvent): string => ('task' in event ? event.task.id : event.handle.id)

async function all(watcher: Watcher): Promise<WatchEvent[]> {
  const events: WatchEvent[] = []
  for await (const event of watcher) events.push(event)
  return events
}

async function caught(work: Promise<unknown>): Promise<ReelayError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(thrown)) throw new Error(`expected a ReelayError, got ${thrown}`)
  return thrown
}

describe.each([
  ['a provider with a list', true],
  ['a provider without', false],
])('watching at %s', (_name, lists) => {
  function setup(): Fake & { clock: ReturnType<typeof createVirtualClock> } {
    const clock = createVirtualClock()
    return { ...createFake(clock, lists), clock }
  }

  it('tells of each task’s way and of its end once, and stops when all have ended', async () => {
    const { provider, make } = setup()
    const handles = [make('a', 30_000), make('b', 90_000), make('c', 61_000)]
    const events = await all(watch(provider, handles))
    expect(events.filter(ends).map(idOf).sort()).toEqual(['a', 'b', 'c'])
    expect(events.filter(ends).every(({ type }) => type === 'finished')).toBe(true)
    expect(events.filter((event) => event.type === 'status' && idOf(event) === 'b')).toHaveLength(2)
  })

  it('ends one task with its own error and goes on with the others', async () => {
    const { provider, make, fail } = setup()
    const handles = [make('a', 30_000), make('b', 40_000), make('c', 50_000)]
    fail('b', () => error('ERR_AUTH'))
    const stranger = { ...make('d', 1), id: 'nobody' }
    // All in one call, and the stranger refused before anything is asked.
    const events = await all(watch(provider, [...handles, stranger], { poll: { intervalMs: 5_000 } }))
    const last = Object.fromEntries(events.filter(ends).map((event) => [idOf(event), event.type]))
    expect(last).toEqual({ a: 'finished', b: 'error', c: 'finished', nobody: 'error' })
  })

  it('says in an event of its own mistake what an adapter threw, without repeating it', async () => {
    const { provider, make, fail } = setup()
    const handle = make('a', 30_000)
    fail('a', () => new TypeError('Bearer secret-key'))
    const [event] = (await all(watch(provider, [handle]))).filter(ends)
    expect(event).toMatchObject({
      type: 'error',
      error: { code: 'ERR_UNEXPECTED_REPLY', outcome: 'accepted', handle },
    })
    expect(JSON.stringify(event)).not.toContain('secret')
  })

  it('takes tasks in and lets them go while it runs', async () => {
    const { provider, make, looks, clock } = setup()
    const [first, second] = [make('a', 30_000), make('b', 3_600_000)]
    const watcher = watch(provider, [first, second])
    const told: string[] = []
    for await (const event of watcher) {
      if (event.type !== 'finished') continue
      told.push(event.task.id)
      if (event.task.id === 'a') {
        watcher.add(make('c', 20_000), second)
        watcher.remove(second)
      }
    }
    expect(told).toEqual(['a', 'c'])
    expect(watcher.size).toBe(0)
    const before = looks.length
    expect(looks.at(-1)?.ids).toEqual(['c'])
    await clock.sleep(600_000)
    expect(looks).toHaveLength(before)
  })

  it('waits for further tasks when told to, until it is closed', async () => {
    const { provider, make, clock } = setup()
    const watcher = watch(provider, [], { keepOpen: true })
    const told = all(watcher)
    await clock.sleep(60_000)
    watcher.add(make('a', 30_000))
    await clock.sleep(600_000)
    watcher.add(make('b', 30_000))
    watcher.close()
    expect((await told).filter(ends).map(idOf)).toEqual(['a', 'b'])
  })

  it('looks no more once the loop is left', async () => {
    const { provider, make, looks, clock } = setup()
    for await (const _event of watch(provider, [make('a', 200_000), make('b', 200_000)])) break
    const before = looks.length
    await clock.sleep(600_000)
    expect(looks).toHaveLength(before)
  })

  it('keeps the latest state and every end for a reader that is slow', async () => {
    const { provider, make, clock, fail } = setup()
    const handles = Array.from({ length: 20 }, (_, number) => make(String(number), 100_000 + number))
    for (const { id } of handles) {
      for (let times = 0; times < 3; times++) fail(id, () => error('ERR_UNAVAILABLE', { retryable: true }))
    }
    const watcher = watch(provider, handles)
    await clock.sleep(2_700_000)
    const events = await all(watcher)
    expect(events.filter(ends).map(idOf).sort()).toEqual(handles.map(({ id }) => id).sort())
    for (const { id } of handles) {
      const types = events.filter((event) => idOf(event) === id).map(({ type }) => type)
      expect(types).toEqual(['retry', 'status', 'finished'])
    }
    const status = events.find((event) => event.type === 'status')
    expect(status).toMatchObject({ task: { status: 'succeeded' } })
  })

  it('gives each task its own deadline', async () => {
    const { provider, make, clock } = setup()
    const startedAt = clock.now()
    const events = await all(watch(provider, [make('a', 30_000), make('b', 1e9)], { deadlineMs: 120_000 }))
    const last = events.filter(ends)
    expect(last.map(({ type }) => type)).toEqual(['finished', 'error'])
    expect(last[1]).toMatchObject({
      error: { code: 'ERR_TIMEOUT', outcome: 'accepted', handle: { id: 'b' } },
    })
    expect((last[1]?.at ?? 0) - startedAt).toBe(120_000)
  })

  it('ends with the reason when told to stop, after what is queued', async () => {
    const { provider, make, clock, looks } = setup()
    const stop = new AbortController()
    const watcher = watch(provider, [make('a', 30_000), make('b', 1e9)], { abortSignal: stop.signal })
    await clock.sleep(100_000)
    const reason = new Error('user left')
    stop.abort(reason)
    const before = looks.length
    const events: WatchEvent[] = []
    const error = await caught(
      (async () => {
        for await (const event of watcher) events.push(event)
      })(),
    )
    expect(events.filter(ends).map(idOf)).toEqual(['a'])
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'accepted' })
    expect(error.cause).toBe(reason)
    await clock.sleep(600_000)
    expect(looks).toHaveLength(before)
  })

  it('is refused with options that would mean "for ever"', () => {
    const { provider } = setup()
    expect(() => watch(provider, [], { deadlineMs: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_REQUEST' }),
    )
  })

  it('looks once for all who wait for the same task, and tells each', async () => {
    const { provider, make, looks } = setup()
    const handle = make('a', 60_000)
    const copy = JSON.parse(JSON.stringify(handle))
    const [one, other, events] = await Promise.all([
      wait(provider, handle),
      wait(provider, copy),
      all(watch(provider, [handle])),
    ])
    expect([one.id, other.id, events.filter(ends).length]).toEqual(['a', 'a', 1])
    const moments = looks.map(({ at }) => at)
    expect(new Set(moments).size).toBe(moments.length)
    expect(moments.slice(1).every((at, index) => at - (moments[index] ?? 0) >= 5_000)).toBe(true)
  })

  it('reads apart for calls whose headers differ, and by each one’s own clock', async () => {
    const { provider, make, looks } = setup()
    const handle = make('a', 60_000)
    const stop = new AbortController()
    const still = createVirtualClock({ auto: false })
    const frozen = wait(provider, handle, { clock: still, abortSignal: stop.signal })
    await Promise.all([
      wait(provider, handle),
      wait(provider, handle, { headers: { 'x-trace': '1' } }),
      wait(provider, handle, { headers: { 'x-trace': '2' } }),
    ])
    expect(new Set(looks.map(({ headers }) => headers?.['x-trace']))).toEqual(new Set([undefined, '1', '2']))
    stop.abort()
    expect((await caught(frozen)).code).toBe('ERR_ABORTED')
  })

  it('looks at the deadline, and not once more just before it', async () => {
    const { provider, make, looks, clock } = setup()
    const startedAt = clock.now()
    const waiting = wait(provider, make('a', 1e9), { poll: { intervalMs: 7_000 }, deadlineMs: 8_000 })
    expect((await caught(waiting)).code).toBe('ERR_TIMEOUT')
    expect(looks.map(({ at }) => at - startedAt)).toEqual([0, 8_000])
  })

  it('leaves the whole account alone while a refusal asks for it', async () => {
    const { provider, make, looks, fail } = setup()
    const handles = Array.from({ length: 30 }, (_, number) => make(String(number), 200_000))
    fail('0', () => error('ERR_RATE_LIMIT', { retryable: true, retryAfterMs: 100_000 }))
    const stop = new AbortController()
    const retries: WatchEvent[] = []
    for await (const event of watch(provider, handles, { abortSignal: stop.signal })) {
      if (event.type === 'retry') retries.push(event)
    }
    expect(retries).toHaveLength(1)
    const refusedAt = retries[0]?.at ?? 0
    // Looks that had left before the refusal came are answered at the same moment here.
    const during = looks.filter(({ at }) => at > refusedAt && at < refusedAt + 100_000)
    expect(during).toEqual([])
    expect(looks.some(({ at }) => at >= refusedAt + 100_000)).toBe(true)
  })

  it('settles a task that is delivered, at once and once', async () => {
    const { provider, make, task, looks, clock } = setup()
    const handle = make('a', 1e9)
    const startedAt = clock.now()
    const waiting = wait(provider, handle)
    const events = all(watch(provider, [handle]))
    await clock.sleep(1_000)
    const words = ['running', 'succeeded', 'succeeded'] as const
    const told = await Promise.all(words.map((word) => deliver(provider, task(handle, word))))
    expect(told).toEqual([true, true, false])
    expect((await waiting).status).toBe('succeeded')
    expect((await events).map(({ type }) => type)).toEqual(['status', 'finished'])
    expect(clock.now() - startedAt).toBe(1_000)
    expect(looks).toEqual([])
  })

  it('settles once in a race of a delivery and a look under way', async () => {
    const clock = createVirtualClock()
    const fake = createFake(clock, lists)
    const handle = fake.make('a', 0)
    const late = async <Value>(work: Promise<Value>): Promise<Value> => {
      const value = await work
      void deliver(provider, fake.task(handle, 'failed'))
      await clock.sleep(10)
      return value
    }
    const provider = {
      ...fake.provider,
      get: (...args: Parameters<typeof fake.provider.get>) => late(fake.provider.get(...args)),
    }
    const events = await all(watch(provider, [handle]))
    expect(events.filter(ends)).toMatchObject([
      { type: 'finished', task: { status: lists ? expect.any(String) : 'failed' } },
    ])
  })

  it('looks at once at a task that something hints at, but never under the floor', async () => {
    const { provider, make, looks, clock } = setup()
    const handle = make('a', 8_000)
    const startedAt = clock.now()
    const waiting = wait(provider, handle)
    await clock.sleep(1_000)
    expect(hint(provider, 'b')).toBe(false)
    for (let times = 0; times < 100; times++) expect(hint(provider, 'a')).toBe(true)
    await clock.sleep(1)
    for (let times = 0; times < 100; times++) expect(hint(provider, 'a')).toBe(true)
    await waiting
    const ages = looks.map(({ at }) => at - startedAt)
    expect(ages[0]).toBe(1_000)
    expect(ages[1]).toBe(6_000)
    expect(hint(provider, 'a')).toBe(false)
  })
})
