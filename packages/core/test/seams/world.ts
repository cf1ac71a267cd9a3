import { createVirtualClock } from '@reelay/testing/clock'
import { plainSpec } from '../../../testing/test/fake/spec.ts'
import { defineProvider, type ProviderSpec, resolveHosts } from '../../src/adapter.ts'
import type { Clock, GenerateOptions, VideoProvider } from '../../src/index.ts'

/** What breaks once the task is paid for; each is called in place of, or before, what it names. */
export interface Faults {
  now?(): number
  sleep?(): Promise<void>
  fetch?(): unknown
  decode?(): void
  spec?: Partial<ProviderSpec>
  /** Once the purchase is through. */
  bought?(): void
}

/** A provider over a clock and servers that work until the task is paid for. */
export interface World {
  readonly provider: VideoProvider
  readonly clock: Clock
  readonly options: GenerateOptions
  posts(): number
  arm(): void
}

/** @param autoArm Whether things break as soon as the purchase is answered, or only when told to. */
export function createWorld(faults: Faults, autoArm: boolean): World {
  const time = createVirtualClock()
  let armed = false
  let posts = 0
  let endsAt = 0
  function arm(): void {
    if (armed) return
    armed = true
    faults.bought?.()
  }
  const clock: Clock = {
    now: () => (armed && faults.now ? faults.now() : time.now()),
    sleep: (ms, signal) => (armed && faults.sleep ? faults.sleep() : time.sleep(ms, signal)),
  }
  const answer = (): object => {
    const done = time.now() >= endsAt
    return {
      id: 'r-1',
      state: done ? 'done' : 'rendering',
      ...(done && { url: 'https://cdn.example/a.mp4' }),
    }
  }
  const fetch = time.track((async (_input: unknown, init: RequestInit = {}) => {
    if (init.method === 'POST') {
      posts += 1
      endsAt = time.now() + 20_000
      const reply = Response.json(answer(), { headers: { date: new Date(time.now()).toUTCString() } })
      if (autoArm) arm()
      return reply
    }
    return armed && faults.fetch ? faults.fetch() : Response.json(answer())
  }) as typeof globalThis.fetch)
  const spec: ProviderSpec = {
    ...plainSpec,
    task(reply) {
      if (armed) faults.decode?.()
      return plainSpec.task(reply)
    },
    ...faults.spec,
  }
  const provider = defineProvider(spec)({
    ...resolveHosts('plain', { api: 'https://api.fake.example' }, {}),
    auth: { authorize: () => undefined, secrets: () => [] },
    fetch,
    clock,
  })
  return { provider, clock, options: { deadlineMs: 120_000 }, posts: () => posts, arm }
}
