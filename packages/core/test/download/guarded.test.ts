import type { lookup as realLookup } from 'node:dns'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from 'node:net'
import process from 'node:process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type DownloadOptions,
  download,
  type Output,
  type SucceededTask,
  toS3,
  toStorage,
  type VideoProvider,
} from '../../src/index.ts'
import { checkedFetch, save, toFile } from '../../src/node/index.ts'
import { guardingPlatform } from '../../src/run/download/guard/guarded.ts'
import { nodeParts } from '../../src/run/download/guard/node.ts'
import { handle, task } from '../fakes.ts'
import { bytesOf, failure, mp4, output } from './support.ts'

const clip = mp4(9_000)
let server: Server
let port = 0
// Counts connections, not requests: what must not be reached must not even hear from us.
let tcp: TcpServer
let connections = 0

beforeAll(async () => {
  server = createServer((_request, answer) => answer.writeHead(200).end(clip))
  tcp = createTcp((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.close()
  tcp.close()
})
afterEach(() => vi.restoreAllMocks())

/** Makes every name lead somewhere, as a hostile name server would, for whoever asks the system. */
function everyNameLeadsTo(address: string): void {
  const dns = process.getBuiltinModule('node:dns')
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    options: object,
    done: (...of: unknown[]) => void,
  ) =>
    'all' in options && options.all
      ? done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
      : done(null, address, 4)) as unknown as typeof realLookup)
}

const done = task('succeeded', handle(0)) as SucceededTask
const taskOf = (of: Output): SucceededTask => ({ ...done, outputs: [of] }) as never

const doors: Readonly<Record<string, (of: Output, options: DownloadOptions) => Promise<unknown>>> = {
  save: (of, options) => save(of, '/nonexistent/a.mp4', options),
  download: (of, options) => download(of, options).then(({ body }) => bytesOf(body)),
  toFile: (of, options) => toFile('/nonexistent/', options)(taskOf(of)),
  toStorage: (of, options) => toStorage({ setItemRaw: () => undefined }, 'a', options)(taskOf(of)),
  toS3: (of, options) => toS3('https://store.example.com/put', options)(taskOf(of)),
}

describe.each(Object.keys(doors))('%s, given no fetch', (name) => {
  const door = doors[name] as (of: Output, options: DownloadOptions) => Promise<unknown>

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '198.18.0.21'])(
    'connects to no name that leads to %s',
    async (address) => {
      everyNameLeadsTo(address)
      const { port: open } = tcp.address() as AddressInfo
      const before = connections
      const error = await failure(door({ ...output, url: `https://cdn.example.com:${open}/a.mp4` }, {}))
      expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', retryable: false })
      expect(error.message).toContain(`leads to ${address}`)
      expect(error.message).toMatch(/allow(Loopback|Resolved)/)
      expect(connections).toBe(before)
    },
  )
})

describe('a refusal names the way out', () => {
  const named = { ...output, url: 'https://cdn.example.com/a.mp4' }

  it('for names that a proxy or a VPN answers itself, and the way out leads out', async () => {
    everyNameLeadsTo('198.18.0.21')
    const error = await failure(download(named))
    expect(error.message).toContain("allowResolved: ['198.18.0.0/15']")
    const lookup = (_name: string, _options: object, done: (...of: never[]) => void): void =>
      (done as (...of: unknown[]) => void)(null, [{ address: '127.0.0.1', family: 4 }])
    const fetch = checkedFetch({ lookup: lookup as never, allowResolved: ['127.0.0.0/8'] })
    expect(await (await fetch(`http://cdn.example.com:${port}/a.mp4`)).bytes()).toEqual(clip)
  })

  it('but a literal address in such a range stays refused', async () => {
    const options = { allowResolved: ['198.18.0.0/15', '127.0.0.0/8'] }
    for (const host of ['198.18.0.21', '127.0.0.1']) {
      const error = await failure(download({ ...output, url: `https://${host}/a.mp4` }, options))
      expect(error.message).toContain('not followed')
    }
    const fetch = checkedFetch(options)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      cause: { code: 'ERR_DOWNLOAD' },
    })
  })

  it('and a range that is none is said', async () => {
    expect(() => checkedFetch({ allowResolved: ['everything'] })).toThrow(
      '\'198.18.0.0/15\'; "everything" is none',
    )
    const error = await failure(download(named, { allowResolved: ['10.0.0.0'] }))
    expect(error.code).toBe('ERR_CONFIG')
  })
})

describe('this machine', () => {
  const local = () => ({ ...output, url: `http://127.0.0.1:${port}/a.mp4` })
  const provider = (network: string): Pick<VideoProvider, 'get' | 'owns' | 'catalog' | 'host'> =>
    ({ host: { standing: 'loopback', name: 'localhost', network } }) as never

  it('may be fetched from where the provider itself is on it', async () => {
    const { body } = await download(local(), { provider: provider('loopback') })
    expect(await bytesOf(body)).toEqual(clip)
  })

  it.each([
    ['the provider is elsewhere', 'public'],
    ['the provider is in the private network', 'private'],
  ])('may not where %s', async (_name, network) => {
    const error = await failure(download(local(), { provider: provider(network) }))
    expect(error.message).toContain('allowLoopback')
  })

  it('may not where somebody says no', async () => {
    const options = { provider: provider('loopback'), allowLoopback: false }
    expect((await failure(download(local(), options))).message).toContain('allowLoopback')
  })
})

describe('the guard of a runtime', () => {
  it.each([
    ['workerd', { navigator: { userAgent: 'Cloudflare-Workers' }, process: {} }, 'workerd'],
    ['Vercel’s edge', { EdgeRuntime: 'edge-runtime' }, 'edge'],
    ['a page', { document: {} }, 'browser'],
    ['a web worker', { WorkerGlobalScope: class {} }, 'browser'],
    ['Node', { navigator: { userAgent: 'Node.js/24' }, process: {} }, undefined],
    ['Node with a document of jsdom', { document: {}, process: {} }, undefined],
    ['Bun', { navigator: { userAgent: 'Bun/1.4' }, process: {} }, undefined],
    ['Deno', { navigator: { userAgent: 'Deno/2.9' }, process: {} }, undefined],
    ['something else', { navigator: { userAgent: 'Hermes' } }, undefined],
  ])('%s', (_name, host, platform) => {
    expect(guardingPlatform(host)).toBe(platform)
  })

  it('is made of Node’s own modules, or there is none', () => {
    expect(nodeParts()).toBeDefined()
    expect(nodeParts({})).toBeUndefined()
    expect(nodeParts({ process: {} })).toBeUndefined()
    expect(nodeParts({ process: { getBuiltinModule: () => undefined } })).toBeUndefined()
  })

  it('is missing: then nothing is fetched, and the way out is named', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    const fetched = vi.spyOn(globalThis, 'fetch')
    const error = await failure(download(output))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', retryable: false })
    expect(error.message).toContain('Pass a `fetch` of your own')
    expect(fetched).not.toHaveBeenCalled()
  })
})
