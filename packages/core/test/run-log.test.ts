import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { offerFor, type SucceededTask, usualMs } from '../src/index.ts'
import { describeRequest, logRender, readRenderRecord, type SavedFile } from '../src/node/index.ts'
import { handle, task } from './fakes.ts'
import { png } from './images.ts'

let folder = ''
let saved: SavedFile
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-log-'))
  saved = { file: join(folder, 'clip.mp4'), bytes: 3, sha256: 'f'.repeat(64), mediaType: 'video/mp4' }
})
afterEach(() => rm(folder, { recursive: true }))

const output = {
  kind: 'video',
  mediaType: 'video/mp4',
  url: 'https://cdn.example.com/a.mp4?signature=x',
  expiresAt: Date.UTC(2026, 11, 1),
} as const
const done = (more: Partial<SucceededTask> = {}): SucceededTask =>
  ({ ...task('succeeded', handle(0)), outputs: [output], ...more }) as SucceededTask

describe('a sidecar', () => {
  it('holds the pictures, the address, the render time, the versions and the command', async () => {
    const request = {
      kind: 'image-to-video',
      startImage: png(400, 300),
      endImage: 'https://example.com/e.png',
    }
    const of = done({
      handle: { ...done().handle, kind: 'image-to-video' },
      createdAt: 1_000,
      updatedAt: 41_000,
    })
    const { record } = await logRender(of, {
      request,
      saved,
      files: { startImage: 'me.png' },
      renderMs: 99,
      versions: { reelay: '1.2.3' },
      command: "reelay generate 'x'",
    })
    expect(record).toMatchObject({
      images: [
        { field: 'startImage', file: 'me.png', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 64 },
        { field: 'endImage', url: 'https://example.com/e.png' },
      ],
      url: output.url,
      urlExpiresAt: '2026-12-01T00:00:00.000Z',
      renderMs: 40_000,
      versions: { reelay: '1.2.3', '@reelay/core': expect.stringMatching(/^\d+\./) },
      command: "reelay generate 'x'",
    })
  })

  it('names every result of a task that has several', async () => {
    const second = {
      kind: 'image',
      mediaType: 'image/png',
      id: 'p-2',
      url: 'https://cdn.example.com/b.png',
    } as const
    const of = done({ outputs: [{ ...second, id: 'p-1' }, second] as unknown as SucceededTask['outputs'] })
    const other = {
      file: join(folder, 'clip-2.png'),
      bytes: 5,
      sha256: 'e'.repeat(64),
      mediaType: 'image/png',
    }
    const { record, sidecar } = await logRender(of, { saved, others: [other] })
    const { mediaType: _, ...noted } = { ...other, file: 'clip-2.png', outputId: 'p-2', url: second.url }
    expect(record.others).toEqual([noted])
    expect(readRenderRecord(await readFile(sidecar, 'utf8'))?.others).toEqual([noted])
    expect((await logRender(of, { saved })).record).not.toHaveProperty('others')
  })

  it('takes the watched time where the provider says none, and has no command of a library’s user', async () => {
    const { record } = await logRender(done(), {
      request: { kind: 'text-to-video', prompt: 'x' },
      saved,
      renderMs: 7,
    })
    expect(record.renderMs).toBe(7)
    expect(record).not.toHaveProperty('command')
    expect(record).not.toHaveProperty('images')
  })

  it('notes when the task ended, where its provider says', async () => {
    const of = (more: object) =>
      logRender({ ...done(), ...more } as ReturnType<typeof done>, { saved, now: 7_000 })
    expect((await of({ updatedAt: 3_000 })).record).toMatchObject({
      endedAt: '1970-01-01T00:00:03.000Z',
      savedAt: '1970-01-01T00:00:07.000Z',
    })
    expect((await of({ updatedAt: undefined })).record).not.toHaveProperty('endedAt')
  })

  it('makes nothing up where nobody knows the order', async () => {
    const { record } = await logRender(done(), { saved })
    const { kind, model, mode } = done().handle
    expect(record.request).toEqual({ kind, model, mode })
    expect(record).not.toHaveProperty('prompt')
  })

  it('stays as it is where it is told to, and so does the run log', async () => {
    await writeFile(`${saved.file}.json`, 'mine')
    const { record, logFile } = await logRender(done(), { saved, sidecar: false, log: false })
    expect(record.taskId).toBe(done().id)
    expect(await readFile(`${saved.file}.json`, 'utf8')).toBe('mine')
    await expect(readFile(logFile)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is written whatever a reply says of the time', async () => {
    const of = done({
      handle: { ...done().handle, submittedAt: 1e300 },
      outputs: [{ ...output, expiresAt: -1e300 }],
    })
    expect((await logRender(of, { saved, now: Number.NaN })).record).toMatchObject({
      submittedAt: '+275760-09-13T00:00:00.000Z',
      savedAt: '1970-01-01T00:00:00.000Z',
    })
  })

  it('describes a request the same when it is described already', async () => {
    const once = await describeRequest({ kind: 'image-to-video', startImage: png(400, 300) })
    expect(await describeRequest(once as never)).toEqual(once)
  })
})

describe('a record read back', () => {
  const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const

  it('is what was noted, from the sidecar as from a line of the run log', async () => {
    const { record, sidecar, logFile } = await logRender(done(), { request, saved })
    const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n')
    const noted = JSON.parse(JSON.stringify(record))
    expect(readRenderRecord(await readFile(sidecar, 'utf8'))).toEqual(noted)
    expect(lines.map(readRenderRecord)).toEqual([noted])
  })

  it('keeps what a later version added, and what only some records have', async () => {
    const { record } = await logRender(done(), { saved })
    const later = { ...JSON.parse(JSON.stringify(record)), v: 2, colour: 'teal' }
    expect(readRenderRecord(JSON.stringify(later))).toEqual(later)
  })

  it.each([
    ['no JSON', () => '{"v":1'],
    ['another tool’s JSON', () => '{"v":1,"bytes":3}'],
    ['a handle that is none', (noted: object) => JSON.stringify({ ...noted, handle: { v: 1 } })],
    ['a size in words', (noted: object) => JSON.stringify({ ...noted, bytes: 'three' })],
    ['a prompt that is a list', (noted: object) => JSON.stringify({ ...noted, prompt: ['A boat'] })],
  ])('is none where there is %s', async (_, damage) => {
    const { record } = await logRender(done(), { request, saved })
    expect(readRenderRecord(damage(record))).toBeUndefined()
  })
})

describe('what a catalogue row tells whoever waits', () => {
  it('is the range in which eight of ten tasks end', () => {
    const [from, to] = usualMs({ expectedMs: 60_000 })
    expect([Math.round(from / 100), Math.round(to / 100)]).toEqual([416, 865])
  })

  it('is found for a request before it is bought', () => {
    const row = { kind: 'text-to-video', model: 'kling-v3', state: 'current' }
    const offers = [
      { ...row, mode: 'pro' },
      { ...row, mode: 'std' },
    ] as never
    const catalog = { defaultModel: 'kling-v3', offers }
    expect(offerFor(catalog, { kind: 'text-to-video', prompt: 'x' })).toMatchObject({ mode: 'std' })
    expect(offerFor(catalog, { kind: 'text-to-video', prompt: 'x', model: 'kling-v9' })).toBeUndefined()
  })
})
