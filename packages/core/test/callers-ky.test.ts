import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createVirtualClock } from '@reelay/testing/clock'
import ky, { type Hooks, type KyInstance, type Options, type RetryOptions } from 'ky'
import { afterEach, describe, expect, it } from 'vitest'
import { type Auth, defineProvider, type ProviderSpec, resolveHosts } from '../src/adapter.ts'
import {
  type RecordEntry,
  ReelayError,
  type SubmitOptions,
  systemClock,
  type VideoTask,
} from '../src/index.ts'
import { createTransport } from '../src/provider/http/transport.ts'
import { boat, forever, plainSpec, render } from './engine.ts'

const key = 'sk-not-to-be-seen'
const auth: Auth = {
  authorize: (headers) => headers.set('authorization', `Bearer ${key}`),
  secrets: () => [key],
}
const base = 'https://api.fake.example'

interface Sent {
  readonly url: unknown
  readonly init: RequestInit & { readonly dispatcher?: unknown }
  readonly headers: Headers
}

interface Bought {
  readonly task?: VideoTask
  readonly error?: ReelayError
  readonly sent: readonly Sent[]
  readonly recorded: readonly string[]
}

type Answers = (sent: Sent, number: number) => Response | Promise<Response>
const accepted: Answers = () => Response.json(render)

/** What a purchase through an instance of a caller's comes to, and every request that left. */
async function buy(
  instance: KyInstance,
  answers: Answers = accepted,
  options: SubmitOptions & { readonly spec?: ProviderSpec; readonly timeoutMs?: number } = {},
): Promise<Bought> {
  const sent: Sent[] = []
  const recorded: string[] = []
  const fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    sent.push({ url, init, headers: new Headers(init.headers) })
    return answers(sent.at(-1) as Sent, sent.length)
  }
  const { spec = plainSpec, timeoutMs, ...call } = options
  const hosting = resolveHosts(spec.id, { api: base }, {})
  const provider = defineProvider(spec)({
    ...hosting,
    auth,
    ky: instance,
    fetch: fetch as typeof globalThis.fetch,
    clock: systemClock,
    timeoutMs,
  })
  const record = async (entry: RecordEntry): Promise<void> => {
    recorded.push(entry.type === 'verdict' ? entry.outcome : entry.type)
  }
  return provider.submit(boat, { ...call, record }).then(
    (task) => ({ task, sent, recorded }),
    (error) => {
      if (!ReelayError.isInstance(error)) throw error
      return { error, sent, recorded }
    },
  )
}

const withHooks = (hooks: Hooks, options: Options = {}): KyInstance => ky.create({ ...options, hooks })
/** Sets options where they are made: after ours, which an instance cannot be kept from. */
const setting = (options: Options): KyInstance =>
  withHooks({ init: [(made) => void Object.assign(made, options)] })
const beforeRequest = (hook: NonNullable<Hooks['beforeRequest']>[number]): KyInstance =>
  withHooks({ beforeRequest: [hook] })
const afterResponse = (hook: NonNullable<Hooks['afterResponse']>[number]): KyInstance =>
  withHooks({ afterResponse: [hook] })
const unpinned: RetryOptions = {
  limit: 5,
  methods: ['post'],
  statusCodes: [200, 500],
  delay: () => 0,
}
const tooBusy: Answers = () => new Response('busy', { status: 500 })

interface Hostile {
  readonly instance: KyInstance
  readonly answers?: Answers
  readonly posts: 0 | 1
  /** How the error says what it did. */
  readonly words: RegExp
  /** Whether the task that was made by then is named. */
  readonly named?: true
}

