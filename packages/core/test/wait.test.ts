import { createVirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ErrorCode,
  generate,
  ReelayError,
  type RenderEvent,
  type WaitOptions,
  wait,
} from '../src/index.ts'
import { createSchedule, type Schedule } from '../src/run/watch/schedule.ts'
import { handle, scripted, task } from './fakes.ts'

const timing = { expectedMs: 60_000, pollFloorMs: 5_000 }

function setup(steps: (of: ReturnType<typeof handle>) => Parameters<typeof scripted>[1]) {
  const clock = createVirtualClock()
  const of = handle(clock.now())
  return { clock, of, provider: scripted(clock, steps(of), timing) }
}

const fails =
  (code: ErrorCode, more: object = {}) =>
  () => {
    throw new ReelayError(code, code, { outcome: 'accepted', retryable: true, ...more })
  }

const caught = async (work: Promise<unknown>): Promise<ReelayError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

const unusable: [field: string, options: WaitOptions][] = [
  ['deadlineMs', { deadlineMs: Number.NaN }],
  ['deadlineMs', { deadlineMs: -1 }],
  ['poll.intervalMs', { poll: { intervalMs: Number.NaN } }],
  ['poll.intervalMs', { poll: { intervalMs: -1 } }],
]

describe('schedule', () => {
  const anything = fc.record({
    expectedMs: fc.integer({ min: 1_000, max: 1e7 }),
    pollFloorMs: fc.integer({ min: 1, max: 1e5 }),
  })
  const life = fc.tuple(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 0, max: 1e8 }), fc.boolean())

  it('never looks more often than the provider allows, nor ever stops looking, whatever it has seen', () => {
    fc.assert(
      fc.property(
        anything,
        fc.array(life, { maxLength: 20 }),
        fc.integer({ min: 0, max: 1e9 }),
        (row, seen, age) => {
          const schedule = createSchedule(row)
          for (const [one, other, ended] of seen)
            schedule.seen(Math.min(one, other), Math.max(one, other), ended)
          const next = schedule.next(age)
          expect(next - age).toBeGreaterThanOrEqual(row.pollFloorMs)
          expect(next).toBeLessThanOrEqual(Math.max(2 * age, 3 * row.expectedMs, 16e8) + 2 * row.pollFloorMs)
        },
      ),
      { numRuns: 50 },
    )
  })

  const looksUntil = (schedule: Schedule, ms: number): number[] => {
    const looks = [schedule.next(0)]
    while ((looks.at(-1) ?? 0) < ms) looks.push(schedule.next(looks.at(-1) ?? 0))
    return looks.map(Math.round)
  }

  it('looks early once or twice, often around the expected time, and ever slower after it', () => {
    const looks = looksUntil(createSchedule(timing), 600_000)
    const gaps = looks.map((look, index) => look - (looks[index - 1] ?? 0))
    expect(looks.filter((look) => look < 30_000).length).toBeLessThanOrEqual(2)
    expect(looks[0]).toBeLessThan(30_000)
    expect(Math.min(...gaps)).toBeLessThan(5_100)
    expect(gaps[looks.findIndex((look) => look > 60_000)]).toBeLessThan(6_000)
    expect(gaps.at(-1)).toBeGreaterThan(9_000)
  })

  it.each([0, -1, Number.NaN])('plans by a row whose expected time is %s', (expectedMs) => {
    const looks = looksUntil(createSchedule({ expectedMs, pollFloorMs: 1_000 }), 10_000)
    expect(looks.length).toBeGreaterThan(2)
    expect(looks.every(Number.isFinite)).toBe(true)
  })

  it('learns what tasks really take, from few of them, and unlearns it', () => {
    const schedule = createSchedule(timing)
    for (let count = 0; count < 20; count++) schedule.seen(0, 200_000, true)
    const unlearnt = looksUntil(createSchedule(timing), 200_000).length
    expect(looksUntil(schedule, 200_000).length).toBeLessThan(unlearnt * 0.6)
    expect(looksUntil(schedule, 200_000).at(-1)).toBeLessThan(205_000)
    for (let count = 0; count < 1_000; count++) schedule.seen(0, 30_000, true)
    expect(looksUntil(schedule, 30_000)).toHaveLength(1)
  })

  it('counts the tasks that go on beside those that have ended', () => {
    const schedule = createSchedule(timing)
    // Of a thousand, twenty ended early; to believe these alone would be to look for nothing but their like.
    for (let count = 0; count < 20; count++) schedule.seen(0, 20_000, true)
    for (let count = 0; count < 980; count++) schedule.seen(0, 40_000, false)
    const early = looksUntil(schedule, 40_000)
    expect(early.length).toBeLessThanOrEqual(3)
  })
})

