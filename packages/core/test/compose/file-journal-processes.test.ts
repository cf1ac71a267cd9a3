import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmulator, type EmulatorServer } from '@reelay/emulator'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPurchases } from '../../src/index.ts'
import { fileJournal } from '../../src/node/index.ts'
import { entriesOf } from './journaled-support.ts'

vi.setConfig({ testTimeout: 60_000 })

const script = join(import.meta.dirname, 'file-journal-child.ts')
const children: ChildProcess[] = []
let folder = ''
let path = ''
let emulator = createEmulator()
let server: EmulatorServer | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-processes-'))
  path = join(folder, 'journal.jsonl')
  emulator = createEmulator()
  server = await emulator.listen()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await server?.close()
  await rm(folder, { recursive: true })
})

/** Runs one process to its end, or to its death. */
async function child(order: object): Promise<{ result?: unknown; error?: string; signal: unknown }> {
  const access = server?.providers[(order as { provider?: 'kling' | 'fal' }).provider ?? 'kling']
  const baseURL = access?.hosts ?? access?.baseURL
  const running = spawn(process.execPath, [script, JSON.stringify({ path, baseURL, ...order })], {
    env: { PATH: process.env.PATH, ...access?.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(running)
  let out = ''
  running.stdout.on('data', (chunk) => (out += chunk))
  const [, signal] = await once(running, 'close')
  return { ...(out ? JSON.parse(out) : {}), signal }
}

const creates = (): number => emulator.control.requests().filter(({ op }) => op === 'create').length

describe.each(['kling', 'fal'] as const)('processes that share a journal, on %s', (provider) => {
  const submit = { do: 'submit', provider }

  it('buy the same key once when they come at the same time', async () => {
    // Long enough for all of them to be under way.
    emulator.control.fault({ on: 'create', kind: 'slow', ms: 2_500 })
    const results = await Promise.all([child(submit), child(submit), child(submit)])
    const [entry] = emulator.control.ledger()
    expect(results.map(({ result }) => result)).toEqual([entry?.taskId, entry?.taskId, entry?.taskId])
    expect([emulator.control.ledger().length, creates()]).toEqual([1, 1])
  })

  it.each(['claimed', 'torn'])('go on at once when one died before its POST (%s)', async (die) => {
    expect((await child({ ...submit, die })).signal).toBe('SIGKILL')
    expect(creates()).toBe(0)
    // Two at once: the claim of the dead is taken over once.
    const results = await Promise.all([child(submit), child(submit)])
    const [entry] = emulator.control.ledger()
    expect(results.map(({ result }) => result)).toEqual([entry?.taskId, entry?.taskId])
    expect([emulator.control.ledger().length, creates()]).toEqual([1, 1])
    expect(await openPurchases(fileJournal(path))).toMatchObject([{ state: 'accepted' }])
  })

  it.each([
    ['intended', 0],
    ['posted', 1],
  ])('never pay twice when one died after its intent (%s)', async (die, paid) => {
    expect((await child({ ...submit, die })).signal).toBe('SIGKILL')
    expect(emulator.control.ledger()).toHaveLength(paid)
    const { result, error } = await child(submit)
    const [entry] = emulator.control.ledger()
    if (provider === 'kling') expect([result, emulator.control.ledger().length]).toEqual([entry?.taskId, 1])
    else expect([error, creates()]).toEqual(['ERR_SUBMISSION_UNKNOWN', paid])
    const [open] = await openPurchases(fileJournal(path))
    expect(open?.state).toBe(provider === 'kling' ? 'accepted' : 'unknown')
  })
})

describe('processes that share a journal', () => {
  it('never reserve more than there is', async () => {
    const orders = ['a', 'b', 'c'].map((name) => ({ do: 'reserve', name, budget: 21 * 40 + 20 }))
    const taken = await Promise.all(orders.map(child))
    expect(taken.reduce((sum, { result }) => sum + Number(result), 0)).toBe(40)
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(40)
  })

  it('lose nothing that was written when they are killed at any instant', async () => {
    const random = fc.sample(fc.nat(60), { numRuns: 9, seed: 1 })
    async function killed(name: string): Promise<readonly string[]> {
      const said: string[] = []
      for (const wait of random.splice(0, 3)) {
        const order = { path, do: 'churn', name: `${name}-${wait}` }
        const running = spawn(process.execPath, [script, JSON.stringify(order)])
        children.push(running)
        let out = ''
        for await (const chunk of running.stdout) {
          out += chunk
          // So many entries later, and thereby at some instant between two writes or in one.
          if (out.split('\n').length > wait) running.kill('SIGKILL')
        }
        said.push(...out.split('\n').slice(0, -1))
      }
      return said
    }
    const said = (await Promise.all(['a', 'b', 'c'].map(killed))).flat()
    const entries = await entriesOf(fileJournal(path))
    const settled = new Set(entries.flatMap((entry) => (entry.type === 'settled' ? [entry.purchase] : [])))
    expect(said.filter((id) => !settled.has(id))).toEqual([])
    expect(entries.filter(({ type }) => type === 'reserved').length).toBeLessThanOrEqual(100)
    await fileJournal(path).append({ type: 'settled', purchase: 'last', verdict: 'created', at: 1 })
  })

  it('take the lock of a dead one over', async () => {
    await mkdir(`${path}.claims`, { recursive: true })
    expect((await child({ do: 'lock' })).signal).toBe('SIGKILL')
    const taken = await Promise.all(['a', 'b'].map((name) => child({ do: 'reserve', name, budget: 210 })))
    expect(taken.reduce((sum, { result }) => sum + Number(result), 0)).toBe(10)
  })
})
