import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { mostOf, openPurchases, settle, systemClock } from '@reelay/core'
import { createEmulator } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openBooks } from './books.ts'
import { type ChainOrder, filmOf, noVerdict, prices } from './chain-child.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 })

const script = join(import.meta.dirname, 'chain-child.ts')
const speed = 400
const ever = 1e12

let folder: string
const base = Date.now()
const emulator = createEmulator({
  speed,
  kling: { queuedMs: 1_000, processingMs: 12_000, urlTtlMs: ever, unverifiedModels: 'accept' },
})
let server: Awaited<ReturnType<typeof emulator.listen>>
/** How many more events a child lives to see. */
let left = Number.POSITIVE_INFINITY
let seen = 0
let child: ReturnType<typeof spawn> | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-chain-'))
  server = await emulator.listen()
  emulator.control.setBalance(1_000_000, { provider: 'kling' })
  emulator.control.onEvent(async () => {
    seen += 1
    left -= 1
    if (left === 0) {
      child?.kill('SIGKILL')
      await once(child as NonNullable<typeof child>, 'close')
    }
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const orderOf = (key: string): ChainOrder => {
  const { baseURL } = server.providers.kling
  return { baseURL, journal: join(folder, `${key}.db`), key, speed, base }
}

/** One life of a program; killed when it has seen so many events. */
async function live(
  key: string,
  events = Number.POSITIVE_INFINITY,
  more: Partial<ChainOrder> = {},
): Promise<number | null> {
  left = events
  child = spawn(process.execPath, [script, JSON.stringify({ ...orderOf(key), ...more })], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...server.providers.kling.env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (child.exitCode === null) await once(child, 'close')
  return child.exitCode
}

const paid = (): number => emulator.control.ledger().reduce((sum, { microUsd }) => sum + microUsd, 0)

/** What a person does about a step without a verdict: looks into the bill, where it was charged or not. */
async function settleByHand(key: string): Promise<number> {
  const journal = openBooks({ sqlite: join(folder, `${key}.db`) })
  const open = (await openPurchases(journal)).filter(({ state }) => state === 'unknown')
  // Some minutes later, by the emulator's time: nothing is under way any more.
  const later = Date.now() - base
  const clock = { ...systemClock, now: () => base + later * speed + 10 * 60_000 }
  for (const { id } of open) await settle(journal, id, 'not-created', { clock })
  await journal.close()
  return open.length
}

it('a chain killed at any instant goes on, and pays for no step twice', async () => {
  const bare = createKling({ apiKey: 'made-up', prices })
  const { budget, steps } = filmOf(bare, 'plan').plan()
  const quoted = steps.reduce((sum, { quote }) => sum + (mostOf(quote) ?? Number.NaN), 0)
  expect([budget.max, budget.isComplete]).toEqual([quoted, true])

  seen = 0
  expect(await live('whole')).toBe(0)
  const whole = paid()
  // The emulator's own ledger has what the face cost too.
  expect(whole).toBe(budget.max)
  const events = seen
  expect(events).toBeGreaterThan(20)

  const broken: string[] = []
  let [byHand, deaths] = [0, 0]
  for (let at = 1; at <= events; at++) {
    const key = `film-${at}`
    const before = paid()
    const end = await live(key, at)
    // A life that has fewer looks at its tasks than the first one, may be over by then.
    if (end !== 0) expect(end, `killed at event ${at}`).toBe(null)
    if (end === null) deaths += 1
    let code = await live(key)
    let twice = 0
    if (code === noVerdict) {
      // Reported again, and never sent again, until a person has looked.
      const spent = paid()
      if ((await live(key)) !== noVerdict || paid() !== spent)
        broken.push(`${key}: went on without a verdict`)
      byHand += await settleByHand(key)
      // Where it was charged after all, the person said so knowing that it is paid for anew.
      twice = 7_000
      code = await live(key)
    }
    if (code !== 0) broken.push(`${key}: ended with ${code}`)
    const cost = paid() - before
    if (cost !== whole && cost !== whole + twice) broken.push(`${key}: cost ${cost} instead of ${whole}`)
  }
  console.log(`${deaths} deaths of a chain, ${byHand} settled by hand, each film paid for once`)
  expect(broken).toEqual([])
  expect(deaths).toBeGreaterThan(20)
  expect(byHand).toBeGreaterThan(0)
  // The two calls that take no id of ours, and of each the few instants while it is under way.
  expect(byHand).toBeLessThan(12)
})

it('the same deaths show when a program keeps no journal', async () => {
  const before = paid()
  await live('whole-forgetful', undefined, { forgetful: true })
  const whole = paid() - before
  seen = 0
  await live('count', undefined, { forgetful: true })
  // Something is paid for by then, whatever the number of looks.
  const middle = Math.ceil(seen / 2)
  const after = paid()
  expect(await live('forgotten', middle, { forgetful: true })).toBe(null)
  expect(await live('forgotten', undefined, { forgetful: true })).toBe(0)
  expect(paid() - after).toBeGreaterThan(whole)
})