describe('wait', () => {
  it('answers with the ended task and tells of each change once', async () => {
    const { of, provider } = setup((of) => [
      () => task('queued', of),
      () => task('running', of),
      () => task('running', of),
      () => task('succeeded', of),
    ])
    const events: string[] = []
    const ended = await wait(provider, of, {
      onEvent: (event) => events.push(event.type === 'status' ? event.task.status : event.type),
    })
    expect(ended.status).toBe('succeeded')
    expect(events).toEqual(['queued', 'running', 'succeeded', 'finished'])
  })

  it('goes on when a listener throws', async () => {
    const { of, provider } = setup((of) => [() => task('queued', of), () => task('succeeded', of)])
    const onEvent = () => {
      throw new Error('progress bar on fire')
    }
    expect((await wait(provider, of, { onEvent })).status).toBe('succeeded')
  })

  it.each<[ErrorCode, object]>([
    ['ERR_RATE_LIMIT', {}],
    ['ERR_UNAVAILABLE', {}],
    ['ERR_NETWORK', {}],
    ['ERR_TIMEOUT', {}],
    ['ERR_UNEXPECTED_REPLY', { retryable: false }],
    ['ERR_NOT_FOUND', { retryable: false }],
  ])('survives %s, three in a row', async (code, more) => {
    const { of, provider } = setup((of) => [
      fails(code, more),
      fails(code, more),
      fails(code, more),
      () => task('succeeded', of),
    ])
    const retries: RenderEvent[] = []
    const ended = await wait(provider, of, {
      onEvent: (event) => event.type === 'retry' && retries.push(event),
    })
    expect(ended.status).toBe('succeeded')
    expect(retries).toHaveLength(3)
  })

  it('waits as long as it is told to', async () => {
    const { of, provider } = setup((of) => [
      fails('ERR_RATE_LIMIT', { retryAfterMs: 90_000 }),
      () => task('succeeded', of),
    ])
    await wait(provider, of)
    expect((provider.looks[1] ?? 0) - (provider.looks[0] ?? 0)).toBeGreaterThanOrEqual(90_000)
  })

  it('sleeps through no clip, whatever Retry-After asks for', async () => {
    const { of, provider } = setup((of) => [
      fails('ERR_RATE_LIMIT', { retryAfterMs: 86_400_000 }),
      () => task('succeeded', of),
    ])
    expect((await wait(provider, of)).status).toBe('succeeded')
    expect((provider.looks[1] ?? 0) - (provider.looks[0] ?? 0)).toBe(5 * 60_000)
  })

  it('believes "not found" once the task is older than a minute', async () => {
    const { of, provider } = setup(() => [fails('ERR_NOT_FOUND', { retryable: false })])
    const error = await caught(wait(provider, of))
    expect(error.code).toBe('ERR_NOT_FOUND')
    expect((provider.looks.at(-1) ?? 0) - of.submittedAt).toBeGreaterThanOrEqual(60_000)
  })

  it('ends at once on what will not pass', async () => {
    const { of, provider } = setup(() => [fails('ERR_AUTH', { retryable: false })])
    expect((await caught(wait(provider, of))).code).toBe('ERR_AUTH')
    expect(provider.looks).toHaveLength(1)
  })

  it('gives up at the deadline with the handle, after one last look', async () => {
    const { clock, of, provider } = setup((of) => [() => task('running', of)])
    const error = await caught(wait(provider, of, { deadlineMs: 120_000 }))
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', outcome: 'accepted', handle: of, retryable: true })
    expect(clock.now() - of.submittedAt).toBe(120_000)
    expect(provider.looks.at(-1)).toBe(of.submittedAt + 120_000)
  })

  it('ends an unknown status at the deadline, and no earlier', async () => {
    const { clock, of, provider } = setup((of) => [() => task('unknown', of, 'pondering')])
    const seen: string[] = []
    const onEvent = (event: RenderEvent) => {
      if (event.type === 'unknown-status') seen.push(event.nativeStatus)
    }
    const error = await caught(wait(provider, of, { deadlineMs: 120_000, onEvent }))
    expect(error).toMatchObject({ code: 'ERR_UNKNOWN_STATUS', handle: of })
    expect(error.message).toContain('pondering')
    expect(clock.now() - of.submittedAt).toBe(120_000)
    expect(seen).toEqual(['pondering'])
  })

  it('stops when told to, keeps the handle, and names the reason', async () => {
    const { of, provider } = setup((of) => [() => task('running', of)])
    const stop = new AbortController()
    const reason = new Error('user left')
    const onEvent = () => queueMicrotask(() => stop.abort(reason))
    const error = await caught(wait(provider, of, { abortSignal: stop.signal, onEvent }))
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'accepted', handle: of })
    expect(error.cause).toBe(reason)
  })

  it('keeps a chosen interval, but never under the provider’s floor', async () => {
    const { of, provider } = setup((of) => [() => task('running', of), () => task('succeeded', of)])
    await wait(provider, of, { poll: { intervalMs: 1 } })
    expect((provider.looks[1] ?? 0) - (provider.looks[0] ?? 0)).toBe(5_000)
  })

  it('asks after a task whose row is gone every 5 s at most', async () => {
    const clock = createVirtualClock()
    const of = handle(clock.now())
    const provider = scripted(clock, [() => task('running', of), () => task('succeeded', of)])
    await wait(provider, of, { poll: { intervalMs: 1 } })
    expect((provider.looks[1] ?? 0) - (provider.looks[0] ?? 0)).toBe(5_000)
  })

  it.each(unusable)('is refused with %s %j, which would mean "for ever"', async (field, options) => {
    const { of, provider } = setup((of) => [() => task('succeeded', of)])
    const error = await caught(wait(provider, of, options))
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'accepted', handle: of })
    expect(error.problems?.map((one) => one.field)).toEqual([field])
    expect(provider.looks).toEqual([])
  })
})

