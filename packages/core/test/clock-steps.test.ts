import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  download,
  failover,
  generate,
  govern,
  memoryDeliveries,
  type Offer,
  type TaskHandle,
  type VideoProvider,
  wait,
  watch,
} from '../src/index.ts'
import { boat, caught, instance, keyedSpec, plainSpec, render } from './engine.ts'
import { handle as fakeHandle, scripted, task } from './fakes.ts'

const minute = 60_000
const hour = 60 * minute
const floorMs = 5_000
const timing: Offer['timing'] = { expectedMs: minute, pollFloorMs: floorMs }

/** When somebody sets the host's clock, in milliseconds from the start, and by how much. */
const settings = (withinMs: number) =>
  fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: withinMs }),
      by: fc.oneof(
        fc.constantFrom(-hour, hour, -24 * hour, 24 * hour, -365 * 24 * hour),
        fc.integer({ min: -2 * hour, max: 2 * hour }),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )

/** Sets a clock at the moments given, while whatever it is goes on. */
function setting(clock: VirtualClock, moves: readonly { readonly at: number; readonly by: number }[]): void {
  for (const { at, by } of moves) void clock.sleep(at).then(() => clock.stepWall(by))
}

/** A provider whose tasks end so many milliseconds after it was made, and when each look came, by the time that passes. */
function world(endsMs: number, many: boolean) {
  const clock = createVirtualClock()
  const looks = new Map<string, number[]>()
  const look = (of: TaskHandle) => {
    const at = clock.elapsed()
    looks.set(of.id, [...(looks.get(of.id) ?? []), at])
    return task(at >= endsMs ? 'succeeded' : 'running', of)
  }
  const base = scripted(clock, [], timing)
  const provider: VideoProvider = {
    ...base,
    get: async (of) => look(of),
    ...(many && {
      async getMany(handles, options) {
        const answers = handles.map((of) => [of, look(of)] as const)
        for (const [of, answer] of answers) options?.onAnswer?.(of, answer)
        return new Map(answers)
      },
    }),
  }
  return { clock, provider, looks }
}

function keepsFloors(looks: ReadonlyMap<string, readonly number[]>): void {
  for (const times of looks.values())
    for (const [index, at] of times.entries())
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(floorMs)
}

const runs = { numRuns: 60 }

