import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { journaled, openPurchases, type VideoProvider } from '@reelay/core'
import { createEmulator, type EmulatorServer, type ProviderId } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '@reelay/sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk, emulatedTime } from './cli-process.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3' } as const
const speed = 30

let desk: Desk
let emulator = createEmulator()
let server: EmulatorServer | undefined

beforeEach(async () => {
  desk = createDesk()
  emulator = createEmulator({ speed })
  server = await emulator.listen()
})
afterEach(async () => {
  await desk.close()
  await server?.close()
})

function reach(id: ProviderId): { baseURL: string; env: Readonly<Record<string, string>> } {
  const access = server?.providers[id]
  return {
    baseURL: access?.baseURL ?? '',
    env: { ...access?.env, ...emulatedTime(server?.url ?? '', speed) },
  }
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return desk.run(['resume', ...args], { env })
}

const journal = () => sqliteJournal(join(desk.folder, 'renders', 'journal.db'))

/** Buys, and goes away without waiting. */
async function buy(provider: VideoProvider, idempotencyKey: string): Promise<void> {
  await journaled(provider, journal())
    .submit(request, { idempotencyKey })
    .catch(() => undefined)
}

const clips = async (): Promise<readonly string[]> =>
  (await desk.files()).filter((name) => name.endsWith('.mp4'))

describe('reelay resume', () => {
  it('goes on with the others when one clip cannot be noted', async () => {
    const { baseURL, env } = reach('kling')
    const kling = createKling({ baseURL, apiKey: env.KLINGAI_API_KEY ?? '' })
    const { id } = await journaled(kling, journal()).submit(request, { idempotencyKey: 'a' })
    await buy(kling, 'b')
    const sidecar = join(desk.folder, 'renders', `kling-v3-std-${id}.mp4.json`)
    await mkdir(sidecar)
    const first = await run(['--base-url', baseURL, '--json'], env)
    expect(first.code).toBe(1)
    const lines = first.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([{ error: {} }, { sidecar: expect.any(String) }])
    await rmdir(sidecar)
    const second = await run(['--base-url', baseURL, '--json'], env)
    expect([second.code, JSON.parse(second.out)]).toMatchObject([0, { taskId: id }])
  })

  it('waits for every open task, saves its clip, and finds nothing the next time', async () => {
    const { baseURL, env } = reach('kling')
    const kling = createKling({ baseURL, apiKey: env.KLINGAI_API_KEY ?? '' })
    emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    for (const key of ['a', 'b']) await buy(kling, key)
    const first = await run(['--base-url', baseURL], env)
    expect(first.code).toBe(0)
    expect(await clips()).toHaveLength(2)
    expect(first.out.match(/actual +\$0\.42/g)).toHaveLength(2)
    const second = await run(['--base-url', baseURL], env)
    expect([second.code, second.out]).toEqual([0, expect.stringContaining('Nothing is open')])
    expect(emulator.control.ledger()).toHaveLength(2)
  })

  it('says what to do about a purchase without a verdict, until it is settled', async () => {
    const { baseURL, env } = reach('fal')
    const fal = createFal({ baseURL, apiKey: env.FAL_KEY ?? '' })
    emulator.control.fault({ on: 'create', kind: 'lost-after-create', times: 2 })
    for (const key of ['a', 'b']) await buy(fal, key)
    const flags = ['--base-url', baseURL]
    const unknown = await run(flags, env)
    expect(unknown.code).toBe(1)
    for (const part of ['No verdict: "a" at fal', 'Look again in a minute', '--settle b --as not-created'])
      expect(unknown.out).toContain(part)
    expect(await run(['--settle', 'a', '--as', 'not-created'])).toMatchObject({ code: 0 })
    const [, paid] = emulator.control.ledger()
    const [left] = await openPurchases(journal())
    const id = left?.id ?? ''
    const settled = await run(['--settle', id, '--as', 'created', '--task', paid?.taskId ?? ''])
    expect(settled).toMatchObject({ code: 0, out: expect.stringContaining('Run reelay resume') })
    const done = await run(flags, env)
    expect(done.code).toBe(0)
    expect(await clips()).toHaveLength(1)
    expect(emulator.control.requests().filter(({ op }) => op === 'create')).toHaveLength(2)
  })

  it.each([
    [['--journal', 'missing.db'], 'There is no journal missing.db'],
    [['--journal', 'renders/journal.jsonl'], 'Name that one: --journal renders/journal.db'],
    [['--as', 'created'], '--as and --task go with --settle'],
    [['--settel', 'a'], 'There is no flag --settel'],
    [['--settle', 'a', '--as', 'maybe'], '--as created, or --as not-created'],
    [['--settle', 'z', '--as', 'created'], 'These do:\n  "a" at fal'],
  ])('refuses %j', async (flags, words) => {
    const { baseURL, env } = reach('fal')
    emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
    await buy(createFal({ baseURL, apiKey: env.FAL_KEY ?? '' }), 'a')
    expect(await run(flags)).toMatchObject({ code: 2, err: expect.stringContaining(words) })
  })
})
