import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultSpec } from '@reelay/emulator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DownloadOptions } from '../../src/index.ts'
import { save } from '../../src/node/index.ts'
import { type Finished, finished } from './emulated.ts'
import { createHost, failure, mp4, output } from './support.ts'

let folder = ''
let world: Finished
let whole: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-wrong-'))
  world = await finished('kling')
  const answer = await world.fetch(world.task.outputs[0].url ?? '')
  whole = await answer.bytes()
})
afterAll(() => rm(folder, { recursive: true }))

const target = () => join(folder, 'clip.mp4')
const planted = (spec: Omit<FaultSpec, 'on'>) =>
  world.emulator.control.fault({ on: 'download', times: Number.POSITIVE_INFINITY, ...spec } as FaultSpec)

/** Tries to save the emulator's clip under a fault that does not pass. */
async function spoiled(spec: Omit<FaultSpec, 'on'>, options: DownloadOptions = {}) {
  const { clock, fetch, task } = world
  const fault = planted(spec)
  try {
    return await failure(
      save(task.outputs[0], target(), { clock, fetch, handle: task.handle, retries: 2, ...options }),
    )
  } finally {
    fault.remove()
  }
}

describe('what is no whole clip never gets the name of one', () => {
  it.each([
    ['a page with status 200', { kind: 'html-as-video' }, 'is a page or a message (called text/html)'],
    [
      'a page that calls itself a video',
      { kind: 'html-as-video', contentType: 'video/mp4' },
      'is a page or a message',
    ],
    [
      'a page that calls itself nothing',
      { kind: 'html-as-video', contentType: 'application/octet-stream' },
      'is a page',
    ],
    ['an empty body', { kind: 'empty' }, 'is empty'],
    [
      'half a file, again and again',
      { kind: 'truncated', afterBytes: 0 },
      'attempts in a row brought nothing',
    ],
    ['half a file whose end nothing announces', { kind: 'no-length-cut', afterBytes: 0 }, 'Nothing was kept'],
    ['an outage', { kind: 'status', status: 503 }, 'HTTP 503'],
    ['a lost connection', { kind: 'lost-before-create' }, 'the connection broke'],
    ['an expired URL', { kind: 'expired' }, 'it has expired'],
    ['a redirect without end', { kind: 'redirect' }, 'redirects more than 20 times'],
    ['a stalled stream', { kind: 'stall', afterBytes: 0 }, 'it stalled'],
  ] as [string, Omit<FaultSpec, 'on'>, string][])('%s', async (_name, spec, words) => {
    const error = await spoiled(spec)
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: world.task.handle })
    expect(error.message).toContain(words)
    expect(await readdir(folder)).toEqual([])
  })

  it('a file larger than allowed, announced or not', async () => {
    const { clock, fetch, task } = world
    const announced = await failure(
      save(task.outputs[0], target(), { clock, fetch, maxBytes: whole.length - 1 }),
    )
    expect(announced).toMatchObject({ code: 'ERR_DOWNLOAD', retryable: false })
    expect(announced.message).toContain(
      `The file has ${whole.length} bytes, more than the ${whole.length - 1}`,
    )
    const unannounced = createHost(whole, { instead: () => new Response(whole) })
    const error = await failure(
      save(output, target(), { fetch: unannounced.fetch, clock: unannounced.clock, maxBytes: 1_000 }),
    )
    expect(error.message).toContain('more than 1000 bytes')
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    [
      'fewer bytes than announced',
      () => whole.slice(0, -1),
      { 'content-length': 'whole' },
      'broke off after',
    ],
    [
      'more bytes than announced',
      () => Uint8Array.from([...whole, 0]),
      { 'content-length': 'whole' },
      'sent more than',
    ],
    ['a part that nobody asked for', () => whole, { status: '206' }, 'nobody asked for'],
    ['an answer without content', () => null, { status: '204' }, 'HTTP 204'],
    ['an empty body that calls itself a video', () => new Uint8Array(), {}, 'is empty'],
    [
      'a picture',
      () => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0]),
      {},
      'is image/png',
    ],
    ['a video without its index', () => mp4(9_000, ['mdat']), {}, '"moov"'],
    [
      'a video that the provider itself cut off',
      () => mp4(9_000).slice(0, 5_000),
      {},
      'cut off at the provider',
    ],
    ['the beginning of a signature', () => whole.slice(0, 7), {}, 'lacks the signature'],
  ] as [string, () => Uint8Array<ArrayBuffer> | null, Record<string, string>, string][])(
    '%s',
    async (_name, bytes, facts, words) => {
      const answer = () => {
        const headers: Record<string, string> = { 'content-type': 'video/mp4' }
        if (facts['content-length']) headers['content-length'] = String(whole.length)
        return new Response(bytes(), { status: Number(facts.status ?? 200), headers })
      }
      const { fetch, clock } = createHost(whole, { instead: answer })
      const error = await failure(save(output, target(), { fetch, clock, retries: 1 }))
      expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted' })
      expect(error.message).toContain(words)
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('a clip cut anywhere, though nothing announces its length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        const headers = { 'content-type': 'video/mp4' }
        const { fetch, clock } = createHost(whole, {
          instead: () => new Response(whole.slice(0, length), { headers }),
        })
        await failure(save(output, target(), { fetch, clock }))
        expect(await readdir(folder)).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('and an older file under that name stays as it was', async () => {
    await writeFile(target(), 'older')
    await spoiled({ kind: 'html-as-video' })
    expect(await readFile(target(), 'utf8')).toBe('older')
    await rm(target())
  })
})

describe('what passes is cured without anybody noticing', () => {
  it.each([
    ['half a file', { kind: 'truncated' }],
    ['half a file whose end nothing announces', { kind: 'no-length-cut' }],
    ['a stalled stream', { kind: 'stall', afterBytes: 5_000 }],
    ['a connection that breaks in the body', { kind: 'reset-mid-answer' }],
    ['an outage', { kind: 'status', status: 503 }],
    ['a full house', { kind: 'rate-limit', retryAfter: 30 }],
    ['a redirect', { kind: 'redirect' }],
  ] as [string, Omit<FaultSpec, 'on'>][])('%s', async (_name, spec) => {
    const { clock, fetch, task } = world
    const fault = planted({ ...spec, times: 1 })
    const { file } = await save(task.outputs[0], target(), { clock, fetch })
    expect(fault.hits).toBe(1)
    fault.remove()
    expect(new Uint8Array(await readFile(file))).toEqual(whole)
    expect(await readdir(folder)).toEqual(['clip.mp4'])
    await rm(file)
  })
})
