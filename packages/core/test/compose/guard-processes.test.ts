import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type EmulatorServer } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { usedSince } from '../../src/compose/used.ts'
import { guard, openPurchases, usd, wait } from '../../src/index.ts'
import { fileJournal } from '../../src/node/index.ts'

vi.setConfig({ testTimeout: 60_000 })

const script = join(import.meta.dirname, 'guard-child.ts')
let folder = ''
let path = ''
let emulator = createEmulator()
let server: EmulatorServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-guard-'))
  path = join(folder, 'journal.jsonl')
  emulator = createEmulator({ speed: 30 })
  server = await emulator.listen()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function child(order: object): Promise<readonly string[]> {
  const { baseURL, env } = server.providers.kling
  const running = spawn(process.execPath, [script, JSON.stringify({ path, baseURL, ...order })], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  running.stdout.on('data', (chunk) => (out += chunk))
  await once(running, 'close')
  return out ? JSON.parse(out) : []
}

async function used(): Promise<number> {
  const rows = []
  for await (const entry of fileJournal(path).entries())
    if (entry.type === 'reserved' || entry.type === 'spent') rows.push(entry)
  return usedSince(rows, 'default', 0)
}

it('two processes that share a journal accept exactly 4 of 100 submits at $0.21 against $1.00', async () => {
  const results = (await Promise.all([child({ submits: 50 }), child({ submits: 50 })])).flat()
  const refused = results.filter((result) => result !== 'accepted')
  expect(results).toHaveLength(100)
  expect(new Set(refused)).toEqual(new Set(['ERR_BUDGET']))
  expect([refused.length, emulator.control.ledger().length, await used()]).toEqual([96, 4, 840_000])
})

it('what a killed process had set aside goes on counting, and its task settles it', async () => {
  await child({ submits: 1, die: true })
  expect(await used()).toBe(210_000)
  expect((await child({ submits: 10 })).filter((result) => result === 'accepted')).toHaveLength(3)
  expect(await used()).toBe(840_000)

  const journal = fileJournal(path)
  const { baseURL, env } = server.providers.kling
  const kling = createKling({ baseURL, apiKey: env.KLINGAI_API_KEY })
  const provider = guard(kling, { budget: { amount: usd(1), windowMs: 3_600_000 }, journal })
  const open = (await openPurchases(journal)).find(({ state }) => state === 'unknown')
  if (!open) throw new Error('the killed process has left no open purchase')
  const found = await provider.find?.(open.submission)
  if (found?.state !== 'found') throw new Error('its task was not found')
  emulator.control.forceStatus(found.task.id, 'failed')
  const { status, cost } = await wait(provider, found.task.handle)
  expect([status, cost?.microUsd]).toEqual(['failed', 0])
  expect(await used()).toBe(630_000)
})
