import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { networkCode, neverSent } from '../src/provider/http/never-sent.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    open.push(server)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

async function failureOf(url: string): Promise<unknown> {
  try {
    await fetch(url, { method: 'POST', body: 'paid' })
  } catch (error) {
    return error
  }
  throw new Error('the request unexpectedly succeeded')
}

const wrapped = (cause: object): Error => new TypeError('fetch failed', { cause })

describe('proof that a request never left', () => {
  it('holds for a refused connection', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const error = await failureOf(`http://127.0.0.1:${port}/`)
    expect(neverSent(error)).toBe(true)
    expect(networkCode(error)).toBe('ECONNREFUSED')
  })

  it('holds for a name that does not resolve', async () => {
    expect(neverSent(await failureOf('http://no-such-host.invalid/'))).toBe(true)
  })

  it('holds for a port that fetch does not open', async () => {
    expect(neverSent(await failureOf('http://127.0.0.1:6000/'))).toBe(true)
  })

  it('holds for a failed TLS handshake', async () => {
    const port = await listen(createHttp())
    expect(neverSent(await failureOf(`https://127.0.0.1:${port}/`))).toBe(true)
  })

  it('does not hold for a reset, before or after the first byte of the answer', async () => {
    const atOnce = await listen(createServer((socket) => socket.destroy()))
    expect(neverSent(await failureOf(`http://127.0.0.1:${atOnce}/`))).toBe(false)
    const later = await listen(createServer((socket) => socket.once('data', () => socket.resetAndDestroy())))
    expect(neverSent(await failureOf(`http://127.0.0.1:${later}/`))).toBe(false)
  })

  it.each([
    [
      'several addresses, all refused',
      {
        errors: [
          { code: 'ECONNREFUSED', syscall: 'connect' },
          { code: 'ENETUNREACH', syscall: 'connect' },
        ],
      },
      true,
    ],
    [
      'several addresses, one of them reset',
      {
        errors: [
          { code: 'ECONNREFUSED', syscall: 'connect' },
          { code: 'ECONNRESET', syscall: 'read' },
        ],
      },
      false,
    ],
    ['no addresses at all', { errors: [] }, false],
    ['unreachable while reading an answer', { code: 'EHOSTUNREACH', syscall: 'read' }, false],
    ['a timeout while connecting', { code: 'ETIMEDOUT', syscall: 'connect' }, true],
    ['a timeout while reading', { code: 'ETIMEDOUT', syscall: 'read' }, false],
    ['the connect timeout of undici', { code: 'UND_ERR_CONNECT_TIMEOUT' }, true],
    ['the headers timeout of undici', { code: 'UND_ERR_HEADERS_TIMEOUT' }, false],
    ['an expired certificate', { code: 'CERT_HAS_EXPIRED' }, true],
    ['no code', {}, false],
    ['a port that fetch does not open', { message: 'bad port' }, true],
    ['words that only begin like it', { message: 'bad port of the proxy' }, false],
  ])('%s', (_name, cause, expected) => {
    expect(neverSent(wrapped(cause))).toBe(expected)
    expect(neverSent(new Error('network', { cause: wrapped(cause) }))).toBe(expected)
  })

  it('never prints a message, which may hold an address or a key', () => {
    expect(networkCode(wrapped({ message: 'Bearer sk-1', code: 'not a code' }))).toBe('connection failed')
    expect(networkCode('text')).toBe('connection failed')
  })
})
