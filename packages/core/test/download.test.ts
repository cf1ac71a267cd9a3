import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DownloadOptions, download, type Output, ReelayError, type SucceededTask } from '../src/index.ts'
import { partOf } from '../src/node/download/parts.ts'
import { logRender, save, toFile } from '../src/node/index.ts'
import { createHost, mp4 as mp4Of, same } from './download/support.ts'
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

  it('reads bytes and data URIs on the spot, and holds them to the same', async () => {
    const base64 = Buffer.from(clip).toString('base64')
    const url = `data:video/mp4;base64,${base64}`
    const fetch = () => Promise.reject(new Error('nothing is to be fetched'))
    const { body, size, mediaType } = await download({ ...output, url }, { fetch })
    expect([size, mediaType]).toEqual([clip.byteLength, 'video/mp4'])
    expect(await bytesOf(body)).toEqual(clip)
    const wrong: [Output, DownloadOptions, string][] = [
      [{ ...output, url }, { maxBytes: 100 }, 'more than the 100 allowed'],
      [{ kind: 'video', mediaType: 'video/mp4', body: clip }, { maxBytes: 100 }, 'more than the 100 allowed'],
      [{ ...output, url: 'data:video/mp4,plain' }, {}, 'not valid base64'],
      [{ ...output, url: 'data:video/mp4;base64,####' }, {}, 'not valid base64'],
      [{ ...output, url: 'data:video/mp4;base64,PGh0bWw+' }, {}, 'is a page'],
      [{ ...output, url: 'data:video/mp4;base64,' }, {}, 'is empty'],
      [{ kind: 'video', mediaType: 'video/mp4' }, {}, 'neither a URL nor bytes'],
      [{ ...output, url }, { abortSignal: AbortSignal.abort() }, 'Stopped'],
    ]
    for (const [of, options, words] of wrong) {
      const error = await failure(download(of, options).then((it) => bytesOf(it.body)))
      expect(error.message).toContain(words)
      expect(error.outcome).toBe('accepted')
    }
  })

  it('decodes data URIs of every length', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (tail) => {
        const whole = Uint8Array.from([...clip, ...new Uint8Array(8), ...tail])
        const url = `data:;base64,${Buffer.from(whole).toString('base64')}`
        const { body } = await download({ ...output, url })
        expect(await bytesOf(body)).toEqual(whole)
      }),
    ))

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
      ['https://cdn.example.com/a.mp4', 'manual', { 'accept-encoding': 'identity' }],
      ['https://other.example.com/b.mp4', 'manual', { 'accept-encoding': 'identity' }],
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

