import { describe, expect, it } from 'vitest'
import { generate, type TaskHandle, wait, watch } from '../../src/index.ts'
import { busiest, createFleet, type Fleet, type Leaf, numbers, quantile, watchSingly } from './fleet.ts'

const count = 1_200

function lasting(): () => number {
  const random = numbers(7)
  return () => 60_000 + 180_000 * random()
}

interface Outcome {
  readonly readsPerTask: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly ended: number
}

async function waitForAll(fleet: Fleet, handles: readonly TaskHandle[]): Promise<Outcome> {
  const latencies: number[] = []
  for (const task of await Promise.all(
    handles.map(async (handle) => {
      const ended = await wait(fleet.provider, handle)
      latencies.push(fleet.clock.now() - fleet.endOf(handle.id))
      return { handle, ended }
    }),
  )) {
    expect(task.ended).toMatchObject({ id: task.handle.id, status: 'succeeded' })
  }
  expect(Math.min(...latencies)).toBeGreaterThanOrEqual(0)
  return {
    readsPerTask: fleet.reads().length / handles.length,
    medianMs: quantile(latencies, 0.5),
    p95Ms: quantile(latencies, 0.95),
    ended: latencies.length,
  }
}

/** Ours between strangers' tasks. */
async function among(fleet: Fleet, ours: number, theirs: number): Promise<TaskHandle[]> {
  const handles: TaskHandle[] = []
  while (handles.length < ours) {
    handles.push(...(await fleet.submit(Math.min(50, ours - handles.length))))
    await fleet.submit(theirs)
  }
  return handles
}

describe('many tasks in flight', () => {
  it.each(['newest', 'oldest'] as const)(
    'are read in pages, %s first: few reads each, and seen to end within seconds',
    async (listOrder) => {
      const fleet = createFleet('kling', lasting(), { listOrder })
      const { readsPerTask, medianMs, ended } = await waitForAll(fleet, await fleet.submit(count))
      expect(ended).toBe(count)
      // Three pages to a round; at twenty, for ten thousand tasks, it is half of that: see bench/watch.ts.
      expect(readsPerTask).toBeLessThanOrEqual(0.13)
      expect(medianMs).toBeLessThanOrEqual(5_000)
      expect(busiest(fleet.reads(), 10_000)).toBeLessThanOrEqual(26)
    },
    120_000,
  )

  it('of an account that others use as well are all seen to end, within its pace', async () => {
    const fleet = createFleet('kling', lasting())
    await fleet.submit(300)
    const { readsPerTask, medianMs } = await waitForAll(fleet, await among(fleet, 300, 100))
    expect(readsPerTask).toBeLessThanOrEqual(0.6)
    expect(medianMs).toBeLessThanOrEqual(5_000)
    expect(busiest(fleet.reads(), 10_000)).toBeLessThanOrEqual(26)
  }, 120_000)

  it('of as many strangers’ tasks between them as ours are seen to end about as soon', async () => {
    const alone = createFleet('kling', lasting())
    const { medianMs } = await waitForAll(alone, await alone.submit(600))
    const shared = createFleet('kling', lasting())
    const beside = await waitForAll(shared, await among(shared, 600, 50))
    expect(beside.medianMs).toBeLessThanOrEqual(1.5 * medianMs + 1_000)
    expect(beside.p95Ms).toBeLessThanOrEqual(10_000)
    expect(beside.readsPerTask).toBeLessThanOrEqual(0.5)
    expect(busiest(shared.reads(), 10_000)).toBeLessThanOrEqual(26)
  }, 120_000)

  it.each<[Leaf, number, number]>([
    // Half of the 3,000 a minute that are documented.
    ['replicate', 300, 1_500],
    // Two hundred a second, up to ten at a time.
    ['fal', 100, 12_000],
  ])(
    'at %s stay within the account’s reads',
    async (leaf, tasks, perMinute) => {
      const fleet = createFleet(leaf, lasting())
      await waitForAll(fleet, await fleet.submit(tasks))
      expect(busiest(fleet.reads(), 60_000)).toBeLessThanOrEqual(perMinute)
      expect(busiest(fleet.reads(), 1_000)).toBeLessThanOrEqual(perMinute / 60 + 10)
    },
    120_000,
  )

  it('of a few hundred generate calls share one round', async () => {
    const fleet = createFleet('kling', lasting())
    const request = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const
    const tasks = await Promise.all(Array.from({ length: 200 }, () => generate(fleet.provider, request)))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(200)
    expect(fleet.reads().length / 200).toBeLessThanOrEqual(0.4)
    expect(busiest(fleet.reads(), 4_000)).toBeLessThanOrEqual(11)
  }, 120_000)

  it('of both routes, added over time, are told of in one loop', async () => {
    const fleet = createFleet('kling', lasting())
    const watcher = watch(fleet.provider, await fleet.submit(40))
    const ended = new Set<string>()
    let added = 0
    for await (const event of watcher) {
      if (event.type !== 'finished') continue
      ended.add(event.task.id)
      if (added++ >= 40) continue
      const kind = added % 2 === 0 ? 'image-to-video' : 'text-to-video'
      const image = kind === 'image-to-video' ? { startImage: 'https://example.com/a.png' } : {}
      const { handle } = await fleet.provider.submit({
        kind,
        prompt: 'x',
        duration: 5,
        ...image,
      } as Parameters<typeof fleet.provider.submit>[0])
      watcher.add(handle)
    }
    expect(ended.size).toBe(80)
  }, 120_000)
})

describe('one task', () => {
  // From 5.5 s on at every 5.5 s and a little, as long as nothing is known but an estimate: see `coldGapMs`.
  const limits = { reads: 17, latencyMs: 2_500 }

  it('of 90 s takes few looks and is seen to end soon, from the catalogue’s expectation alone', async () => {
    const fleet = createFleet('kling', () => 90_000)
    const { mostReads, latencyMs } = await watchSingly(fleet, 10, 'kling-v2-6', (handle) =>
      wait(fleet.create(), handle),
    )
    expect(mostReads).toBeLessThanOrEqual(limits.reads)
    expect(latencyMs).toBeLessThanOrEqual(limits.latencyMs)
  }, 60_000)

  it.each(['kling-v2-6', 'kling-v3'])(
    'of 90 s takes fewer once twenty of %s were seen',
    async (model) => {
      const fleet = createFleet('kling', () => 90_000)
      const watching = (handle: TaskHandle): Promise<unknown> => wait(fleet.provider, handle)
      await watchSingly(fleet, 20, model, watching)
      const { mostReads, latencyMs } = await watchSingly(fleet, 10, model, watching)
      expect(mostReads).toBeLessThanOrEqual(4)
      expect(latencyMs).toBeLessThanOrEqual(limits.latencyMs)
    },
    60_000,
  )

  it.each(
    ['kling-v2-6', 'kling-v3'].flatMap((model) =>
      [8, 15, 30, 45, 60, 80].map((seconds) => [model, seconds] as const),
    ),
  )(
    'of %s that ends after %i s, long before it is expected, is seen to end within 6 s',
    async (model, seconds) => {
      for (const part of [0, 0.17, 0.35, 0.5, 0.67, 0.85]) {
        const fleet = createFleet('kling', () => (seconds + 5 * part) * 1_000)
        const { latencyMs } = await watchSingly(fleet, 1, model, (handle) => wait(fleet.provider, handle))
        expect(latencyMs).toBeLessThanOrEqual(6_000)
      }
    },
    60_000,
  )
})
