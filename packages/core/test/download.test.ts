import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { download, type Output, ReelayError, type SucceededTask } from '../src/index.ts'
import { logRender, save } from '../src/node/index.ts'
import { checkedAddress } from '../src/provider/http/address.ts'
import { handle, task } from './fakes.ts'
import { png } from './images.ts'

const clip = Uint8Array.from([0, 0, 0, 24, ...Buffer.from('ftypisom'), ...new Uint8Array(500).fill(7)])
const output: Output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' }

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-'))
})
afterAll(() => rm(folder, { recursive: true }))

const answer = (body: BodyInit | null, init?: ResponseInit) => async () => new Response(body, init)
const mp4 = { headers: { 'content-type': 'video/mp4', 'content-length': String(clip.byteLength) } }
const bytesOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).bytes()

async function failure(work: Promise<unknown>): Promise<ReelayError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

describe('addresses of results', () => {
  it.each([
    ['https://cdn.example.com/a.mp4', false, undefined],
    ['http://cdn.example.com/a.mp4', false, 'it is http: and not https:'],
    ['https://user:pw@cdn.example.com/a.mp4', true, 'it carries a user name or password'],
    ['https://127.0.0.1/a.mp4', false, 'it is on this machine (allow it with allowLoopback)'],
    ['http://127.0.0.1:80/a.mp4', true, undefined],
    ['http://localhost:4000/a.mp4', true, undefined],
    ['https://0x7f.1/a.mp4', false, 'it is on this machine (allow it with allowLoopback)'],
    ['https://10.0.0.5/a.mp4', true, 'it is an internal address'],
    ['https://169.254.169.254/latest', true, 'it is an internal address'],
    ['https://172.20.1.1/', true, 'it is an internal address'],
    ['https://[fd00::1]/', true, 'it is an internal address'],
    ['https://[::ffff:10.0.0.1]/', true, 'it is an internal address'],
    ['file:///etc/passwd', true, 'it is file: and not https:'],
    ['nonsense', true, 'it is not a URL'],
  ])('%s', (address, allowLoopback, why) => {
    expect(checkedAddress(address, allowLoopback)).toBe(why)
  })
})

describe('download', () => {
  it('streams the file and says what it is', async () => {
    const { body, mediaType, size } = await download(output, { fetch: answer(clip, mp4) })
    expect([mediaType, size]).toEqual(['video/mp4', clip.byteLength])
    expect(await bytesOf(body)).toEqual(clip)
  })

  it('reads bytes the provider answered with', async () => {
    const { body } = await download({ kind: 'video', mediaType: 'video/mp4', body: clip })
    expect(await bytesOf(body)).toEqual(clip)
  })

  it.each([
    ['a page instead of a clip', answer('<html>', { headers: { 'content-type': 'text/html' } }), 'text/html'],
    ['an expired URL', answer('no', { status: 403 }), 'expired'],
    ['an outage', answer('no', { status: 503 }), 'HTTP 503'],
    ['a fragment nobody asked for', answer(clip, { ...mp4, status: 206 }), 'HTTP 206'],
    [
      'an address inside the network',
      answer(null, { status: 302, headers: { location: 'https://10.0.0.1/' } }),
      'internal',
    ],
    [
      'redirects without end',
      answer(null, { status: 302, headers: { location: '/again' } }),
      'more than 5 times',
    ],
    [
      'a redirect to what is no URL',
      answer(null, { status: 302, headers: { location: 'http://[nonsense' } }),
      'no URL',
    ],
    ['a lost connection', () => Promise.reject(new TypeError('fetch failed: Bearer sk-1')), 'broke off'],
  ])('refuses %s', async (_name, fetch, words) => {
    const error = await failure(download(output, { fetch, handle: handle(0) }))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: handle(0) })
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('sk-1')
  })

  it.each([
    ['cut short', answer(clip.slice(0, 100), mp4), {}, 'broke off after 100 of 512 bytes'],
    ['empty', answer('', { headers: { 'content-type': 'video/mp4' } }), {}, 'none'],
    ['an image', answer(png(400, 400) as Uint8Array<ArrayBuffer>), {}, 'none'],
    ['too large', answer(clip, mp4), { maxBytes: 200 }, 'more than 200 bytes'],
  ])('errors the stream of a file that is %s', async (_name, fetch, options, words) => {
    const { body } = await download(output, { fetch, ...options })
    expect((await failure(bytesOf(body))).message).toContain(words)
  })

  it('gives up on a download that stalls', async () => {
    const clock = createVirtualClock()
    const stalled = () => new ReadableStream({ start: (controller) => controller.enqueue(clip) })
    const { body } = await download(output, {
      clock,
      fetch: async () => new Response(stalled()),
      stallMs: 20_000,
    })
    const before = clock.now()
    expect((await failure(bytesOf(body))).message).toContain('stalled')
    expect(clock.now() - before).toBe(20_000)
  })

  it('gives up on a download that stalls and cannot even be canceled', async () => {
    const clock = createVirtualClock()
    const stalled = new ReadableStream({
      start: (controller) => controller.enqueue(clip),
      cancel: () => new Promise<never>(() => {}),
    })
    const { body } = await download(output, {
      clock,
      fetch: async () => new Response(stalled),
      handle: handle(0),
    })
    const error = await failure(bytesOf(body))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: handle(0) })
    expect(error.message).toContain('stalled')
  })

  it('sends no credentials and follows redirects by hand', async () => {
    const calls: unknown[] = []
    const fetch = async (url: unknown, init?: RequestInit) => {
      calls.push([String(url), init?.redirect, init?.headers])
      return calls.length === 1
        ? new Response(null, { status: 302, headers: { location: 'https://other.example.com/b.mp4' } })
        : new Response(clip, mp4)
    }
    await download(output, { fetch: fetch as typeof globalThis.fetch })
    expect(calls).toEqual([
      ['https://cdn.example.com/a.mp4', 'manual', undefined],
      ['https://other.example.com/b.mp4', 'manual', undefined],
    ])
  })
})

