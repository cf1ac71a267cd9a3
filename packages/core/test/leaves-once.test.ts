import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createEmulator } from '@reelay/emulator'
import { afterEach, describe, expect, it } from 'vitest'
import { cutOff } from '../../testing/src/probe/runtime-fetch.ts'
import { systemClock } from '../src/index.ts'
import { bodyForm, oneBody } from '../src/provider/http/leaves-once.ts'
import { createTransport } from '../src/provider/http/transport.ts'
import { type RawServer, rawServer } from './raw-server.ts'

const text = JSON.stringify({ prompt: 'un bateau d’été' })
const bytes = new TextEncoder().encode(text).length
const auth = { authorize: () => undefined, secrets: () => [] }
const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function raw(): Promise<RawServer> {
  const server = await rawServer()
  servers.push(server)
  return server
}

async function buy(base: string, path: string, fetch?: typeof globalThis.fetch) {
  const out = createTransport({ hosts: { api: base }, auth, clock: systemClock, timeoutMs: 60_000, fetch })
  return (await out.prepare({ method: 'POST', path, json: JSON.parse(text) }, {}))()
}

async function withGlobal<Value>(fetch: typeof globalThis.fetch, run: () => Promise<Value>): Promise<Value> {
  const own = globalThis.fetch
  globalThis.fetch = fetch
  try {
    return await run()
  } finally {
    globalThis.fetch = own
  }
}

const real = globalThis.fetch

describe('a paid request', () => {
  it('leaves once, whole and with its length, whatever status answers it', async () => {
    const server = await raw()
    for (let status = 300; status < 600; status++) await buy(server.base, `/status/${status}`)
    expect(server.seen).toHaveLength(300)
    expect(new Set(server.seen.map(({ path }) => path)).size).toBe(300)
    expect(server.seen.filter(({ framing, body }) => framing !== `length ${bytes}` || body !== text)).toEqual(
      [],
    )
    // 300 connections, one after the other.
  }, 60_000)

  it.each(['fin', 'reset', 'half'])(
    'leaves once when a connection kept open breaks off (%s)',
    async (way) => {
      const server = await raw()
      // A connection is free for the next request only some turns after its answer.
      for (let time = 0; time < 5; time++) {
        await buy(server.base, '/status/200')
        await new Promise((resolve) => setTimeout(resolve))
      }
      expect(await buy(server.base, `/${way}`)).toMatchObject({ type: 'broken', sent: true })
      const broken = server.seen.filter(({ path }) => path === `/${way}`)
      expect(broken).toMatchObject([{ reused: true }])
    },
  )

  it('leaves at most once where the server has just closed a connection that was kept open', async () => {
    const server = await raw()
    for (let time = 0; time < 20; time++) {
      await buy(server.base, `/close/${time}`)
      await buy(server.base, `/after/${time}`)
    }
    expect(new Set(server.seen.map(({ path }) => path)).size).toBe(server.seen.length)
  })

  it('leaves once with 421 under a global fetch that wraps the runtime’s', async () => {
    const server = await raw()
    const wrapped: typeof fetch = (input, init) => real(input, init)
    const asRequest: typeof fetch = (input, init) => real(new Request(input, init))
    for (const [name, fetch] of Object.entries({ wrapped, asRequest })) {
      await withGlobal(fetch, () => buy(server.base, `/status/421?${name}`))
    }
    expect(server.seen.map(({ path, framing }) => [path, framing])).toEqual([
      ['/status/421?wrapped', `length ${bytes}`],
      ['/status/421?asRequest', `length ${bytes}`],
    ])
  })

  it('is text for a caller’s own fetch', async () => {
    let body: unknown
    await buy('https://api.example.com', '/v1', async (_url, init) => {
      body = init?.body
      return Response.json({})
    })
    expect(body).toBe(text)
  })

  it('can be read under a global fetch that stands in for a network', async () => {
    const { fetch } = createEmulator()
    const exchange = await withGlobal(fetch, () => buy('https://queue.fal.run', '/fal-ai/none'))
    expect(exchange).toMatchObject({ type: 'reply', reply: { status: 401 } })
    const printing: typeof globalThis.fetch = async (_url, init) =>
      Response.json([JSON.parse(init?.body as string), String(init?.body).length])
    const printed = await withGlobal(printing, () => buy('https://api.example.com', '/v1'))
    expect(printed).toMatchObject({ reply: { body: [JSON.parse(text), text.length] } })
    const cloning: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init)
      return Response.json([await request.clone().json(), await request.json()])
    }
    const cloned = await withGlobal(cloning, () => buy('https://api.example.com', '/v1'))
    expect(cloned).toMatchObject({ reply: { body: [JSON.parse(text), JSON.parse(text)] } })
  })
})