describe('while somebody sets the host’s clock', { timeout: 60_000 }, () => {
  it('a task that ends is noticed, no later than usual, and never read more often than it may be', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings(4 * minute),
        fc.integer({ min: 0, max: 4 * minute }),
        fc.boolean(),
        async (moves, endsMs, many) => {
          const { clock, provider, looks } = world(endsMs, many)
          const of = fakeHandle(clock.now())
          setting(clock, moves)
          const ended = await wait(provider, of, { deadlineMs: 10 * minute })
          expect(ended.status).toBe('succeeded')
          // The plan's own gaps grow with a task's age, up to an eighth of it.
          expect(clock.elapsed() - endsMs).toBeLessThanOrEqual(Math.max(15_000, endsMs / 3))
          keepsFloors(looks)
        },
      ),
      runs,
    )
  })

  it('a deadline comes when it comes, for wait, watch and generate', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings(3 * minute),
        fc.integer({ min: 1_000, max: 3 * minute }),
        fc.constantFrom('wait' as const, 'watch' as const, 'generate' as const),
        fc.boolean(),
        async (moves, deadlineMs, what, many) => {
          const { clock, provider, looks } = world(Number.POSITIVE_INFINITY, many)
          const of = fakeHandle(clock.now())
          setting(clock, moves)
          if (what === 'watch') {
            const events = []
            for await (const event of watch(provider, [of, { ...of, id: 'task-2' }], { deadlineMs }))
              events.push(event)
            expect(events.filter(({ type }) => type === 'error')).toHaveLength(2)
          } else {
            const work =
              what === 'wait' ? wait(provider, of, { deadlineMs }) : generate(provider, boat, { deadlineMs })
            expect((await caught(work)).code).toBe('ERR_TIMEOUT')
          }
          expect(clock.elapsed()).toBeGreaterThanOrEqual(deadlineMs)
          expect(clock.elapsed()).toBeLessThanOrEqual(deadlineMs + floorMs + 1_000)
          keepsFloors(looks)
          // No busy loop: at most one look in each floor, and the last.
          for (const times of looks.values())
            expect(times.length).toBeLessThanOrEqual(deadlineMs / floorMs + 2)
        },
      ),
      runs,
    )
  })

  it('a lost answer is looked for as long as ever', async () => {
    await fc.assert(
      fc.asyncProperty(settings(15_000), async (moves) => {
        const { provider, sent, clock } = instance(keyedSpec, ({ method }) =>
          method === 'POST' ? undefined : { status: 404, json: {} },
        )
        setting(clock, moves)
        const error = await caught(provider.submit(boat))
        expect(error.outcome).toBe('unknown')
        expect(clock.elapsed()).toBeLessThanOrEqual(16_000)
        expect(clock.elapsed()).toBeGreaterThanOrEqual(10_000)
        expect(sent.length).toBeLessThanOrEqual(10)
      }),
      runs,
    )
  })

  it('a lost answer that turns up is found', async () => {
    await fc.assert(
      fc.asyncProperty(settings(15_000), fc.integer({ min: 0, max: 8_000 }), async (moves, shownAt) => {
        const { provider, clock } = instance(keyedSpec, ({ method }, _number, host) => {
          if (method === 'POST') return undefined
          return host.elapsed?.() !== undefined && host.elapsed() >= shownAt
            ? { json: render }
            : { status: 404, json: {} }
        })
        setting(clock, moves)
        expect((await provider.submit(boat)).id).toBe(render.id)
      }),
      runs,
    )
  })

  it('a read that is tried again keeps to its deadline', async () => {
    await fc.assert(
      fc.asyncProperty(settings(6_000), fc.integer({ min: 0, max: 6_000 }), async (moves, leftMs) => {
        const { provider, sent, clock } = instance(plainSpec, (_sent, number) =>
          number === 0 ? { json: render } : { status: 503, json: {}, headers: { 'retry-after': '2' } },
        )
        const { handle } = await provider.submit(boat)
        const [asked, startedAt] = [sent.length, clock.elapsed()]
        setting(
          clock,
          moves.map(({ at, by }) => ({ at: at + 1, by })),
        )
        await caught(provider.get(handle, { deadlineAt: clock.now() + leftMs }))
        expect(sent.length - asked).toBe(Math.min(3, Math.ceil(leftMs / 2_000) || 1))
        expect(clock.elapsed() - startedAt).toBeLessThanOrEqual(Math.max(leftMs, 0))
      }),
      runs,
    )
  })

  it('a queue gives up in time, keeps its rate, and its places come back', async () => {
    await fc.assert(
      fc.asyncProperty(settings(5 * minute), async (moves) => {
        const { clock, provider } = world(2 * minute, false)
        const starts: number[] = []
        const governed = govern(
          {
            ...provider,
            async submit() {
              starts.push(clock.elapsed())
              return task('running', { ...fakeHandle(clock.now()), id: `task-${starts.length}` })
            },
          },
          { rate: { perMinute: 2 }, concurrency: 5, maxWaitMs: 90_000 },
        )
        setting(clock, moves)
        const answers = await Promise.allSettled(Array.from({ length: 6 }, () => governed.submit(boat)))
        // Two at once, two a minute later; the last two have waited too long by then.
        expect(starts).toEqual([0, 0, minute, minute])
        expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(2)
        expect(clock.elapsed()).toBe(90_000)
        // A place that nobody reads is looked at after ten minutes, and free again.
        await governed.submit(boat)
        const last = starts.length
        const more = await Promise.allSettled([governed.submit(boat)])
        expect([last, more[0]?.status]).toEqual([5, 'rejected'])
      }),
      runs,
    )
  })

  it('a breaker opens again after its time, and a delivery is remembered for its own', async () => {
    await fc.assert(
      fc.asyncProperty(settings(minute), async (moves) => {
        const { provider, clock, sent } = instance(plainSpec, () => ({ status: 503, json: {} }))
        const chain = failover([provider], { breaker: { failures: 1, halfOpenAfterMs: minute } })
        const deliveries = memoryDeliveries({ clock })
        expect(await deliveries.claim('a', minute)).toBe('new')
        await caught(chain.submit(boat))
        const posts = sent.length
        setting(
          clock,
          moves.map(({ at, by }) => ({ at: Math.min(at, minute - 2), by })),
        )
        const startedAt = clock.elapsed()
        await clock.sleep(minute - 1 - clock.elapsed())
        expect((await caught(chain.submit(boat))).code).toBe('ERR_UNAVAILABLE')
        expect([sent.length, await deliveries.claim('a', minute)]).toEqual([posts, 'busy'])
        await clock.sleep(startedAt + minute - clock.elapsed() + 1)
        await caught(chain.submit(boat))
        expect(sent.length).toBeGreaterThan(posts)
        expect(await deliveries.claim('a', minute)).toBe('new')
      }),
      runs,
    )
  })

  it('a download stalls and ends by the time that passes', async () => {
    const output = { kind: 'video', url: 'https://cdn.example.com/a.mp4', mediaType: 'video/mp4' } as const
    await fc.assert(
      fc.asyncProperty(
        settings(minute),
        fc.integer({ min: 1_000, max: minute }),
        fc.integer({ min: 500, max: minute }),
        async (moves, deadlineMs, stallMs) => {
          const clock = createVirtualClock()
          let asked = 0
          const fetch = clock.track(async (_url, init) => {
            asked += 1
            await clock.server.sleep(Number.POSITIVE_INFINITY, init?.signal ?? undefined)
            return new Response()
          })
          setting(clock, moves)
          const limits = { deadlineMs, stallMs, retries: 1_000 }
          const error = await caught(download(output, { fetch, clock, ...limits }))
          expect(error.code).toBe('ERR_DOWNLOAD')
          expect(clock.elapsed()).toBeLessThanOrEqual(deadlineMs + 1)
          // Given up when there was no time for another attempt, after a pause of 30 s at most.
          expect(clock.elapsed()).toBeGreaterThanOrEqual(deadlineMs - 30_000)
          expect(asked).toBeLessThanOrEqual(Math.ceil(deadlineMs / stallMs) + 1)
        },
      ),
      runs,
    )
  })
})
