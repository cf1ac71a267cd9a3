import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterEach, describe, expect, it } from 'vitest'
import type { Auth } from '../src/adapter.ts'
import type { Clock } from '../src/index.ts'
import { systemClock } from '../src/index.ts'
import { createTransport, type TransportOptions } from '../src/provider/http/transport.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const key = 'sk-not-to-be-seen'
const auth: Auth = {
  authorize: (headers) => headers.set('authorization', `Bearer ${key}`),
  secrets: () => [key],
}

const transport = (base: string, options: Partial<TransportOptions> = {}) =>
  createTransport({ hosts: { api: base }, auth, clock: systemClock, timeoutMs: 60_000, ...options })

const get = { method: 'GET', path: '/v1/tasks' } as const
const paid = { method: 'POST', path: '/v1/tasks', json: { prompt: 'x' } } as const

describe('transport', () => {
  it('sends method, path, query, JSON and credentials, and nothing to any other path of the base', async () => {
    const seen: unknown[] = []
    const base = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      const { authorization, 'content-type': type, 'x-app': app } = request.headers
      seen.push([request.method, request.url, authorization, type, app, body])
      response.end('{"ok":true}')
    })
    const out = transport(`${base}/kling/`, { headers: { 'x-app': 'shop', authorization: 'mine' } })
    await (await out.prepare({ ...get, query: { pageNum: 1 } }, {}))()
    const exchange = await (await out.prepare(paid, { headers: { 'x-app': 'call' } }))()
    expect(seen).toEqual([
      ['GET', '/kling/v1/tasks?pageNum=1', `Bearer ${key}`, undefined, 'shop', ''],
      ['POST', '/kling/v1/tasks', `Bearer ${key}`, 'application/json', 'call', '{"prompt":"x"}'],
    ])
    expect(exchange).toMatchObject({ type: 'reply', reply: { status: 200, body: { ok: true } } })
  })

  it('does not follow a redirect, which would carry the paid body and the key elsewhere', async () => {
    let elsewhere = 0
    const other = await serve((_request, response) => {
      elsewhere += 1
      response.end('{}')
    })
    const base = await serve((_request, response) => response.writeHead(307, { location: other }).end())
    const exchange = await (await transport(base).prepare(paid, {}))()
    expect(exchange).toMatchObject({ type: 'reply', reply: { status: 307 } })
    expect(elsewhere).toBe(0)
  })

  it('sends once, whatever comes back', async () => {
    for (const status of [408, 413, 429, 500, 502, 503, 504]) {
      let posts = 0
      const base = await serve((_request, response) => {
        posts += 1
        response.writeHead(status, { 'retry-after': '0' }).end()
      })
      await (await transport(base).prepare(paid, {}))()
      expect([status, posts]).toEqual([status, 1])
    }
  })

  it('reads Retry-After against the server’s own clock', async () => {
    const base = await serve((_request, response) => {
      response.sendDate = false
      response.setHeader('date', 'Tue, 24 Nov 2026 00:00:00 GMT')
      response.setHeader('retry-after', 'Tue, 24 Nov 2026 00:00:07 GMT')
      response.writeHead(503).end()
    })
    const exchange = await (await transport(base).prepare(get, {}))()
    const serverTime = Date.parse('2026-11-24T00:00:00Z')
    expect(exchange).toMatchObject({ reply: { retryAfterMs: 7_000, serverTime } })
  })

  it('ignores a date in Retry-After from a server that does not tell its time', async () => {
    const base = await serve((_request, response) => {
      response.sendDate = false
      response.setHeader('retry-after', new Date(Date.now() + 3_600_000).toUTCString())
      response.writeHead(503).end()
    })
    const exchange = await (await transport(base).prepare(get, {}))()
    expect(exchange).toMatchObject({ reply: { status: 503 } })
    expect(exchange).not.toHaveProperty('reply.retryAfterMs')
  })

  it('gives up on a body without end', async () => {
    const base = await serve((_request, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(1 << 20, 0x20), () => setImmediate(more))
      }
      more()
    })
    expect(await (await transport(base).prepare(get, {}))()).toMatchObject({
      type: 'broken',
      reason: 'too-large',
      sent: true,
      httpStatus: 200,
    })
  })

  it('ends an attempt at its timeout, also with a fetch that ignores its signal', async () => {
    const clock = createVirtualClock()
    const deaf = (): Promise<Response> => new Promise(() => {})
    const send = await transport('https://api.example.com', { clock, fetch: deaf }).prepare(paid, {
      timeoutMs: 30_000,
    })
    const before = clock.now()
    expect(await send()).toEqual({
      type: 'broken',
      reason: 'timeout',
      sent: true,
      detail: 'no answer within 30000 ms',
    })
    expect(clock.now() - before).toBe(30_000)
  })

  it('makes no DOMException, with its stack, for a request that is answered', async () => {
    const reasons: unknown[] = []
    const clock: Clock = {
      ...systemClock,
      async sleep(ms, signal) {
        signal?.addEventListener('abort', () => reasons.push(signal.reason))
        await systemClock.sleep(ms, signal)
      },
    }
    const answered: typeof fetch = async (_url, init) => {
      init?.signal?.addEventListener('abort', () => reasons.push(init.signal?.reason))
      return Response.json({})
    }
    const out = transport('https://api.example.com', { fetch: answered, clock })
    for (const request of [get, paid]) await (await out.prepare(request, {}))()
    expect(reasons).toEqual(['settled', 'settled'])
  })

  it('ends an attempt when the caller aborts', async () => {
    const stop = new AbortController()
    const deaf = (): Promise<Response> => new Promise(() => stop.abort(new Error('enough')))
    const out = transport('https://api.example.com', { fetch: deaf })
    const send = await out.prepare(paid, { abortSignal: stop.signal })
    expect(await send()).toMatchObject({ type: 'broken', reason: 'aborted', sent: true })
    expect(await send()).toMatchObject({ type: 'broken', reason: 'aborted', sent: false })
  })

  it('trusts an error to mean "never sent" only from the runtime’s own fetch', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((resolve) => server.close(resolve))
    const own = await (await transport(base).prepare(paid, {}))()
    const wrapped = await (await transport(base, { fetch: (...args) => fetch(...args) }).prepare(paid, {}))()
    expect(own).toEqual({ type: 'broken', reason: 'network', sent: false, detail: 'ECONNREFUSED' })
    expect(wrapped).toEqual({ type: 'broken', reason: 'network', sent: true, detail: 'ECONNREFUSED' })
  })

  it('says so when the answer began and broke off', async () => {
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"code":0', () => response.destroy())
    })
    expect(await (await transport(base).prepare(paid, {}))()).toMatchObject({
      type: 'broken',
      reason: 'network',
      sent: true,
      httpStatus: 200,
    })
  })

  it('holds no key where it could be printed, and hands the reply over as it came', async () => {
    const base = await serve((request, response) =>
      response.end(JSON.stringify({ echoed: request.headers.authorization })),
    )
    const out = transport(base)
    const send = await out.prepare(get, {})
    const seen = [out, send, out.redactor({})].map((value) =>
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    )
    expect(seen.join('\n')).not.toContain(key)
    // What is used must be whole; what is shown goes through the redactor.
    const exchange = await send()
    expect(exchange).toMatchObject({ reply: { body: { echoed: `Bearer ${key}` } } })
    expect(out.redactor({}).value(exchange)).toMatchObject({
      reply: { body: { echoed: 'Bearer [redacted]' } },
    })
  })

  it('hides the credentials in the headers of the instance and of the call, and no other header', () => {
    const headers = { 'x-environment': 'production', 'x-gateway-key': 'proxy-key-1234' }
    const { words } = transport('https://api.example.com', { headers }).redactor({
      headers: { 'x-call-token': 'call-key-1234', 'x-region': 'europe-west' },
    })
    expect(words(`${key} proxy-key-1234 call-key-1234 production europe-west`)).toBe(
      '[redacted] [redacted] [redacted] production europe-west',
    )
  })

  it('asks for no answer out of a cache', async () => {
    const seen: unknown[] = []
    const note: typeof fetch = async (_url, init) => {
      seen.push([init?.method, init?.cache])
      return Response.json({})
    }
    const out = transport('https://api.example.com', { fetch: note })
    for (const request of [get, paid]) await (await out.prepare(request, {}))()
    expect(seen).toEqual([
      ['GET', 'no-store'],
      ['POST', 'no-store'],
    ])
  })

  it.each([6000, 22, 10080])(
    'refuses port %i, which no fetch opens, before anything is sent',
    async (port) => {
      const base = `http://127.0.0.1:${port}/kling`
      for (const options of [{}, { fetch: globalThis.fetch }]) {
        await expect(transport(base, options).prepare(paid, {})).rejects.toMatchObject({
          code: 'ERR_CONFIG',
          outcome: 'none',
          message: expect.stringContaining(`Port ${port} of 127.0.0.1`),
        })
      }
      // A fetch of the caller's may not go over a wire at all.
      const theirs: typeof fetch = async () => Response.json({ ok: true })
      const exchange = await (await transport(base, { fetch: theirs }).prepare(paid, {}))()
      expect(exchange).toMatchObject({ type: 'reply' })
    },
  )

  it('knows the ports that the runtime’s own fetch blocks, and no others', async () => {
    const wrong: number[] = []
    for (const port of [1, 22, 25, 79, 80, 81, 443, 2049, 3000, 6000, 6001, 6566, 6697, 8080, 10080, 10081]) {
      const refused = await transport(`http://127.0.0.1:${port}`)
        .prepare(get, {})
        .then(
          () => false,
          () => true,
        )
      const error = await fetch(`http://127.0.0.1:${port}`).catch((thrown) => thrown)
      if ((error.cause?.message === 'bad port') !== refused) wrong.push(port)
    }
    expect(wrong).toEqual([])
  })

  it('knows that nothing left where there is no fetch, and not when one in its place throws at once', async () => {
    const own = globalThis.fetch
    const broken = (): never => {
      throw new TypeError('RequestInit is not what this runtime takes')
    }
    const send = async (options: Partial<TransportOptions> = {}) =>
      (await transport('https://api.example.com', options).prepare(paid, {}))()
    try {
      globalThis.fetch = undefined as unknown as typeof own
      expect(await send()).toMatchObject({ type: 'broken', reason: 'network', sent: false })
      globalThis.fetch = broken
      expect(await send()).toMatchObject({ type: 'broken', reason: 'network', sent: true })
    } finally {
      globalThis.fetch = own
    }
    expect(await send({ fetch: broken })).toMatchObject({ sent: true })
  })

  it('refuses a body that cannot be written, before anything is sent', async () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    for (const json of [circle, { seed: 1n }]) {
      const prepared = transport('https://api.example.com').prepare({ ...paid, json }, {})
      await expect(prepared).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    }
  })

  it.each([
    ['undefined', { 'x-app': undefined }],
    ['null', { 'x-app': null }],
    ['object', { 'x-app': { secret: 'value' } }],
  ])('refuses a header that is %s, rather than send that word', async (word, headers) => {
    const out = transport('https://api.example.com', { headers: headers as never })
    await expect(out.prepare(paid, {})).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      outcome: 'none',
      message: expect.stringContaining(`"x-app" is ${word}`),
    })
  })

  it.each(['Content-Length', 'transfer-encoding', 'Expect', 'upgrade', 'keep-alive'])(
    'refuses the header %s, which fetch sets itself, and hangs or fails on',
    async (name) => {
      const out = transport('https://api.example.com')
      await expect(out.prepare(paid, { headers: { [name]: '5' } })).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.stringContaining('is set by fetch itself'),
      })
    },
  )

  it('makes an error of ours out of what the credentials stumble over, without repeating them', async () => {
    const stumbling: Auth = {
      authorize: () => {
        throw new TypeError(`cannot sign with ${key}`)
      },
      secrets: () => [key],
    }
    const error = await transport('https://api.example.com', { auth: stumbling })
      .prepare(paid, {})
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(error.message).toContain('cannot sign with [redacted]')
  })

  it('refuses a header name that HTTP does not have', async () => {
    const out = transport('https://api.example.com', { headers: { 'x app': 'shop' } })
    await expect(out.prepare(paid, {})).rejects.toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
  })

  it('takes headers as a Headers object, and lets those of the call win whatever their case', async () => {
    let sent = new Headers()
    const note: typeof fetch = async (_url, init) => {
      sent = new Headers(init?.headers)
      return Response.json({})
    }
    const headers = new Headers({ 'X-App': 'shop', 'X-Stage': 'test' }) as unknown as Record<string, string>
    const out = transport('https://api.example.com', { fetch: note, headers })
    await (await out.prepare(get, { headers: { 'x-APP': 'call' } }))()
    expect([sent.get('x-app'), sent.get('x-stage')]).toEqual(['call', 'test'])
  })

  it('refuses a header value that HTTP cannot carry, without repeating it', async () => {
    const out = transport('https://api.example.com', { headers: { 'x-proxy': 'top\nsecret' } })
    const error = await out.prepare(get, {}).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(inspect(error)).not.toContain('secret')
  })
})
