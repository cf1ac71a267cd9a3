import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createFal } from '../../../fal/src/index.ts'
import { createKling } from '../../../kling/src/index.ts'
import { createPiapi } from '../../../piapi/src/index.ts'
import { createReplicate } from '../../../replicate/src/index.ts'
import type { TaskHandle, VideoProvider } from '../../src/index.ts'

export type Leaf = 'kling' | 'fal' | 'piapi' | 'replicate'

/** One emulated provider on a virtual clock, and how to look at it. */
export interface Fleet {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly provider: VideoProvider
  create(): VideoProvider
  /** Buys so many clips of 5 s; of kling-v3, whose catalogue row expects two minutes, when no model is named. */
  submit(count: number, model?: string): Promise<TaskHandle[]>
  /** Reads of tasks so far: lists, single ones, results. */
  reads(): readonly RequestRecord[]
  /** When a task ended at the provider, milliseconds since the epoch. */
  endOf(id: string): number
}

/** Numbers from 0 to 1, the same in each run. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const { kling, fal, piapi, replicate } = demoCredentials
const reading: readonly RequestRecord['op'][] = ['list', 'query', 'result']

/** Options of the emulated provider, with room for any number of tasks that take as long as `lasts` says, in all. */
function roomy(processingMs: (facts: { readonly id: string }) => number): EmulatorOptions {
  const shared = { queuedMs: 0, processingMs }
  const { accessKey, secretKey, apiKey } = kling
  return {
    kling: {
      ...shared,
      accounts: [
        { accessKey, secretKey, apiKeys: [apiKey], units: 10_000_000, concurrency: { video: 1_000_000 } },
      ],
    },
    fal: {
      ...shared,
      accounts: [{ key: fal.key, usd: 10_000_000, concurrency: 1_000_000 }],
      // What a result says of its file would have the clip rendered.
      outputFile: 'url-only',
    },
    replicate: {
      ...shared,
      limits: 'off',
      accounts: [{ tokens: [replicate.apiToken], creditUsd: 10_000_000 }],
    },
    piapi: { ...shared },
  }
}

export function createFleet(leaf: Leaf, lasts: () => number, more: EmulatorOptions[Leaf] = {}): Fleet {
  const clock = createVirtualClock()
  const ends = new Map<string, number>()
  const options = roomy(({ id }) => {
    const ms = lasts()
    ends.set(id, clock.now() + ms)
    return ms
  })
  const emulator = createEmulator({
    clock: clock.server,
    seed: 1,
    ...options,
    [leaf]: { ...options[leaf], ...more },
  })
  const fetch = clock.track(emulator.fetch)
  const create = (): VideoProvider =>
    ({
      kling: () => createKling({ apiKey: kling.apiKey, fetch, clock }),
      fal: () => createFal({ apiKey: fal.key, fetch, clock }),
      piapi: () => createPiapi({ apiKey: piapi.apiKey, fetch, clock }),
      replicate: () => createReplicate({ apiKey: replicate.apiToken, fetch, clock }),
    })[leaf]()
  const provider = create()
  return {
    clock,
    emulator,
    provider,
    create,
    async submit(count, model = 'kling-v3') {
      const handles: TaskHandle[] = []
      for (let number = 0; number < count; number++) {
        const prompt = `boat ${number}`
        const task = await provider.submit({ kind: 'text-to-video', model, prompt, duration: 5 })
        handles.push(task.handle)
      }
      return handles
    },
    reads: () => emulator.control.requests().filter(({ op }) => reading.includes(op)),
    endOf: (id) => ends.get(id) ?? Number.NaN,
  }
}

/** The value below which a part of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

/** Most requests of any span of so many milliseconds. */
export function busiest(requests: readonly RequestRecord[], spanMs: number): number {
  let most = 0
  let from = 0
  for (const [index, { at }] of requests.entries()) {
    while (at - (requests[from]?.at ?? at) >= spanMs) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}

/** How tasks of one kind may last, milliseconds each time it is asked. */
export const durations: Readonly<Record<string, (random: () => number) => number>> = {
  '90 s': () => 90_000,
  '85 to 95 s': (random) => 85_000 + 10_000 * random(),
  '60 to 240 s': (random) => 60_000 + 180_000 * random(),
  // Median 100 s; one in six takes more than 150 s.
  lognormal: (random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.round(100_000 * Math.exp(0.4 * normal))
  },
  "the emulator's own, 30 s": () => 30_000,
}

/** What watching one task after another comes to, per task. */
export interface Single {
  readonly reads: number
  readonly mostReads: number
  readonly latencyMs: number
}

/** Watches tasks of a fleet, one at a time, in whatever way `ended` has. */
export async function watchSingly(
  fleet: Fleet,
  count: number,
  model: string,
  ended: (handle: TaskHandle) => Promise<unknown>,
): Promise<Single> {
  let [reads, mostReads, latencyMs] = [0, 0, 0]
  for (let number = 0; number < count; number++) {
    const before = fleet.reads().length
    const [handle] = await fleet.submit(1, model)
    if (!handle) throw new Error('nothing was submitted')
    await ended(handle)
    latencyMs += fleet.clock.now() - fleet.endOf(handle.id)
    const took = fleet.reads().length - before
    reads += took
    mostReads = Math.max(mostReads, took)
  }
  return { reads: reads / count, mostReads, latencyMs: latencyMs / count }
}
