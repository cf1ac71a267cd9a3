import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  type InputType,
  zstdCompressSync,
} from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { download, type Output } from '../../src/index.ts'
import { checkedFetch } from '../../src/node/index.ts'
import { bytesOf, failure, mp4, output } from './support.ts'

const clip = mp4(90_000)
const page = Buffer.from(`<html>${'sign in '.repeat(50)}</html>`)

let server: Server
let base = ''
let answer: (socket: Socket, request: IncomingMessage) => void
const asked: IncomingMessage[] = []

// Bytes on a socket: what is tried here no HTTP library would send.
beforeAll(async () => {
  server = createServer((request, { socket }) => {
    asked.push(request)
    if (socket) answer(socket, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

type Fields = Readonly<Record<string, string | number>>

const raw = (status: string, fields: Fields, body: Uint8Array, version = '1.1'): Buffer => {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`HTTP/${version} ${status}\r\n${lines.join('')}\r\n`, 'utf8'),
    Buffer.from(body),
  ])
}
const serve = (fields: Fields, body: Uint8Array, version?: string): void => {
  answer = (socket) => socket.end(raw('200 OK', fields, body, version))
}
const length = { 'content-length': clip.length }
const chunked = (body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])

const fetches = { 'the checked fetch': undefined, 'the runtime’s fetch': globalThis.fetch }

describe.each(Object.entries(fetches))('through %s', (_name, fetch) => {
  const get = async (of: Partial<Output> = {}) => {
    const { body, mediaType, size } = await download(
      { ...output, url: `${base}/a.mp4`, ...of },
      { allowLoopback: true, retries: 0, fetch },
    )
    return { bytes: await bytesOf(body), mediaType, size }
  }

  it.each<[string, Fields, Uint8Array, string?]>([
    ['no content type', length, clip],
    ['a text', { 'content-type': 'text/plain;charset=UTF-8', ...length }, clip],
    ['a page', { 'content-type': 'text/html', ...length }, clip],
    ['JSON', { 'content-type': 'application/json', ...length }, clip],
    ['a type in capitals', { 'Content-Type': 'VIDEO/MP4', ...length }, clip],
    ['a type with odd parameters', { 'content-type': 'video/mp4; codecs="avc1;x"; ;=', ...length }, clip],
    ['a type that is none', { 'content-type': ';;;', ...length }, clip],
    ['an attachment', { 'content-disposition': 'attachment; filename="../../evil.html"', ...length }, clip],
    ['no length, to the end of the connection', {}, clip],
    ['HTTP/1.0', { 'content-type': 'video/mp4' }, clip, '1.0'],
    ['chunks', { 'Transfer-Encoding': 'chunked' }, chunked(clip)],
    ['the coding identity', { 'content-encoding': 'identity', ...length }, clip],
    ['an empty coding', { 'content-encoding': '', ...length }, clip],
    ['a part of something, which it is not', { 'content-range': 'bytes 7-8/9', ...length }, clip],
  ])('a film that is called %s is taken', async (_what, fields, body, version) => {
    serve(fields, body, version)
    const got = await get()
    expect(Buffer.compare(got.bytes, clip)).toBe(0)
    expect(got.mediaType).toBe('video/mp4')
  })

  it.each<[string, (bytes: InputType) => Uint8Array]>([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip, br', (bytes) => brotliCompressSync(gzipSync(bytes))],
  ])('a film in the coding %s is decoded', async (coding, encode) => {
    const body = encode(clip)
    serve({ 'content-encoding': coding, 'content-length': body.length }, body)
    const got = await get()
    expect(Buffer.compare(got.bytes, clip)).toBe(0)
    // Nothing says how long it is without the coding.
    expect(got.size).toBeUndefined()
  })

  it.each<[string, Fields, Uint8Array]>([
    ['a video', { 'content-type': 'video/mp4' }, page],
    ['a text', { 'content-type': 'text/plain' }, page],
    ['nothing', {}, page],
    ['a video, compressed', { 'content-type': 'video/mp4', 'content-encoding': 'gzip' }, gzipSync(page)],
    ['a video, in UTF-16', { 'content-type': 'video/mp4' }, Buffer.from(`\ufeff${page}`, 'utf16le')],
    ['a video, after a mark and spaces', { 'content-type': 'video/mp4' }, Buffer.from(`\ufeff \n${page}`)],
  ])('a page that is called %s is refused', async (_what, fields, body) => {
    serve({ ...fields, 'content-length': body.length }, body)
    expect((await failure(get())).message).toContain('is a page or a message')
  })

  it.each<[string, Fields, Uint8Array, string]>([
    [
      'a coding nobody knows',
      { 'content-encoding': 'compress' },
      Buffer.from([31, 157, ...clip]),
      'compress',
    ],
    ['gzip that nobody mentioned', {}, gzipSync(clip), 'compressed with gzip'],
    ['something else', { 'content-type': 'video/mp4' }, Buffer.from('no such file '.repeat(9)), 'signature'],
    ['half of a film', { 'content-length': 60_000 }, clip, 'cut off at the provider'],
    [
      'a film shorter than its length',
      { 'content-length': 99_999 },
      clip,
      'broke off after 90000 of 99999 bytes',
    ],
  ])('%s is refused by name', async (_what, fields, body, words) => {
    serve(fields, body)
    expect((await failure(get())).message).toContain(words)
  })

  it.each(['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent'])(
    'a redirect is followed: %s',
    async (status) => {
      for (const location of [
        'next.mp4',
        '/next.mp4',
        '?next',
        `${base}/next.mp4`,
        `//${new URL(base).host}/next`,
      ]) {
        answer = (socket, { url }) =>
          socket.end(url?.includes('next') ? raw('200 OK', length, clip) : raw(status, { location }, page))
        expect(Buffer.compare((await get()).bytes, clip)).toBe(0)
      }
    },
  )

  it('a path keeps its escapes, its spaces and its letters', async () => {
    serve(length, clip)
    await get({ url: `${base}/a b/%2e%2e%2f/ü?s=%2B+&t=é` })
    expect(asked.at(-1)?.url).toBe('/a%20b/%2e%2e%2f/%C3%BC?s=%2B+&t=%C3%A9')
  })

  it('a redirect to letters outside ASCII means what a browser takes it for', async () => {
    answer = (socket, { url }) =>
      socket.end(
        url === '/a.mp4' ? raw('302 Found', { location: '/ü.mp4' }, page) : raw('200 OK', length, clip),
      )
    await get()
    expect(asked.at(-1)?.url).toBe('/%C3%BC.mp4')
  })

  it('nothing is taken out of a cache, and no coding is asked for', async () => {
    serve(length, clip)
    await get()
    expect(asked.at(-1)?.headers['accept-encoding']).toBe('identity')
  })
})

describe('the checked fetch', () => {
  const fetch = checkedFetch({ allowLoopback: true })

  it.each<[string, Uint8Array]>([
    ['deflate', deflateRawSync(clip)],
    ['zstd', zstdCompressSync(clip)],
    ['gzip', clip],
    ['aws-chunked', clip],
  ])('takes what others call %s', async (coding, body) => {
    serve({ 'content-encoding': coding, 'content-length': body.length }, body)
    const { body: stream } = await download({ ...output, url: `${base}/a` }, { allowLoopback: true, fetch })
    expect(Buffer.compare(await bytesOf(stream), clip)).toBe(0)
  })

  it.each(['cdn.example.com.', 'bücher.example'])('finds the host %s', async (host) => {
    serve(length, clip)
    const names: string[] = []
    const lookup = (name: string, _options: object, done: (...of: never[]) => void): void => {
      names.push(name)
      ;(done as (...of: unknown[]) => void)(null, [{ address: '127.0.0.1', family: 4 }])
    }
    const here = checkedFetch({ allowLoopback: true, lookup: lookup as never })
    const { port, host: asIs } = new URL(`http://${host}:${new URL(base).port}`)
    expect(Buffer.compare(await (await here(`http://${host}:${port}/a.mp4`)).bytes(), clip)).toBe(0)
    expect([asked.at(-1)?.headers.host, names]).toEqual([asIs, [new URL(`http://${host}`).hostname]])
  })

  it('takes a whole film though more follows', async () => {
    serve(length, Buffer.concat([clip, page]))
    const { body } = await download({ ...output, url: `${base}/a` }, { allowLoopback: true, fetch })
    expect(Buffer.compare(await bytesOf(body), clip)).toBe(0)
  })

  it('does not unpack more than may be kept', async () => {
    const bomb = gzipSync(Buffer.concat([clip, Buffer.alloc(50_000_000)]))
    serve({ 'content-encoding': 'gzip, gzip' }, gzipSync(bomb))
    const options = { allowLoopback: true, fetch, maxBytes: 1_000_000 }
    const { body } = await download({ ...output, url: `${base}/a` }, options)
    expect((await failure(bytesOf(body))).message).toContain('maxBytes')
  })

  it('says what it is, since some hosts refuse who does not', async () => {
    serve(length, clip)
    await (await fetch(`${base}/a`)).bytes()
    expect(asked.at(-1)?.headers).toMatchObject({
      accept: '*/*',
      'user-agent': expect.stringContaining('reelay'),
    })
    expect(asked.at(-1)?.headers.host).toBe(new URL(base).host)
  })
})

describe('an address by plain http', () => {
  it.each([
    ['http://cdn.example.com/a.mp4', 'https://cdn.example.com/a.mp4'],
    ['HTTP://cdn.example.com:80/a.mp4', 'https://cdn.example.com/a.mp4'],
  ])('is asked by https: %s', async (url, seen) => {
    const fetched: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      fetched.push(new URL(String(input)).href)
      return fetched.length === 1
        ? new Response(null, { status: 302, headers: { location: 'http://xn--bcher-kva.example/b.mp4' } })
        : new Response(clip)
    }
    await bytesOf((await download({ ...output, url }, { fetch })).body)
    expect(fetched).toEqual([seen, 'https://xn--bcher-kva.example/b.mp4'])
  })
})

it('asks for nothing out of a cache', async () => {
  const inits: (RequestInit | undefined)[] = []
  const fetch: typeof globalThis.fetch = async (_input, init) => {
    inits.push(init)
    return new Response(clip)
  }
  await download(output, { fetch })
  expect(inits).toMatchObject([{ cache: 'no-store', redirect: 'manual' }])
})