const hostile: Readonly<Record<string, Hostile>> = {
  'asks for another try after the answer': {
    instance: afterResponse(() => ky.retry({ delay: 0 })),
    posts: 1,
    words: /ky instance that was given, which threw ForceRetryError/,
    named: true,
  },
  'asks for another try and takes the limit away': {
    instance: withHooks({
      init: [(options) => void Object.assign(options, { retry: { ...unpinned } })],
      afterResponse: [() => ky.retry({ delay: 0 })],
    }),
    posts: 1,
    words: /which wanted to send it a second time/,
    named: true,
  },
  'repeats upon a status, set where options are made': {
    instance: setting({ throwHttpErrors: true, retry: { ...unpinned } }),
    answers: tooBusy,
    posts: 1,
    words: /which wanted to send it a second time/,
  },
  'repeats upon a broken connection': {
    instance: setting({ retry: { ...unpinned } }),
    answers: () => Promise.reject(new TypeError('fetch failed')),
    posts: 1,
    words: /which wanted to send it a second time/,
  },
  'repeats by a request of its own in a retry hook': {
    instance: withHooks({
      init: [(options) => void Object.assign(options, { retry: { ...unpinned } })],
      afterResponse: [() => ky.retry({ delay: 0 })],
      beforeRetry: [() => new Request('https://elsewhere.example/', { method: 'POST', body: '{}' })],
    }),
    posts: 1,
    words: /which wanted to send it a second time/,
    named: true,
  },
  'throws an HTTP error, set where options are made': {
    instance: setting({ throwHttpErrors: true }),
    answers: tooBusy,
    posts: 1,
    words: /which threw HTTPError/,
  },
  'goes to another origin': {
    instance: beforeRequest(({ request }) => new Request('https://elsewhere.example/renders', request)),
    posts: 0,
    words: /which changed its address/,
  },
  'goes to another path': {
    instance: beforeRequest(({ request }) => new Request(`${request.url}/premium`, request)),
    posts: 0,
    words: /which changed its address/,
  },
  'goes to another path, set where options are made': {
    instance: setting({ prefix: 'https://elsewhere.example' }),
    posts: 0,
    words: /which changed its address/,
  },
  'adds a query, set where options are made': {
    instance: setting({ searchParams: { n: '4' } }),
    posts: 0,
    words: /which changed its address/,
  },
  'changes the method': {
    instance: beforeRequest(({ request }) => new Request(request.url, { method: 'PUT', body: '{}' })),
    posts: 0,
    words: /which changed its method/,
  },
  'changes the method, set where options are made': {
    instance: setting({ method: 'put' }),
    posts: 0,
    words: /which changed its method/,
  },
  'reads the body twice': {
    instance: beforeRequest(async ({ request }) => {
      await request.text()
      await request.text()
    }),
    posts: 0,
    words: /which threw TypeError/,
  },
  'throws before it leaves': {
    instance: beforeRequest(() => {
      throw new RangeError(`with ${key}`)
    }),
    posts: 0,
    words: /which threw RangeError/,
  },
  'throws what is no error': {
    instance: beforeRequest(() => {
      throw 'enough'
    }),
    posts: 0,
    words: /which threw a thrown string/,
  },
  'throws after the answer': {
    instance: afterResponse(() => {
      throw new Error('no room for metrics')
    }),
    posts: 1,
    words: /which threw Error/,
    named: true,
  },
  'answers from a cache': {
    instance: beforeRequest(() => Response.json({ ...render, id: 'r-of-yesterday' })),
    posts: 0,
    words: /which answered by itself/,
  },
  'brings a fetch of its own': {
    instance: setting({ fetch: async () => Response.json({ ...render, id: 'r-of-another' }) }),
    posts: 0,
    words: /which answered by itself/,
  },
  'times out, set where options are made': {
    instance: setting({ timeout: 5 }),
    answers: forever,
    posts: 1,
    words: /which threw TimeoutError/,
  },
}

