import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { download, type SucceededTask, toS3, toStorage } from '../../src/index.ts'
import { save } from '../../src/node/index.ts'
import { handle, task } from '../fakes.ts'
import { bytesOf, createHost, failure, mp4, output } from './support.ts'

const clip = mp4(9_000)
const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code })
const wrapped = (cause: unknown): Error => new TypeError('fetch failed', { cause })

/** How often a `fetch` that rejects is tried, and what is said in the end. */
async function tried(error: unknown) {
  const { clock } = createHost(clip)
  let calls = 0
  const fetch: typeof globalThis.fetch = async () => {
    calls += 1
    throw error
  }
  const found = await failure(
    download(output, { fetch: clock.track(fetch), clock, retries: 2, handle: handle(0) }),
  )
  return { calls, error: found }
}

describe('a fault of this machine is named, and not tried again as the network’s', () => {
  it.each<[string, unknown, string]>([
    ['a permission', wrapped(coded('EACCES')), 'EACCES'],
    ['a full disk', coded('ENOSPC'), 'ENOSPC'],
    ['a disk that is read only', coded('EROFS'), 'EROFS'],
    ['a file in the way', coded('ENOTDIR'), 'ENOTDIR'],
    [
      'a missing module',
      coded('ERR_MODULE_NOT_FOUND', "Cannot find package 'undici' imported from x"),
      'undici',
    ],
    ['a bundle', new Error('Dynamic require of "node:assert" is not supported'), 'node:assert'],
    ['a bundle, further in', wrapped(new Error('Dynamic require of "assert" is not supported')), 'external'],
    ['a mistake', new TypeError('undici.request is not a function'), 'TypeError'],
    ['another', new TypeError("Cannot read properties of undefined (reading 'x')"), 'TypeError'],
    ['a name that is not there', new ReferenceError('x is not defined'), 'ReferenceError'],
    ['a permission of Deno', Object.assign(new Error('x'), { name: 'NotCapable' }), 'NotCapable'],
  ])('%s', async (_name, fault, words) => {
    const { calls, error } = await tried(fault)
    expect(calls).toBe(1)
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      retryable: false,
      handle: handle(0),
    })
    expect(error.message).toContain('on this machine and not on the network')
    expect(error.message).toContain(words)
  })

  it.each<[string, unknown]>([
    ['Node', wrapped(coded('ECONNRESET'))],
    ['Node, with the words of a mistake', wrapped(coded('ECONNRESET', 'x is not a function'))],
    ['a page', new TypeError('Failed to fetch')],
    ['Safari', new TypeError('Load failed')],
    ['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
    ['Deno', new TypeError('error sending request for url (https://cdn.example.com/a.mp4)')],
    ['workerd', new Error('Network connection lost.')],
    ['something that is no error', 'no'],
  ])('but the network’s is: %s', async (_name, fault) => {
    const { calls, error } = await tried(fault)
    expect(calls).toBe(3)
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', retryable: true })
  })

  it('says nothing of what an error holds', async () => {
    const { error } = await tried(new TypeError('hush-77 is not a function'))
    expect(JSON.stringify(error) + error.stack + error.message).not.toContain('hush-77')
  })

  it('is ours too: what is thrown between two pieces of a file is no broken connection', async () => {
    const { clock } = createHost(clip)
    const broken = { ...clock, sleep: () => Promise.reject(new RangeError('a clock that broke')) }
    const cut = createHost(clip, { cuts: [1_000] })
    const error = await failure(
      download(output, { fetch: cut.fetch, clock: broken, handle: handle(0) }).then((one) =>
        bytesOf(one.body),
      ),
    )
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: handle(0) })
    expect(error.message).toContain('RangeError')
    expect(cut.requests).toHaveLength(1)
  })
})

describe('a place that cannot take the file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reelay-faults-'))
    await writeFile(join(folder, 'file'), '')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is named, once, and nothing is left', async () => {
    const { fetch, clock, requests } = createHost(clip)
    const path = join(folder, 'file', 'in', 'it.mp4')
    const error = await failure(save(output, path, { fetch, clock, handle: handle(0) }))
    expect(error).toMatchObject({
      code: 'ERR_DOWNLOAD',
      outcome: 'accepted',
      retryable: false,
      handle: handle(0),
    })
    expect(error.message).toContain('ENOTDIR')
    expect([requests.length, await readdir(folder)]).toEqual([1, ['file']])
  })

  it('is told by a function that throws: the error is there, with the handle', async () => {
    const done = task('succeeded', handle(0)) as SucceededTask
    const mistake = new TypeError('no name')
    const name = (): string => {
      throw mistake
    }
    for (const store of [
      toStorage({ setItemRaw: () => undefined }, name),
      toS3(name),
      toS3(() => 'no address'),
    ]) {
      const error = await failure(store(done))
      expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: done.handle })
      expect(error.cause).toBeInstanceOf(TypeError)
    }
  })
})