describe('generate', () => {
  it.each(unusable)('buys nothing with %s %j', async (field, options) => {
    const { provider } = setup((of) => [() => task('succeeded', of)])
    let submits = 0
    const counting = {
      ...provider,
      submit: () => {
        submits += 1
        return provider.submit({ kind: 'text-to-video', prompt: 'x' })
      },
    }
    const error = await caught(generate(counting, { kind: 'text-to-video', prompt: 'x' }, options))
    expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(error.problems?.map((one) => one.field)).toEqual([field])
    expect(submits).toBe(0)
  })

  it('throws a failed task with the provider’s words first, the task and the handle', async () => {
    const { provider } = setup((of) => [() => task('failed', of)])
    const error = await caught(generate(provider, { kind: 'text-to-video', prompt: 'x' }))
    expect(error).toMatchObject({ code: 'ERR_TASK_FAILED', outcome: 'accepted', retryable: false })
    expect(error.message).toMatch(/^Not allowed \(/)
    expect(error.handle?.id).toBe('task-1')
    expect(error).toHaveProperty('task.failure.flagged', true)
  })

  it('stores before it resolves, and keeps the handle when storing fails', async () => {
    const { provider } = setup((of) => [() => task('succeeded', of)])
    const stored: string[] = []
    await generate(
      provider,
      { kind: 'text-to-video', prompt: 'x' },
      { store: async ({ id }) => void stored.push(id) },
    )
    expect(stored).toEqual(['task-1'])
    const disk = new Error('disk full')
    const store = async () => {
      throw disk
    }
    const error = await caught(generate(provider, { kind: 'text-to-video', prompt: 'x' }, { store }))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: { id: 'task-1' } })
    expect(error.cause).toBe(disk)
  })
})
