import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Journal, journaled, type VideoProvider } from '@reelay/core'
import { createEmulator, type Emulator, type EmulatorServer } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '@reelay/sql'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDesk, type Desk } from './cli-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const request = {
  kind: 'text-to-video',
  prompt: 'A paper boat',
  model: 'kling-v3',
  mode: 'std',
  duration: 5,
} as const
let desk: Desk
let emulator: Emulator
let server: EmulatorServer
let journal: Required<Journal>
let kling: VideoProvider

beforeEach(async () => {
  desk = createDesk()
  emulator = createEmulator({ kling: { queuedMs: 0, processingMs: 0 } })
  server = await emulator.listen()
  journal = sqliteJournal(join(desk.folder, 'journal.db'))
  const { baseURL, env } = server.providers.kling
  kling = journaled(createKling({ baseURL, official: true, apiKey: env.KLINGAI_API_KEY ?? '' }), journal)
  const main = { use: 'kling', baseURL, official: true, apiKey: { env: 'BOOKS_KEY' } }
  await writeFile(join(desk.folder, 'reelay.config.json'), JSON.stringify({ providers: { main } }))
})
afterEach(async () => {
  await journal.close()
  await server.close()
  await desk.close()
})

async function buy(key: string, factor = 1): Promise<string> {
  emulator.control.chargeNext({ factor })
  const { handle } = await kling.submit(request, { idempotencyKey: key })
  await kling.get(handle)
  return handle.id
}

const spend = (...args: readonly string[]) =>
  desk.run(['spend', '--journal', 'journal.db', ...args], {
    env: { BOOKS_KEY: server.providers.kling.env.KLINGAI_API_KEY ?? '' },
  })

it('adds up what was bought and names what was charged otherwise than quoted, sending nothing', async () => {
  await buy('usual')
  const odd = await buy('odd', 1.5)
  const before = emulator.control.requests().length
  const { code, out, err } = await spend()
  expect([code, emulator.control.requests().length]).toEqual([0, before])
  const [heading = '', row = ''] = out.split('\n')
  expect(heading.trim().split(/ {2,}/)).toEqual([
    'day',
    'provider',
    'model',
    'billed',
    'quoted',
    'charged',
    'a second',
    'drift',
  ])
  expect(row.trim().split(/ {2,}/).slice(1)).toEqual([
    'kling',
    'kling-v3 std',
    '2',
    '$0.84',
    '$1.05',
    '$0.105',
    '+25 %',
  ])
  expect(out).toContain(`Not as quoted:\n  Task ${odd} was quoted at $0.42`)
  expect(err).toContain('2 purchases, quoted at $0.84 at the most, charged $1.05.')
})

it('asks the providers for their books where it is told to: what they know beside the journal shows', async () => {
  await buy('usual')
  const stranger = await createKling({
    baseURL: server.providers.kling.baseURL,
    official: true,
    apiKey: server.providers.kling.env.KLINGAI_API_KEY ?? '',
  }).submit({ ...request, prompt: 'not through the journal' })
  const { code, out, err } = await spend('--usage')
  expect(code).toBe(0)
  expect(out).toContain(`Bought elsewhere:\n  Task ${stranger.id} at kling`)
  expect(err).toContain('Not checked: kling: Charges of the last 60 minutes may be missing')
  const document = JSON.parse((await spend('--usage', '--json')).out)
  expect(document).toMatchObject({
    purchases: 1,
    billedMicroUsd: 420_000,
    drifts: [],
    elsewhere: [{ taskId: stranger.id }],
  })
  // Books that are closed to it stop nobody.
  const closed = await desk.run(['spend', '--journal', 'journal.db', '--usage'], {
    env: { BOOKS_KEY: 'nobody-has-this-key' },
  })
  expect([closed.code, closed.err]).toEqual([
    0,
    expect.stringContaining('Not checked: kling (account default):'),
  ])
})

it('prints CSV for a sheet', async () => {
  await buy('usual')
  const [heading, row] = (await spend('--csv')).out.trim().split('\n')
  expect(heading).toBe(
    'day,provider,account,host,model,mode,purchases,succeeded,billed,quoted_micro_usd,billed_micro_usd,billed_seconds,per_second_micro_usd,drift_share',
  )
  expect(row).toMatch(/^\d{4}-\d\d-\d\d,kling,default,,kling-v3,std,1,1,1,420000,420000,5,84000,0$/)
})

it.each([
  [['--json', '--csv'], 'not both'],
  [['--config', 'x.json'], 'only with --usage'],
  [['--since', 'yesterday'], '--since takes a date'],
  [['--since', '1d', '--until', '2d'], 'not before --until'],
])('refuses %j', async (args, message) => {
  const { code, err } = await spend(...args)
  expect([code, err]).toEqual([2, expect.stringContaining(message)])
})
