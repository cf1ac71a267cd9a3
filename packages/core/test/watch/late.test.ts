import { demoCredentials } from '@reelay/emulator'
import { describe, expect, it } from 'vitest'
import { type TaskHandle, wait } from '../../src/index.ts'
import { createFleet, type Leaf, numbers, quantile } from './fleet.ts'

const seconds = 1_000

interface Scene {
  readonly leaf: Leaf
  readonly more?: Parameters<typeof createFleet>[2]
  /** A stranger's task between each two of ours, in blocks of a hundred. */
  readonly shared?: true
}

const scenes: Readonly<Record<string, Scene>> = {
  'Kling alone': { leaf: 'kling' },
  'Kling beside as many strangers’ tasks': { leaf: 'kling', shared: true },
  'fal with its history': { leaf: 'fal' },
  'fal without': {
    leaf: 'fal',
    more: { accounts: [{ key: demoCredentials.fal.key, usd: 1e7, concurrency: 1e6, apiScope: false }] },
  },
  Replicate: { leaf: 'replicate' },
}

/** How late the ends of so many tasks of 60 to 240 s were seen, and in how many reads each; on virtual time. */
async function play({ leaf, more = {}, shared }: Scene, tasks: number) {
  const random = numbers(7)
  const fleet = createFleet(leaf, () => 60_000 + 180_000 * random(), more)
  const handles: TaskHandle[] = []
  while (handles.length < tasks) {
    handles.push(...(await fleet.submit(Math.min(100, tasks - handles.length))))
    if (shared) await fleet.submit(100)
  }
  const late = await Promise.all(
    handles.map(async (handle) => {
      await wait(fleet.provider, handle)
      return fleet.clock.now() - fleet.endOf(handle.id)
    }),
  )
  const meanMs = late.reduce((sum, ms) => sum + ms, 0) / tasks
  const [medianMs, p95Ms] = [quantile(late, 0.5), quantile(late, 0.95)]
  return { meanMs, medianMs, p95Ms, readsPerTask: fleet.reads().length / tasks }
}

describe('the end is seen in time', () => {
  it.each<readonly [name: string, tasks: number, readsPerTask: number]>([
    ['Kling alone', 100, 0.8],
    ['Kling alone', 1_000, 0.2],
    ['Kling beside as many strangers’ tasks', 100, 1.2],
    ['Kling beside as many strangers’ tasks', 1_000, 0.4],
    ['fal with its history', 100, 2.5],
    ['fal with its history', 1_000, 2],
    ['fal without', 100, 30],
    ['Replicate', 100, 2],
  ])(
    'at %s, %i in flight',
    async (name, tasks, readsPerTask) => {
      const seen = await play(scenes[name] as Scene, tasks)
      expect(seen.meanMs).toBeLessThanOrEqual(5 * seconds)
      expect(seen.p95Ms).toBeLessThanOrEqual((name.startsWith('fal') ? 10 : 14) * seconds)
      expect(seen.readsPerTask).toBeLessThanOrEqual(readsPerTask)
    },
    180_000,
  )
})
