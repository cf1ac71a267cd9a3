import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { features, missingFeatures, runtimeName } from '../../src/provider/runtime.ts'
import { youngCalls } from './calls.ts'

// Members that are as old as their class or its `fetch`: where the class is, they are. A new name in the sources has to
// be looked up (MDN's tables say since when), and goes here or into `features`.
const asOldAsTheirClass: Readonly<Record<string, readonly string[]>> = {
  AbortController: ['abort', 'signal'],
  AbortSignal: ['aborted', 'addEventListener', 'removeEventListener'],
  Blob: ['arrayBuffer', 'size', 'slice', 'stream', 'text', 'type'],
  Body: ['arrayBuffer', 'blob', 'body', 'bodyUsed', 'formData', 'json', 'text'],
  // An option of the constructor; where it is unknown, it is not told.
  Error: ['cause'],
  File: ['name'],
  FormData: ['append', 'delete', 'get', 'has', 'set'],
  Headers: ['append', 'delete', 'entries', 'forEach', 'get', 'has', 'keys', 'set', 'values'],
  ReadableByteStreamController: ['byobRequest', 'close', 'desiredSize', 'enqueue', 'error'],
  ReadableStream: ['cancel', 'getReader', 'locked', 'pipeThrough', 'pipeTo', 'tee'],
  ReadableStreamBYOBReader: ['releaseLock'],
  ReadableStreamBYOBRequest: ['respond'],
  ReadableStreamDefaultController: ['close', 'enqueue', 'error'],
  ReadableStreamDefaultReader: ['read', 'releaseLock'],
  ReadableStreamGenericReader: ['cancel', 'closed'],
  ReadableStreamReadValueResult: ['done', 'value'],
  ReadableStreamReadDoneResult: ['done', 'value'],
  // Dictionaries are plain objects.
  SegmentData: ['segment'],
  Segmenter: ['segment'],
  RequestInit: ['body', 'cache', 'headers', 'method', 'redirect', 'signal'],
  // Given by whoever serves deliveries.
  Request: ['clone', 'headers', 'method', 'signal', 'url'],
  Response: ['clone', 'headers', 'ok', 'redirected', 'status', 'statusText', 'type', 'url'],
  SubtleCrypto: ['digest', 'importKey', 'sign', 'verify'],
  TextDecoder: ['decode'],
  TextEncoder: ['encode'],
  URL: [
    'hash',
    'host',
    'hostname',
    'href',
    'origin',
    'password',
    'pathname',
    'port',
    'protocol',
    'search',
    'searchParams',
    'toString',
    'toJSON',
    'username',
  ],
  URLSearchParams: [
    'append',
    'delete',
    'entries',
    'forEach',
    'get',
    'getAll',
    'has',
    'keys',
    'set',
    'sort',
    'toString',
    'values',
  ],
}

// Called only behind a check that they are there, or in Node alone, which has them.
const optional = new Set([
  // Behind a look whether it is there.
  'File',
  'Segmenter',
  'Request.prototype.cache',
  'ArrayBuffer.prototype.detached',
  'ArrayBuffer.prototype.transfer',
  'Request',
  'clearInterval',
  'console',
  'setInterval',
])

/** The two of which a program is given an instance. */
const instanceName = (name: string): string =>
  name.replace(/^(Crypto|Performance)\.prototype\./, (_all, owner) => `${String(owner).toLowerCase()}.`)

const inTable = (name: string): boolean =>
  features.includes(instanceName(name)) ||
  // Both are there only with what is asked of them.
  features.some((path) => path.startsWith(`${name}.`))

const isOld = (name: string): boolean => {
  const [owner = '', member = ''] = name.split('.prototype.')
  return asOldAsTheirClass[owner]?.includes(member) === true || owner === 'Console'
}

describe('what the sources call of the runtime', () => {
  const calls = youngCalls((file) => /^packages\/(?!emulator|testing|rig)[^/]+\/src\//.test(file))

  it('is in the table, if it is younger than ES2020', () => {
    expect(calls.length).toBeGreaterThan(40)
    const unknown = calls.filter(({ name }) => !inTable(name) && !isOld(name) && !optional.has(name))
    expect(unknown).toEqual([])
  })

  it('is all that the table asks for', () => {
    const called = new Set(calls.map(({ name }) => instanceName(name)))
    expect(features.filter((path) => !called.has(path))).toEqual([])
  })

  it('is what this runtime has', () => {
    expect(missingFeatures()).toEqual([])
  })
}, 120_000)

describe('the name of a runtime', () => {
  it.each([
    [{ process: { versions: { node: '20.20.2' } } }, 'Node 20.20.2'],
    [{ process: { versions: { node: '24.3.0', bun: '1.3.1' } } }, 'Bun 1.3.1'],
    [{ process: { versions: { node: '24.2.0' } }, Deno: { version: { deno: '2.5.0' } } }, 'Deno 2.5.0'],
    [{ navigator: { userAgent: 'Cloudflare-Workers' } }, 'Cloudflare-Workers'],
    [{}, 'unknown'],
  ])('of %j is %s', (host, name) => {
    expect(runtimeName(host)).toBe(name)
  })

  it('is unknown where asking fails', () => {
    const host = Object.defineProperty({}, 'process', {
      get: () => {
        throw new Error('none of your business')
      },
    })
    expect(runtimeName(host)).toBe('unknown')
  })
})

interface End {
  readonly path: string
  readonly door: string
  readonly missing: readonly string[]
  readonly message: string
}

describe('a runtime without a feature', () => {
  const child = fileURLToPath(new URL('child-without.ts', import.meta.url))
  const { stdout, stderr, status } = spawnSync(process.execPath, [child], { encoding: 'utf8' })
  const { results, posts }: { results: readonly End[]; posts: number } =
    status === 0 ? JSON.parse(stdout) : { results: [], posts: -1 }

  it('lives, and has bought nothing', () => {
    expect({ status, stderr, posts }).toEqual({ status: 0, stderr: '', posts: 0 })
    // Each feature is refused by each door.
    expect(results).toHaveLength(6 * features.length)
  })

  it.each(results)('$path: $door refuses', ({ path, missing, ...end }) => {
    expect(missing).toEqual(features.filter((name) => name === path || name.startsWith(`${path}.`)))
    expect(end).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(end.message).toContain(`(Node ${process.versions.node}) lacks ${missing.join(', ')},`)
  })
}, 120_000)