async function closedPort(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('"never sent"', () => {
  it('is believed of the runtime’s own fetch, body untouched', async () => {
    expect(await buy(await closedPort(createServer()), '/')).toMatchObject({ sent: false })
    expect(await buy('http://no-such-host.invalid', '/')).toMatchObject({ sent: false })
    const server = createHttp()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await buy(`https://127.0.0.1:${port}`, '/')).toMatchObject({ sent: false })
    await cutOff('ECONNREFUSED', 'connect', async () => {
      expect(await buy('https://api.example.com', '/')).toMatchObject({ sent: false })
    })
  })

  const once = async (...given: Parameters<typeof real>): Promise<Response> => real(...given)
  async function twice(...given: Parameters<typeof real>): Promise<Response> {
    return real(...given).catch(() => real(...given))
  }
  async function keeping(input: Parameters<typeof real>[0], init?: RequestInit): Promise<Response> {
    const body = await new Response(init?.body ?? null).text()
    return real(input, { ...init, body }).catch(() => real(input, { ...init, body }))
  }

  it.each([
    ['a wrapper', once],
    ['a wrapper that tries again', twice],
    ['a wrapper that keeps the body and tries again', keeping],
    ['a Proxy', new Proxy(real, {})],
    ['bind', real.bind(globalThis)],
  ])('is not believed of %s, global or given', async (_what, fetch) => {
    const base = await closedPort(createServer())
    expect(await withGlobal(fetch, () => buy(base, '/'))).toMatchObject({ sent: true })
    expect(await withGlobal(fetch, () => buy(base, '/', fetch))).toMatchObject({ sent: true })
    expect(await buy(base, '/', fetch)).toMatchObject({ sent: true })
  })

  it('is not believed of a wrapper that is taken away while it tries', async () => {
    const base = await closedPort(createServer())
    const own = globalThis.fetch
    globalThis.fetch = async (...given) => {
      globalThis.fetch = own
      return real(...given)
    }
    expect(await buy(base, '/')).toMatchObject({ sent: true })
  })

  it('is not believed of the runtime’s own once a dispatcher inside it has taken the body', async () => {
    const name = Symbol.for('undici.globalDispatcher.1')
    const host = globalThis as unknown as Record<symbol, unknown>
    const before = host[name]
    interface Handler {
      onError(error: Error): void
    }
    // As a RetryAgent: it has sent the request, and was refused when it tried again.
    host[name] = {
      dispatch(request: { body: AsyncIterable<Uint8Array> }, handler: Handler): boolean {
        void (async () => {
          for await (const _chunk of request.body);
          handler.onError(Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }))
        })()
        return true
      },
    }
    try {
      expect(await buy('https://api.example.com', '/')).toMatchObject({ sent: true, detail: 'ECONNREFUSED' })
    } finally {
      host[name] = before
    }
  })
})

describe('the form of a body', () => {
  it('is chosen by the client behind the runtime’s fetch', () => {
    expect(bodyForm()).toBe('stream')
    expect(bodyForm({ process: { versions: { node: '24.0.0', undici: '7.0.0' } } })).toBe('stream')
    expect(bodyForm({ process: { versions: { node: '24.0.0', bun: '1.4.0' } } })).toBe('text')
    expect(bodyForm({ Deno: { version: {} }, process: { versions: { node: '24.0.0' } } })).toBe('blob')
    expect(bodyForm({})).toBe('text')
  })

  it('is text where a length cannot be given, as in an Electron window', () => {
    const own = globalThis.Request
    globalThis.Request = class extends own {
      constructor(...given: ConstructorParameters<typeof own>) {
        super(...given)
        this.headers.delete('content-length')
      }
    }
    try {
      expect(bodyForm()).toBe('text')
    } finally {
      globalThis.Request = own
    }
  })

  it.each(['stream', 'blob', 'text'] as const)('%s holds the text', async (form) => {
    const { init, length } = oneBody(text, form)
    const request = new Request('https://example.com/', { method: 'POST', ...init } as RequestInit)
    expect(await request.text()).toBe(text)
    expect(length).toBe(form === 'stream' ? bytes : undefined)
  })

  it('says when somebody has taken it', async () => {
    const read = oneBody(text, 'stream')
    expect(read.taken?.()).toBe(false)
    await new Response(read.init.body).text()
    expect(read.taken?.()).toBe(true)
    const printed = oneBody(text, 'stream')
    expect([String(printed.init.body), printed.taken?.()]).toEqual([text, true])
  })
})