describe('an instance of the caller’s that', () => {
  it.each(Object.entries(hostile))('%s: one paid request at most, and unknown', async (_name, row) => {
    const { error, sent, recorded } = await buy(row.instance, row.answers)
    expect(sent).toHaveLength(row.posts)
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(error?.message).toMatch(row.words)
    expect(error?.submission).toBeDefined()
    expect(error?.candidates?.map(({ id }) => id)).toEqual(row.named && [render.id])
    expect(recorded).toEqual(['intent', 'unknown'])
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(new RegExp(`${key}|elsewhere`))
  })

  const harmless: Readonly<Record<string, KyInstance>> = {
    'sets retry and timeout': ky.create({ retry: unpinned, timeout: 1, totalTimeout: 1 }),
    'follows redirects': ky.create({ redirect: 'follow' }),
    'has an address of its own': ky.create({ baseUrl: 'https://elsewhere.example', prefix: 'v9' }),
    'has a query, a method and a body': ky.create({ searchParams: { n: 4 }, method: 'put', json: { n: 4 } }),
    'was stopped': ky.create({ signal: AbortSignal.abort() }),
    'reads copies of request and answer': withHooks({
      beforeRequest: [async ({ request }) => void (await request.clone().json())],
      afterResponse: [async ({ response }) => void (await response.json())],
    }),
    'reads the request itself': beforeRequest(async ({ request }) => void (await request.text())),
    'replaces the body': beforeRequest(({ request }) => new Request(request, { body: '{"n":4}' })),
    'replaces the answer': afterResponse(() => Response.json({ id: 'r-of-yesterday', state: 'done' })),
    'replaces the answer by a refusal': afterResponse(() => new Response('no', { status: 403 })),
    'touches credentials and headers of ours': beforeRequest(({ request }) => {
      request.headers.set('authorization', 'Bearer theirs')
      request.headers.set('content-type', 'text/plain')
      request.headers.set('transfer-encoding', 'chunked')
    }),
  }
  it.each(Object.entries(harmless))('%s: it is the same request', async (_name, instance) => {
    const plain = await buy(ky)
    const { task, sent, recorded } = await buy(instance, async () => {
      // ky's own timeouts live by the host's clock.
      await new Promise((resolve) => setTimeout(resolve, 5))
      return Response.json(render)
    })
    expect(task?.id).toBe(render.id)
    expect(recorded).toEqual(['intent', 'accepted'])
    const seen = ({ url, init, headers }: Sent) => [url, init.method, init.redirect, init.body, [...headers]]
    expect(sent.map(seen)).toEqual(plain.sent.map(seen))
    expect(sent[0]?.url).toBe(`${base}/renders`)
    expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${key}`)
  })

  it('is believed no refused connection: its hooks may have sent something before', async () => {
    const refused = new TypeError('fetch failed', {
      cause: { code: 'ECONNREFUSED', syscall: 'connect' },
    })
    const { error } = await buy(ky, () => Promise.reject(refused))
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(error?.message).toContain('broke off (ECONNREFUSED)')
  })

  it('is no instance is refused when the provider is made', () => {
    for (const given of [{}, fetch, null, { extend: () => undefined }])
      expect(() =>
        createTransport({ hosts: { api: base }, auth, clock: systemClock, timeoutMs: 1, ky: given as never }),
      ).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }))
  })
})

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

it('follows no redirect of a server either', async () => {
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { location: '/renders/again' }).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hosts = { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  const instance = setting({ redirect: 'follow' })
  const out = createTransport({ hosts, auth, clock: systemClock, timeoutMs: 60_000, ky: instance })
  const exchange = await (await out.prepare({ method: 'POST', path: '/renders', json: {} }, {}))()
  expect(exchange).toMatchObject({ type: 'reply', reply: { status: 307 } })
  expect(paths).toEqual(['/renders'])
})

describe('what hooks see and add', () => {
  it('no credentials, in no request, error or option', async () => {
    const seen: unknown[] = []
    const note = (state: object): void => {
      seen.push(inspect(state, { depth: 9, showHidden: true }))
      const { request } = state as { readonly request?: Request }
      seen.push([...(request?.headers ?? [])].flat())
    }
    const instance = withHooks({
      init: [note],
      beforeRequest: [note],
      beforeRetry: [note],
      beforeError: [
        (state) => {
          note(state)
          return state.error
        },
      ],
      afterResponse: [note],
    })
    await buy(instance)
    await buy(instance, () => Promise.reject(new TypeError('fetch failed')))
    expect(seen.length).toBeGreaterThan(8)
    expect(seen.flat().join('\n')).not.toContain(key)
    expect(seen.flat().join('\n')).toContain(`${base}/renders`)
  })

  it('headers of the instance and of a hook leave with the request, and what is secret in them is hidden', async () => {
    const instance = withHooks(
      { beforeRequest: [({ request }) => request.headers.set('x-gateway-token', 'gate-key-123456')] },
      { headers: { 'x-team': 'film' } },
    )
    const error = { code: 'invalid', message: 'film: no gate-key-123456 here' }
    const bought = await buy(instance, () => Response.json({ error }, { status: 400 }))
    expect(bought.sent[0]?.headers.get('x-team')).toBe('film')
    expect(bought.sent[0]?.headers.get('x-gateway-token')).toBe('gate-key-123456')
    expect(bought.error?.outcome).toBe('rejected')
    expect(bought.error?.message).toContain('film: no [redacted] here')
  })

  it('options that ky hands on reach fetch, which is called with plain arguments', async () => {
    const dispatcher = { for: 'a proxy' }
    const { sent } = await buy(ky.create({ dispatcher } as Options))
    expect(sent[0]?.url).toBe(`${base}/renders`)
    expect(sent[0]?.init.dispatcher).toBe(dispatcher)
    expect(typeof sent[0]?.init.body).toBe('string')
  })

  it('the instance’s own fetch carries requests, and an adapter’s before it', async () => {
    const called: string[] = []
    const by =
      (name: string): typeof fetch =>
      async (url) => {
        called.push(`${name} ${String(url)}`)
        return Response.json({})
      }
    const options = { hosts: { api: base }, auth, clock: systemClock, timeoutMs: 60_000 }
    const instance = ky.create({ fetch: by('theirs'), headers: { 'x-team': 'film' } })
    const send = async (more: object, request: object): Promise<void> => {
      const out = createTransport({ ...options, ky: instance, ...more })
      await (await out.prepare({ method: 'GET', path: '/a', ...request }, {}))()
    }
    await send({}, {})
    await send({ fetch: by('ours') }, {})
    await send({}, { method: 'PUT', url: 'https://files.example/b', body: new Uint8Array(2) })
    expect(called).toEqual([`theirs ${base}/a`, `ours ${base}/a`, 'theirs https://files.example/b'])
  })

  it('an address out of a reply gets no header of theirs and wakes no hook', async () => {
    let hooks = 0
    let names: string[] = []
    const instance = withHooks(
      {
        beforeRequest: [
          () => {
            hooks += 1
          },
        ],
      },
      {
        headers: { 'x-team': 'film' },
        fetch: async (_url, init) => {
          names = [...new Headers(init?.headers).keys()]
          return Response.json({})
        },
      },
    )
    const out = createTransport({
      hosts: { api: base },
      auth,
      clock: systemClock,
      timeoutMs: 9e3,
      ky: instance,
    })
    await (
      await out.prepare({ method: 'PUT', url: 'https://files.example/b', body: new Uint8Array(2) }, {})
    )()
    expect([hooks, names]).toEqual([0, []])
  })
})

describe('AbortSignal', () => {
  function held(): { instance: KyInstance; entered: Promise<void>; release(): void } {
    let release = (): void => undefined
    let enter = (): void => undefined
    const entered = new Promise<void>((resolve) => {
      enter = resolve
    })
    const instance = beforeRequest(async () => {
      enter()
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
    return { instance, entered, release: () => release() }
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  it('ends the wait for a hook, and what it lets go afterwards does not leave', async () => {
    const { instance, entered, release } = held()
    const stop = new AbortController()
    const bought = buy(instance, accepted, { abortSignal: stop.signal })
    await entered
    stop.abort(new Error('enough'))
    const { error, sent } = await bought
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'unknown', cause: new Error('enough') })
    release()
    await turns()
    expect(sent).toEqual([])
  })

  it('a timeout is held by our clock, and what a hook lets go afterwards does not leave', async () => {
    const { instance, release } = held()
    const clock = createVirtualClock()
    let calls = 0
    const count: typeof fetch = async () => {
      calls += 1
      return Response.json(render)
    }
    const out = createTransport({
      hosts: { api: base },
      auth,
      clock,
      timeoutMs: 30_000,
      ky: instance,
      fetch: count,
    })
    const exchange = await (await out.prepare({ method: 'POST', path: '/renders', json: {} }, {}))()
    expect(exchange).toMatchObject({ reason: 'timeout', sent: true, detail: 'no answer within 30000 ms' })
    release()
    await turns()
    expect(calls).toBe(0)
  })

  it('reaches the fetch of a request that is under way', async () => {
    const stop = new AbortController()
    let signal: AbortSignal | null | undefined
    const { error, sent } = await buy(
      ky,
      ({ init }) => {
        signal = init.signal
        stop.abort()
        return forever()
      },
      { abortSignal: stop.signal },
    )
    expect(error).toMatchObject({ code: 'ERR_ABORTED', outcome: 'unknown' })
    expect([sent.length, signal?.aborted]).toEqual([1, true])
  })

  it('before anything was noted buys nothing', async () => {
    const stop = new AbortController()
    stop.abort(new Error('never mind'))
    await expect(buy(ky, accepted, { abortSignal: stop.signal })).rejects.toThrow('never mind')
  })
})
