import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterEach, describe, expect, it } from 'vitest'
import type { Auth } from '../src/index.ts'
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

  it('shows no key, neither in itself nor in a reply that echoes it', async () => {
    const base = await serve((request, response) =>
      response.end(JSON.stringify({ echoed: request.headers.authorization })),
    )
    const out = transport(base)
    const send = await out.prepare(get, {})
    const exchange = await send()
    const seen = [out, send, exchange].map((value) =>
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
    )
    expect(seen.join('\n')).not.toContain(key)
    expect(exchange).toMatchObject({ reply: { body: { echoed: 'Bearer [redacted]' } } })
  })

  it('shows no value of the caller’s own headers, and leaves short ones alone', async () => {
    const base = await serve(({ headers }, response) =>
      response.end(JSON.stringify([headers['x-proxy'], headers['x-call'], headers['x-flag'], 'on'])),
    )
    const out = transport(base, { headers: { 'x-proxy': 'proxy-key-1234', 'x-flag': 'on' } })
    const exchange = await (await out.prepare(get, { headers: { 'x-call': 'call-key-1234' } }))()
    expect(exchange).toMatchObject({ reply: { body: ['[redacted]', '[redacted]', 'on', 'on'] } })
  })

  it('refuses a header value that HTTP cannot carry, without repeating it', async () => {
    const out = transport('https://api.example.com', { headers: { 'x-proxy': 'top\nsecret' } })
    const error = await out.prepare(get, {}).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(inspect(error)).not.toContain('secret')
  })
})
