import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkedFetch, save } from '../../src/node/index.ts'
import { handle } from '../fakes.ts'
import { createHost, failure, mp4, output } from './support.ts'

const clip = mp4(5_000)
let folder = ''
let server: Server
let hits = 0
let port = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-trust-'))
  server = createServer((_request, answer) => {
    hits += 1
    answer.writeHead(200, { 'content-type': 'video/mp4', 'content-length': clip.length }).end(clip)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true })
})

const url = (address: string) => ({ ...output, url: address })
const to = (location: string) => new Response(null, { status: 302, headers: { location } })

/** Names that lead where a test wants them to. */
const resolver = (table: Record<string, string[]>): LookupFunction & { asked: string[] } => {
  const asked: string[] = []
  const lookup: LookupFunction = (name, _options, callback) => {
    asked.push(name)
    const found = (table[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    callback(null, found)
  }
  return Object.assign(lookup, { asked })
}

describe('a result whose address redirects', () => {
  it.each([
    ['http: at a port of its own', 'http://cdn.example.com:8080/b.mp4', 'it is http: and not https:'],
    ['127.0.0.1', 'https://127.0.0.1/b.mp4', 'it is on this machine'],
    ['the 10/8 network', 'https://10.1.2.3/b.mp4', 'it is an internal address'],
    ['the metadata service', 'https://169.254.169.254/latest/meta-data/', 'it is an internal address'],
    ['[::1]', 'https://[::1]/b.mp4', 'it is on this machine'],
    ['[::ffff:127.0.0.1]', 'https://[::ffff:127.0.0.1]/b.mp4', 'it is an internal address'],
    ['a decimal host', 'https://2130706433/b.mp4', 'it is on this machine'],
    ['an octal host', 'https://0177.0.0.1/b.mp4', 'it is on this machine'],
    ['file:', 'file:///etc/passwd', 'it is file: and not https:'],
    ['somebody’s password', 'https://me:pw@cdn.example.com/b.mp4', 'it carries a user name or password'],
    ['nowhere', 'https://[nonsense', 'something that is no URL'],
  ])('to %s is refused, and leaves nothing', async (_name, location, why) => {
    const host = createHost(clip, { instead: () => to(location) })
    const { fetch, clock } = host
    const path = join(folder, 'redirected', 'clip.mp4')
    const error = await failure(save(output, path, { fetch, clock, handle: handle(0) }))
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      retryable: false,
      handle: handle(0),
    })
    expect(error.message).toContain(why)
    expect(host.requests).toHaveLength(1)
    expect(await readdir(folder)).toEqual([])
  })

  it('may do so twenty times, and not once more', async () => {
    const hops = (count: number) =>
      createHost(clip, { instead: (_, number) => (number < count ? to(`/hop-${number}`) : undefined) })
    const few = hops(20)
    const path = join(folder, 'few', 'clip.mp4')
    expect((await save(output, path, { fetch: few.fetch, clock: few.clock })).bytes).toBe(clip.length)
    const many = hops(21)
    const error = await failure(
      save(output, join(folder, 'many.mp4'), { fetch: many.fetch, clock: many.clock }),
    )
    expect(error.message).toContain('redirects more than 20 times')
    await rm(join(folder, 'few'), { recursive: true })
  })
})

describe('what a connection is really made to', () => {
  const path = () => join(folder, 'clip.mp4')

  it.each([
    ['127.0.0.1'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['192.168.0.10'],
    ['100.64.1.1'],
    ['::1'],
    ['fd00::1'],
    ['fe80::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::a00:1'],
    ['2002:a00:1::1'],
  ])('is refused where a public name resolves to %s', async (address) => {
    const lookup = resolver({ 'cdn.example.com': [address] })
    const before = hits
    const error = await failure(
      save(url(`https://cdn.example.com:${port}/a.mp4`), path(), {
        fetch: checkedFetch({ lookup }),
        handle: handle(0),
      }),
    )
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      handle: handle(0),
      provider: 'fake',
    })
    expect(error.message).toContain(`Nothing was fetched from cdn.example.com: its name leads to ${address}`)
    expect(lookup.asked).toEqual(['cdn.example.com'])
    expect(hits).toBe(before)
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused where one of several addresses is private', async () => {
    const lookup = resolver({ 'cdn.example.com': ['93.184.216.34', '10.0.0.1'] })
    const error = await failure(
      save(url('https://cdn.example.com/a.mp4'), path(), { fetch: checkedFetch({ lookup }) }),
    )
    expect(error.message).toContain('leads to 10.0.0.1')
  })

  it('is looked at anew for each connection, so a name that resolves otherwise next time gains nothing', async () => {
    let address = '127.0.0.1'
    const lookup: LookupFunction = (_name, _options, callback) => callback(null, [{ address, family: 4 }])
    const fetch = checkedFetch({ lookup, allowLoopback: true })
    const local = `http://localhost:${port}/a.mp4`
    const first = await fetch(local, { headers: { connection: 'close' } })
    expect(await first.bytes()).toEqual(clip)
    address = '10.0.0.1'
    await expect(fetch(local)).rejects.toMatchObject({ cause: { code: 'ERR_DOWNLOAD' } })
  })

  it('is refused by its literal address, which no lookup sees', async () => {
    const lookup = resolver({})
    const fetch = checkedFetch({ lookup })
    const before = hits
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0177.0.0.1']) {
      const refused = fetch(`http://${host}:${port}/a.mp4`)
      await expect(refused, host).rejects.toMatchObject({ cause: { code: 'ERR_DOWNLOAD' } })
    }
    expect([hits, lookup.asked]).toEqual([before, []])
  })

  it('is this machine only for those who ask', async () => {
    const local = url(`http://127.0.0.1:${port}/a.mp4`)
    expect((await failure(save(local, path()))).message).toContain('allowLoopback')
    const saved = await save(local, path(), { allowLoopback: true })
    expect(saved.bytes).toBe(clip.length)
    await rm(saved.file)
  })

  it('is checked by default', async () => {
    // Such a name exists in every hosts file, and the address check of the URL itself cannot know where it leads.
    const lookup = resolver({ localhost: ['127.0.0.1'] })
    const answer = await checkedFetch({ lookup, allowLoopback: true })(`http://localhost:${port}/a.mp4`)
    expect(await answer.bytes()).toEqual(clip)
    await expect(checkedFetch({ lookup })(`http://localhost:${port}/a.mp4`)).rejects.toThrow('fetch failed')
  })
})

describe('the checked fetch', () => {
  it('hands redirects out, sends what it is told, and stops when it is told', async () => {
    const seen: (string | undefined)[] = []
    const echo = createServer((request, answer) => {
      seen.push(request.headers.range)
      if (request.url === '/slow') return
      answer.writeHead(302, { location: '/next', 'set-cookie': ['a=1', 'b=2'] }).end()
    })
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`
    const fetch = checkedFetch({ allowLoopback: true })
    const answer = await fetch(new Request(`${base}/a`, { headers: { range: 'bytes=1-' } }))
    expect([answer.status, answer.headers.get('location'), seen]).toEqual([302, '/next', ['bytes=1-']])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    await answer.body?.cancel()
    const stop = new AbortController()
    const slow = fetch(`${base}/slow`, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(slow).rejects.toThrow('enough')
    await expect(fetch(base, { method: 'POST', body: 'x' })).rejects.toThrow('sends no bodies')
    echo.closeAllConnections()
    await new Promise((resolve) => echo.close(resolve))
  })
})
