import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { guard, journaled, openPurchases, usd, wait } from '@reelay/core'
import { createEmulator, type Emulator, type EmulatorServer } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { temporary } from './support.ts'

const script = join(import.meta.dirname, 'purchase-child.ts')

interface Place {
  readonly path: string
  readonly emulator: Emulator
  readonly server: EmulatorServer
}

async function place(options: Parameters<typeof createEmulator>[0] = {}): Promise<Place> {
  const emulator = createEmulator(options)
  const server = await emulator.listen()
  onTestFinished(() => server.close())
  return { path: join(temporary(), 'reelay.db'), emulator, server }
}

const journalOf = ({ path }: Place): ReturnType<typeof sqliteJournal> => {
  const journal = sqliteJournal(path)
  onTestFinished(() => journal.close())
  return journal
}

interface Asked {
  readonly provider?: 'kling' | 'fal'
  readonly die?: string
  readonly submits?: number
  readonly inFlightMs?: number
}

interface Ended {
  readonly results: readonly string[]
  readonly signal: unknown
}

/** Runs one process to its end, or to its death. */
async function child({ path, server }: Place, asked: Asked): Promise<Ended> {
  const access = server.providers[asked.provider ?? 'kling']
  const baseURL = access.hosts ?? access.baseURL
  const running = spawn(process.execPath, [script, JSON.stringify({ path, baseURL, ...asked })], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...access.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void running.kill('SIGKILL'))
  let out = ''
  running.stdout.on('data', (chunk) => {
    out += chunk
  })
  const [, signal] = await once(running, 'close')
  return { results: out ? JSON.parse(out) : [], signal }
}

const creates = ({ emulator }: Place): number =>
  emulator.control.requests().filter(({ op }) => op === 'create').length

const bought = ({ emulator }: Place): readonly string[] =>
  emulator.control.ledger().map(({ taskId }) => taskId)

describe.each(['kling', 'fal'] as const)('processes that share a journal, on %s', (provider) => {
  it('buy the same key once when they come at the same time', async () => {
    const here = await place()
    // Long enough for all of them to be under way.
    here.emulator.control.fault({ on: 'create', kind: 'slow', ms: 2_500 })
    const ended = await Promise.all([1, 2, 3].map(() => child(here, { provider })))
    const [task] = bought(here)
    expect(ended.flatMap(({ results }) => results)).toEqual([task, task, task])
    expect([bought(here).length, creates(here)]).toEqual([1, 1])
  })

  it('go on at once when one died inside the transaction of its intent', async () => {
    const here = await place()
    expect((await child(here, { provider, die: 'inside' })).signal).toBe('SIGKILL')
    expect(creates(here)).toBe(0)
    const ended = await Promise.all([1, 2].map(() => child(here, { provider })))
    const [task] = bought(here)
    expect(ended.flatMap(({ results }) => results)).toEqual([task, task])
    expect([bought(here).length, creates(here)]).toEqual([1, 1])
    expect(await openPurchases(journalOf(here))).toMatchObject([{ state: 'bought' }])
  })

  it.each([
    ['intended', 0],
    ['posted', 1],
  ])('never pay twice when one died after its intent (%s)', async (die, paid) => {
    const here = await place()
    expect((await child(here, { provider, die, inFlightMs: 1_000 })).signal).toBe('SIGKILL')
    expect(bought(here)).toHaveLength(paid)
    // As long as a dead process is taken for one that is still at it.
    const { results } = await child(here, { provider, inFlightMs: 1_000 })
    if (provider === 'kling') expect([results, bought(here).length]).toEqual([bought(here), 1])
    else expect([results, creates(here)]).toEqual([['ERR_SUBMISSION_UNKNOWN'], paid])
    const [open] = await openPurchases(journalOf(here))
    expect(open?.state).toBe(provider === 'kling' ? 'bought' : 'unknown')
  })
})

describe('processes that share a budget', () => {
  it('accept exactly 4 of 100 submits at $0.21 against $1.00', async () => {
    const here = await place({ speed: 30 })
    const ended = await Promise.all([child(here, { submits: 50 }), child(here, { submits: 50 })])
    const results = ended.flatMap((one) => one.results)
    const refused = results.filter((result) => result !== 'accepted')
    expect(results).toHaveLength(100)
    expect(new Set(refused)).toEqual(new Set(['ERR_BUDGET']))
    expect([refused.length, bought(here).length]).toEqual([96, 4])
  })

  it('go on counting what a killed one had set aside, until its task says what it took', async () => {
    const here = await place({ speed: 30 })
    expect((await child(here, { submits: 1, die: 'posted' })).signal).toBe('SIGKILL')
    expect(bought(here)).toHaveLength(1)
    const { results } = await child(here, { submits: 10 })
    expect(results.filter((result) => result === 'accepted')).toHaveLength(3)
    const journal = journalOf(here)
    const [unknown] = (await openPurchases(journal)).filter(({ state }) => state === 'unknown')
    const { baseURL, env } = here.server.providers.kling
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
    const budget = { amount: usd(1), windowMs: 3_600_000 }
    const kling = journaled(guard(createKling({ baseURL, official: true }), { budget, journal }), journal)
    if (!unknown || !kling.find) throw new Error('there is nothing to look for')
    const found = await kling.find(unknown.submission)
    if (found.state !== 'found') throw new Error(`it is ${found.state}`)
    expect(bought(here)).toContain(found.task.id)
    await wait(kling, found.task.handle)
    const rows = await journal.reservations('default', { key: unknown.submission.idempotencyKey })
    expect(rows).toMatchObject([{ spent: true }])
  })
})
