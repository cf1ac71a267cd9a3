import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk } from './cli-process.ts'
import { createStudio, type Studio } from './cli-studio.ts'

let desk: Desk
let studio: Studio
beforeEach(async () => {
  desk = createDesk()
  studio = await createStudio()
})
afterEach(async () => {
  await desk.close()
  await studio.close()
})

// Bought an hour ago: it is looked at as soon as somebody waits.
const handle = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1,
  provider: 'kling',
  account: 'default',
  id: 'task-7',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text2video',
  idempotencyKey: 'shot-7',
  requestHash: 'h',
  submittedAt: Date.now() - 3_600_000,
  ...more,
})

const record = () => ({
  v: 1,
  file: 'kling-v3-std-task-7.mp4',
  request: { kind: 'text-to-video', prompt: 'A kept prompt', duration: 5 },
  command: 'reelay generate mine',
  handle: handle(),
})

const clip = 'kling-v3-std-task-7.mp4'
const wait = (...args: readonly string[]) => ({
  with: (input?: string) =>
    desk.run(['wait', ...args, '--base-url', studio.url], {
      env: studio.env,
      ...(input === undefined ? {} : { input }),
    }),
})

async function put(file: string, value: unknown): Promise<string> {
  await mkdir(join(desk.folder, 'renders'), { recursive: true })
  await writeFile(join(desk.folder, file), typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

describe('reelay wait', () => {
  it('finishes a handle, writes the sidecar that generate writes, and leaves the handle as it is', async () => {
    await put('task.json', handle())
    const before = await readFile(join(desk.folder, 'task.json'), 'utf8')
    const ended = await wait('task.json', '--json').with()
    expect(ended.code).toBe(0)
    const sidecar = await desk.json(join('renders', `${clip}.json`))
    expect(sidecar).toMatchObject({
      taskId: 'task-7',
      nativeModel: 'kling-v3',
      renderMs: 40_000,
      url: `${studio.url}/file.mp4`,
      // Nobody knows the rest, and nothing is made up.
      request: { kind: 'text-to-video', model: 'kling-v3', mode: 'std' },
    })
    expect(sidecar.request).not.toHaveProperty('duration')
    expect(JSON.parse(ended.out)).toMatchObject({
      taskId: 'task-7',
      path: join(desk.folder, 'renders', clip),
    })
    expect(await readFile(join(desk.folder, 'task.json'), 'utf8')).toBe(before)
    expect(studio.posts()).toBe(0)
  })

  it.each([
    ['a sidecar', `renders/${clip}.json`, () => JSON.stringify(record(), undefined, 2)],
    ['a run log of one line', 'renders/renders.jsonl', () => `${JSON.stringify(record())}\n`],
  ])('takes %s, which stays byte for byte what it was', async (_what, file, text) => {
    await put(file, text())
    const before = await stat(join(desk.folder, file))
    const kept = await readFile(join(desk.folder, file), 'utf8')
    const ended = await wait(file).with()
    expect(ended.code).toBe(0)
    expect(await desk.files()).toContain(clip)
    expect(await readFile(join(desk.folder, file), 'utf8')).toBe(kept)
    expect((await stat(join(desk.folder, file))).mtimeMs).toBe(before.mtimeMs)
  })

  it.each([
    ['a line of a run log', () => JSON.stringify(record())],
    [
      'a verdict of a journal',
      () => JSON.stringify({ type: 'verdict', outcome: 'accepted', handle: handle() }),
    ],
    ['an error as JSON', () => JSON.stringify({ error: { code: 'ERR_TIMEOUT', handle: handle() } })],
    ['a byte order mark', () => `\ufeff${JSON.stringify(handle())}\r\n`],
  ])('takes %s from stdin', async (_what, text) => {
    const ended = await wait('-', '--out', 'clips').with(text())
    expect([ended.code, await desk.files('clips')]).toEqual([
      0,
      expect.arrayContaining([clip, `${clip}.json`]),
    ])
  })

  it('notes what was ordered where its input says so', async () => {
    await wait('-').with(JSON.stringify(record()))
    expect(await desk.json(join('renders', `${clip}.json`))).toMatchObject({
      prompt: 'A kept prompt',
      command: 'reelay generate mine',
    })
  })

  it.each([
    ['nothing', '', 'does not hold a task handle'],
    ['no JSON', 'task-7', 'does not hold a task handle'],
    [
      'two tasks',
      [handle(), handle({ id: 'task-8' })].map((one) => JSON.stringify(one)).join('\n'),
      'names 2 tasks',
    ],
    [
      'a lost purchase',
      JSON.stringify({ error: { submission: { idempotencyKey: 'k' } } }),
      'use reelay resume',
    ],
    ['a foreign provider', JSON.stringify(handle({ provider: 'acme' })), 'for which nobody here answers'],
  ])('refuses %s', async (_what, text, words) => {
    expect(await wait('-').with(text)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
    expect(await desk.files()).toEqual([])
  })

  it('never lets a name lead out of its folder', async () => {
    await put('a/b/task.json', '').catch(() => undefined)
    const evil = { id: 'task-/../../../../evil', idempotencyKey: '../../../evil', model: '../x' }
    const ended = await wait('-', '--out', 'deep/er/clips').with(JSON.stringify(handle(evil)))
    const all = await desk.files('.')
    expect(all.filter((file) => /evil/.test(file) && !file.startsWith('deep/er/clips/'))).toEqual([])
    expect(ended.err).not.toMatch(/TypeError|URIError/)
  })

  it('asks the account that the configuration gives the task', async () => {
    const providers = {
      main: { use: 'kling', account: 'studio', baseURL: studio.url, apiKey: { env: 'STUDIO_KEY' } },
      other: 'fal',
    }
    await put('reelay.config.json', { providers })
    await put('task.json', handle({ account: 'studio' }))
    const ended = await desk.run(['wait', 'task.json'], { env: { STUDIO_KEY: 'key-12345678' } })
    expect(ended.code).toBe(0)
    expect(await desk.files()).toContain(clip)
  })
})