describe('save', () => {
  it('leaves the whole file, its size and its SHA-256', async () => {
    const path = join(folder, 'new', 'clip.mp4')
    const saved = await save(output, path, { fetch: answer(clip, mp4) })
    expect(await readFile(path)).toEqual(Buffer.from(clip))
    expect(saved).toEqual({
      file: path,
      bytes: clip.byteLength,
      sha256: createHash('sha256').update(clip).digest('hex'),
      mediaType: 'video/mp4',
    })
  })

  it('leaves nothing behind when the file breaks off, and keeps an older one', async () => {
    const path = join(folder, 'kept', 'clip.mp4')
    await save(output, path, { fetch: answer(clip, mp4) })
    await failure(save(output, path, { fetch: answer(clip.slice(0, 100), mp4) }))
    expect(await readdir(join(folder, 'kept'))).toEqual(['clip.mp4'])
    expect(await readFile(path)).toEqual(Buffer.from(clip))
  })

  it('names the place it cannot write to, and keeps the handle', async () => {
    const blocked = join(folder, 'kept', 'clip.mp4', 'under-a-file.mp4')
    const error = await failure(save(output, blocked, { fetch: answer(clip, mp4), handle: handle(0) }))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted', handle: handle(0) })
    expect(error.message).toContain(blocked)
  })
})

describe('run log', () => {
  it('notes everything one needs for the next try, beside the clip and in one line', async () => {
    const done = {
      ...task('succeeded', handle(Date.UTC(2026, 10, 24))),
      cost: { usd: 210_000, native: { amount: 1.5, unit: 'unit' }, basis: 'derived' },
    } as SucceededTask
    const saved = await save(output, join(folder, 'log', 'clip.mp4'), { fetch: answer(clip, mp4) })
    const request = {
      kind: 'image-to-video',
      prompt: 'A boat',
      cfgScale: 0.7,
      startImage: png(400, 300),
      endImage: 'https://example.com/end.png',
    } as const
    const { sidecar, logFile, record } = await logRender(done, {
      request,
      saved,
      now: Date.UTC(2026, 10, 25),
    })
    await logRender(done, { request, saved })
    expect(sidecar).toBe(join(folder, 'log', 'clip.mp4.json'))
    expect(JSON.parse(await readFile(sidecar, 'utf8'))).toMatchObject({
      file: 'clip.mp4',
      sha256: saved.sha256,
      provider: 'fake',
      model: 'kling-v3',
      mode: 'std',
      prompt: 'A boat',
      cfgScale: 0.7,
      request: {
        startImage: { bytes: 64, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        endImage: request.endImage,
      },
      cost: { usd: 210_000 },
      taskId: 'task-1',
      handle: { id: 'task-1' },
      submittedAt: '2026-11-24T00:00:00.000Z',
    })
    const lines = (await readFile(logFile, 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toEqual(JSON.parse(JSON.stringify(record)))
  })
})
