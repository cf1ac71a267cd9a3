import { AsyncLocalStorage } from 'node:async_hooks'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createKling } from '../../../kling/src/index.ts'
import { keyedSpec } from '../../../testing/test/fake/spec.ts'
import { defineProvider, resolveHosts } from '../../src/adapter.ts'
import { type Clock, generate, govern, type VideoProvider, watch } from '../../src/index.ts'

const foreign = (): never => {
  throw new Error('Cannot perform I/O on behalf of a different request.')
}

interface Served {
  over: boolean
}

/**
 * One isolate in which requests come and go, as workerd runs them: a timer or an answer belongs to the request that asked
 * for it, dies with it, and may be touched by no other.
 */
function isolate() {
  const time = createVirtualClock()
  let touched = 0
  const requests = new AsyncLocalStorage<Served>()
  const own = (): Served => requests.getStore() ?? foreign()
  /** Brings its end to the request that began it; to nobody, once that is over. */
  function within<Value>(work: Promise<Value>): Promise<Value> {
    const request = own()
    return new Promise((resolve, reject) => {
      work.then(
        (value) => request.over || resolve(value),
        (error) => request.over || reject(error),
      )
    })
  }
  const clock: Clock = {
    now: () => time.now(),
    sleep(ms, signal) {
      const request = own()
      // Clearing somebody else's timer is I/O on behalf of a different request.
      signal?.addEventListener('abort', () => {
        if (requests.getStore() !== request) touched += 1
      })
      return within(time.sleep(ms, signal))
    },
  }
  const tasks = new Map<string, number>()
  const fetch = time.track((async (input: string, init: RequestInit = {}) => {
    own()
    const view = (id: string) => ({
      id,
      state: time.now() >= (tasks.get(id) ?? 0) ? 'done' : 'rendering',
      url: 'https://cdn.example/a.mp4',
    })
    if (init.method === 'POST') {
      const id = `r-${tasks.size}`
      tasks.set(id, time.now() + 30_000)
      return Response.json(view(id))
    }
    const id = new URL(input).pathname.split('/')[2]
    return Response.json(id ? view(id) : { renders: [...tasks.keys()].map(view) })
  }) as typeof globalThis.fetch)
  const provider = defineProvider(keyedSpec)({
    ...resolveHosts('keyed', { api: 'https://api.fake.example' }, {}),
    auth: { authorize: () => undefined, secrets: () => [] },
    fetch: (input, init) => within(fetch(input, init)),
    clock,
  })
  return {
    time,
    provider,
    posts: () => tasks.size,
    /** How often a request laid hands on another's timer. */
    touched: () => touched,
    /** Serves one request; it is over when `work` is, or after `lastsMs`. */
    async serve<Value>(
      work: () => Promise<Value>,
      lastsMs = Number.POSITIVE_INFINITY,
    ): Promise<Value | 'over'> {
      const request = { over: false }
      const begun = requests.run(request, work)
      const end = time.sleep(Math.min(lastsMs, 3_600_000)).then(() => 'over' as const)
      return Promise.race([begun, end]).finally(() => {
        request.over = true
      })
    },
  }
}

const boat = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5 } as const

describe('requests of one isolate', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  const compositions: Readonly<Record<string, (leaf: VideoProvider) => VideoProvider>> = {
    'a provider': (leaf) => leaf,
    'a governed one': (leaf) => govern(leaf, { concurrency: 10 }),
  }

  it.each(Object.entries(compositions))('%s: outlive one another', async (_, compose) => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { provider: leaf, serve, posts, time, touched } = isolate()
    const provider = compose(leaf)
    const first = serve(() => generate(provider, boat), 5_000)
    const rest = [3_000, 4_000].map(async (ms) => {
      await time.sleep(ms)
      return serve(() => generate(provider, boat))
    })
    expect(await first).toBe('over')
    for (const task of await Promise.all(rest)) expect(task).toMatchObject({ status: 'succeeded' })
    expect({ posts: posts(), touched: touched() }).toEqual({ posts: 3, touched: 0 })
  })

  it('die with the first where nobody knows of isolation', async () => {
    const { provider, serve, time } = isolate()
    const first = serve(() => generate(provider, boat), 5_000)
    await time.sleep(3_000)
    const second = serve(() => generate(provider, boat))
    expect(await first).toBe('over')
    expect(await second).toBe('over')
  })

  it('queue one after the other where slots are few', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { provider: leaf, serve, posts, time, touched } = isolate()
    const provider = govern(leaf, { concurrency: 1 })
    const all = [0, 100, 200].map(async (ms) => {
      await time.sleep(ms)
      return serve(() => generate(provider, boat))
    })
    for (const task of await Promise.all(all)) expect(task).toMatchObject({ status: 'succeeded' })
    expect({ posts: posts(), touched: touched() }).toEqual({ posts: 3, touched: 0 })
  })

  it('still read the tasks of one watch together', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { provider, serve } = isolate()
    const ended = await serve(async () => {
      const made = [await provider.submit(boat), await provider.submit(boat), await provider.submit(boat)]
      const ids: string[] = []
      const handles = made.map(({ handle }) => handle)
      for await (const event of watch(provider, handles))
        if (event.type === 'finished') ids.push(event.task.id)
      return ids.sort()
    })
    expect(ended).toEqual(['r-0', 'r-1', 'r-2'])
  })

  it('sign tokens of their own rather than wait for another’s', async () => {
    // A signature that another request began is never done for us.
    const signing = vi.spyOn(crypto.subtle, 'sign')
    signing.mockImplementationOnce(() => new Promise(() => undefined))
    const seen: string[] = []
    const fetch = (async (_: unknown, init: RequestInit) => {
      seen.push(new Headers(init.headers).get('authorization') ?? '')
      return Response.json({ code: 1200, message: 'no', request_id: 'r' })
    }) as typeof globalThis.fetch
    const kling = createKling({ accessKey: 'access-key-1', secretKey: 'secret-key-1', fetch })
    void kling.submit(boat).catch(() => undefined)
    // Digests before it end in any order: the second must not be the one that is kept waiting.
    await vi.waitFor(() => expect(signing).toHaveBeenCalledOnce())
    await kling.submit(boat).catch(() => undefined)
    expect(seen).toHaveLength(1)
    signing.mockRestore()
  })
})
