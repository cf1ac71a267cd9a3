import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import { vi } from 'vitest'
import { createKling } from '../../../kling/src/index.ts'
import { hint, type TaskHandle, wait, watch } from '../../src/index.ts'
import { numbers } from './fleet.ts'

/** One who waits: from when, for which of the tasks, in which way. */
export interface Somebody {
  readonly atMs: number
  readonly from: number
  readonly count: number
  readonly how: 'wait' | 'watch' | 'hint' | 'other headers' | 'short deadline'
  readonly everyMs?: number | undefined
  readonly goneAfterMs?: number | undefined
}

/** Who waits for what, and over which line; what is left to chance follows from `seed`. */
export interface History {
  readonly people: readonly Somebody[]
  /** Our tasks, and those of others at the same account. */
  readonly count: number
  readonly strangers: number
  readonly seed: number
  /** Longest milliseconds there, and back. */
  readonly slowMs?: number | undefined
  /** Of how many calls, 0 to 1, the provider fails; and of how many nothing is ever heard. */
  readonly failing?: number | undefined
  readonly silent?: number | undefined
}

/** A task that still ran when it was read. */
export interface TaskRead {
  readonly id: string
  /** When the provider read it, milliseconds since the history began. */
  readonly at: number
  readonly path: string
}

interface Listed {
  readonly task_id: string
  readonly task_status: string
}

const { accessKey, secretKey, apiKey } = demoCredentials.kling

function live(
  { people, count, strangers, slowMs = 0, failing = 0, silent = 0 }: History,
  chance: () => number,
) {
  const clock = createVirtualClock()
  const startedAt = clock.now()
  let made = 0
  const emulator = createEmulator({
    clock: clock.server,
    seed: 1,
    kling: {
      queuedMs: 0,
      processingMs: () => 20_000 + 17_000 * (made++ % 7),
      accounts: [
        { accessKey, secretKey, apiKeys: [apiKey], units: 1_000_000, concurrency: { video: 1_000 } },
      ],
    },
  })
  const reads: TaskRead[] = []

  async function travel(signal: AbortSignal): Promise<void> {
    const ms = chance() < silent ? Number.POSITIVE_INFINITY : Math.floor(chance() ** 3 * slowMs)
    if (ms > 0) await clock.server.sleep(ms, signal)
  }

  const fetch = clock.track(async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init)
    if (request.method !== 'GET') return emulator.fetch(request)
    await travel(request.signal)
    if (chance() < failing) return new Response('{}', { status: 500 })
    const reply = await emulator.fetch(request.clone())
    const { data } = (await reply.clone().json()) as { data: Listed | Listed[] }
    const { pathname, search } = new URL(request.url)
    for (const { task_id, task_status } of [data].flat()) {
      if (!['submitted', 'processing'].includes(task_status)) continue
      reads.push({ id: task_id, at: clock.now() - startedAt, path: pathname + search })
    }
    await travel(request.signal)
    return reply
  })
  const provider = createKling({ apiKey, fetch, clock })

  async function submit(): Promise<TaskHandle[]> {
    const handles: TaskHandle[] = []
    for (let number = 0; number < count + strangers; number++) {
      const prompt = `boat ${number}`
      const request = { kind: 'text-to-video', model: 'kling-v3', prompt, duration: 5 } as const
      const { handle } = await provider.submit(request)
      if (number % 2 === 0 || number >= 2 * strangers) handles.push(handle)
    }
    return handles
  }

  async function join(handles: readonly TaskHandle[], somebody: Somebody): Promise<void> {
    const { atMs, from, count: some, how, everyMs, goneAfterMs } = somebody
    await clock.sleep(atMs)
    const wanted = Array.from(
      { length: some },
      (_, index) => handles[(from + index) % handles.length],
    ).filter((handle) => handle !== undefined)
    if (how === 'hint') {
      for (const { id } of wanted) hint(provider, id)
      return
    }
    const stop = new AbortController()
    const gone = goneAfterMs && clock.sleep(goneAfterMs).then(() => stop.abort())
    const options = {
      abortSignal: stop.signal,
      ...(everyMs !== undefined && { poll: { intervalMs: everyMs } }),
      ...(how === 'other headers' && { headers: { 'x-trace': String(atMs % 5) } }),
      ...(how === 'short deadline' && { deadlineMs: everyMs ?? 3_000 }),
    }
    if (how === 'watch') {
      const loop = async (): Promise<void> => {
        for await (const _event of watch(provider, wanted, options));
      }
      await loop().catch(() => undefined)
    } else {
      await Promise.allSettled(wanted.map((handle) => wait(provider, handle, options)))
    }
    await gone
  }

  return async (): Promise<readonly TaskRead[]> => {
    const handles = await submit()
    await Promise.all(people.map((somebody) => join(handles, somebody)))
    return reads
  }
}

/** Lives through a history, always in the same way; answers how often the provider read what. */
export async function readsOf(history: History): Promise<readonly TaskRead[]> {
  const chance = numbers(history.seed)
  // Looks are spread by chance, so that a found history would else not fail again.
  const spread = vi.spyOn(Math, 'random').mockImplementation(chance)
  try {
    return await live(history, chance)()
  } finally {
    spread.mockRestore()
  }
}

/** Two reads of one task, the second too soon after the first. */
export function tooSoon(reads: readonly TaskRead[], floorMs: number): readonly (readonly TaskRead[])[] {
  return [...Map.groupBy(reads, ({ id }) => id).values()].flatMap((ofTask) =>
    ofTask.slice(1).flatMap((read, index) => {
      const before = ofTask[index] as TaskRead
      return read.at - before.at < floorMs ? [[before, read]] : []
    }),
  )
}