describe('save and the processes before it', () => {
  it('clears away what a killed process left of the same file, and nothing else', async () => {
    const place = join(folder, 'parts')
    const path = join(place, 'clip.mp4')
    await mkdir(place)
    // As one that is killed in the middle: it never gets to clear up.
    const script = `
      import { save } from ${JSON.stringify(new URL('../src/node/index.ts', import.meta.url).href)}
      const body = new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(${JSON.stringify([...clip])})) })
      const fetch = async () => new Response(body)
      const output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' }
      const watch = setInterval(() => {
        if (require('node:fs').readdirSync(${JSON.stringify(place)}).length > 0) process.kill(process.pid, 'SIGKILL')
      }, 5)
      await save(output, ${JSON.stringify(path)}, { fetch })`
    const file = join(folder, 'killed.mts')
    await writeFile(
      file,
      `import { createRequire } from 'node:module'\nconst require = createRequire('/')\n${script}`,
    )
    const { signal } = spawnSync(process.execPath, [file])
    expect(signal).toBe('SIGKILL')
    const [left = ''] = await readdir(place)
    expect(left).toMatch(/^clip\.mp4\..*\.part$/)
    const alive = partOf(path)
    const others = [basename(alive), 'clip.mp4.part', 'other.mp4.deadbeef-1-1-deadbeef.part']
    for (const name of others) await writeFile(join(place, name), '')
    await save(output, path, { fetch: answer(clip, mp4) })
    expect((await readdir(place)).sort()).toEqual(['clip.mp4', ...others].sort())
  })

  it('gives every writer a file of its own', async () => {
    const path = join(folder, 'both', 'clip.mp4')
    await Promise.all([1, 2, 3].map(() => save(output, path, { fetch: answer(clip, mp4) })))
    expect(await readdir(join(folder, 'both'))).toEqual(['clip.mp4'])
    expect(await readFile(path)).toEqual(Buffer.from(clip))
  })

  it('starts the file over when its server cannot go on in the middle', async () => {
    const large = mp4Of(3_000_000)
    const { fetch, clock } = createHost(large, { cuts: [2_500_000], headers: {}, chunk: 100_000 })
    const saved = await save(output, join(folder, 'over.mp4'), { fetch, clock })
    expect(saved).toMatchObject({
      bytes: large.length,
      sha256: createHash('sha256').update(large).digest('hex'),
    })
    expect(same(await readFile(saved.file), large)).toBe(true)
  })

  it('does not go on starting over for ever', async () => {
    const large = mp4Of(300_000)
    const cuts = new Array(99).fill(200_000)
    const { fetch, clock, requests } = createHost(large, { cuts, headers: {}, chunk: 100_000 })
    const error = await failure(save(output, join(folder, 'never.mp4'), { fetch, clock }))
    expect(error.message).toContain('3 new starts')
    expect(requests).toHaveLength(4)
  })

  it('leaves the hash out when asked to', async () => {
    const saved = await save(output, join(folder, 'plain.mp4'), { fetch: answer(clip, mp4), sha256: false })
    expect(saved).toEqual({ file: join(folder, 'plain.mp4'), bytes: clip.byteLength, mediaType: 'video/mp4' })
  })
})

describe('toFile', () => {
  const rendered = (...outputs: Partial<Output>[]): SucceededTask =>
    ({
      ...task('succeeded', handle(0)),
      id: '../task',
      outputs: outputs.map((one) => ({ ...output, ...one })),
    }) as never

  it('saves every output under a name that says what it is', async () => {
    const sound = {
      kind: 'audio',
      mediaType: 'audio/mpeg',
      url: 'data:audio/mpeg;base64,SUQzBAAAAAAAAAAA',
    } as const
    const fetch = answer(clip, mp4)
    const place = join(folder, 'many')
    const byName = await toFile(join(place, 'boat.mp4'), { fetch })(rendered({}, {}, sound))
    const inFolder = await toFile(`${place}/`, { fetch })(rendered({}, sound))
    const named = toFile((of, one, index) => join(place, `${of.status}-${one.kind}-${index}`), { fetch })
    const own = await named(rendered({}))
    const names = [...byName, ...inFolder, ...own].map(({ file }) => basename(file))
    expect(names).toEqual([
      ...['boat.mp4', 'boat-2.mp4', 'boat-3.mp3'],
      ...['fake-task-686291b7.mp4', 'fake-task-686291b7-2.mp3'],
      'succeeded-video-0',
    ])
    expect((await readdir(place)).sort()).toEqual([...names].sort())
    expect(byName[0]?.sha256).toBe(createHash('sha256').update(clip).digest('hex'))
  }, 30_000)

  it('puts the task’s handle on its errors', async () => {
    const store = toFile(join(folder, 'none.mp4'), {
      fetch: answer('<html>', { headers: { 'content-type': 'text/html' } }),
    })
    expect(await failure(store(rendered({})))).toMatchObject({ code: 'ERR_DOWNLOAD', handle: handle(0) })
  })
})

describe('run log', () => {
  it('notes everything one needs for the next try, beside the clip and in one line', async () => {
    const done = {
      ...task('succeeded', handle(Date.UTC(2026, 10, 24))),
      cost: { microUsd: 210_000, native: { amount: 1.5, unit: 'unit' }, basis: 'derived' },
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
      cost: { microUsd: 210_000 },
      taskId: 'task-1',
      handle: { id: 'task-1' },
      submittedAt: '2026-11-24T00:00:00.000Z',
    })
    const lines = (await readFile(logFile, 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toEqual(JSON.parse(JSON.stringify(record)))
  })
})
