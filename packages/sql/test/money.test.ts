import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  type Clock,
  failover,
  govern,
  guard,
  journaled,
  openPurchases,
  ReelayError,
  systemClock,
  unreadableOrders,
  usd,
  type VideoProvider,
} from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { temporary } from './support.ts'

const request = {
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  prompt: 'A paper boat',
  duration: 5,
} as const

/** fal's queue, in process: what was made, and what becomes of an answer. */
function queue(lose: () => Promise<void> | undefined = () => undefined): {
  readonly made: string[]
  fal(clock?: Clock): VideoProvider
} {
  const made: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { method, url } = new Request(input, { ...init, body: null })
    if (method !== 'POST') {
      const id = /requests\/([^/]+)/.exec(url)?.[1]
      return Response.json({ request_id: id, status: 'IN_PROGRESS' })
    }
    const id = `task-${made.length + 1}`
    made.push(id)
    await lose()
    return Response.json({ status: 'IN_QUEUE', request_id: id })
  }
  return {
    made,
    fal: (clock) => createFal({ apiKey: 'key-id-1:key-secret-1', fetch, ...(clock && { clock }) }),
  }
}

function journalAt(file: string): ReturnType<typeof sqliteJournal> {
  const journal = sqliteJournal(file)
  onTestFinished(() => journal.close())
  return journal
}

const fileHere = (): string => join(temporary(), 'reelay.db')

const said = (work: Promise<{ readonly id: string }>): Promise<string> =>
  work.then(
    ({ id }) => id,
    (error: unknown) => {
      if (!ReelayError.isInstance(error)) throw error
      return `${error.code} ${error.outcome}`
    },
  )

describe('what a later version wrote', () => {
  it('is no proof that nothing was bought', async () => {
    const file = fileHere()
    const { made, fal } = queue()
    const key = { idempotencyKey: 'order-77' }
    expect(await said(journaled(fal(), journalAt(file)).submit(request, key))).toBe('task-1')
    const database = new DatabaseSync(file)
    database.exec(`UPDATE reelay_orders SET doc = replace(doc, '"v":1', '"v":2')`)
    database.close()
    const journal = journalAt(file)
    expect(await said(journaled(fal(), journal).submit(request, key))).toBe('ERR_SUBMISSION_UNKNOWN unknown')
    expect(made).toEqual(['task-1'])
    expect(await unreadableOrders(journal)).toMatchObject([
      { key: 'order-77', why: expect.stringContaining('version 2') },
    ])
    // Other keys are served.
    expect(await said(journaled(fal(), journal).submit(request, { idempotencyKey: 'order-78' }))).toBe(
      'task-2',
    )
  })
})

describe('a budget for all time', () => {
  it('is not given back by pruning', async () => {
    const journal = journalAt(fileHere())
    const { made, fal } = queue()
    const budget = { amount: usd(0.9), windowMs: Number.POSITIVE_INFINITY }
    const buy = (): Promise<string> => said(guard(fal(), { budget, journal }).submit(request))
    expect([await buy(), await buy(), await buy()]).toEqual(['task-1', 'task-2', 'ERR_BUDGET none'])
    await journal.prune(1, Date.now() + 31 * 86_400_000)
    expect(await buy()).toBe('ERR_BUDGET none')
    expect(made).toHaveLength(2)
  })
})

describe('an intent written by a clock a day ahead', () => {
  it('holds a submit up for the time that a request takes, not for a day', async () => {
    const file = fileHere()
    const lost = queue(() => new Promise(() => undefined))
    const ahead = Date.now() + 86_400_000
    const stopped: Clock = { now: () => ahead, sleep: () => new Promise(() => undefined) }
    // Its process dies with the request under way, and its clock is set right.
    void journaled(lost.fal(stopped), journalAt(file)).submit(request, { idempotencyKey: 'order-77' })
    const journal = journalAt(file)
    await expect.poll(() => lost.made.length, { timeout: 10_000 }).toBe(1)
    const clock = createVirtualClock()
    const from = clock.now()
    const { made, fal } = queue()
    const again = journaled(fal(clock), journal).submit(request, { idempotencyKey: 'order-77' })
    // What cannot be looked for is unknown, by whatever word the look failed.
    expect(await said(again)).toMatch(/ unknown$/)
    expect(clock.now() - from).toBeLessThan(10 * 60_000)
    expect(made).toEqual([])
  }, 60_000)
})

describe('two submits of one key in one millisecond', () => {
  it('are one purchase, which stays though the second is given up', async () => {
    const file = fileHere()
    let answers = (): void => undefined
    const kept = new Promise<void>((done) => {
      answers = done
    })
    const { made, fal } = queue(() => kept)
    const journal = journalAt(file)
    const provider = journaled(fal({ now: () => 1_764_158_400_000, sleep: systemClock.sleep }), journal)
    const keys = Array.from({ length: 20 }, (_, index) => `order-${index}`)
    const second = new AbortController()
    const first = keys.map((idempotencyKey) => said(provider.submit(request, { idempotencyKey })))
    await expect.poll(() => made.length, { timeout: 20_000 }).toBe(20)
    const given = keys.map((idempotencyKey) =>
      provider
        .submit(request, { idempotencyKey, abortSignal: second.signal })
        .catch((error: unknown) => error),
    )
    // Long enough for each to see that the first is at it.
    await journal.order('order-0')
    await new Promise((done) => setImmediate(done))
    second.abort(new Error('the second callers left'))
    await Promise.all(given)
    // As another process finds it, should this one die now.
    const open = await openPurchases(journalAt(file))
    expect(open.map(({ state }) => state)).toEqual(keys.map(() => 'unknown'))
    answers()
    expect((await Promise.all(first)).sort()).toEqual([...made].sort())
    expect((await openPurchases(journal)).map(({ state }) => state)).toEqual(keys.map(() => 'bought'))
    expect(made).toHaveLength(20)
  }, 60_000)
})

describe('an order that is bought already', () => {
  it('is answered before budgets, prices, people and slots are asked', async () => {
    const journal = journalAt(fileHere())
    const { made, fal } = queue()
    const key = { idempotencyKey: 'order-77' }
    const budget = { amount: usd(0.6), windowMs: 86_400_000 }
    const stack = (within: (provider: VideoProvider) => VideoProvider): Promise<string> =>
      said(journaled(within(fal()), journal).submit(request, key))
    const asked: string[] = []
    const confirm = (): boolean => {
      asked.push('a person')
      return false
    }
    expect(await stack((one) => guard(failover([one]), { budget, journal }))).toBe('task-1')
    expect(await stack((one) => guard(failover([one]), { budget, journal }))).toBe('task-1')
    expect(await stack((one) => guard(failover([one]), { confirm }))).toBe('task-1')
    expect(await stack((one) => guard(failover([one]), { maxCostPerTask: 1 }))).toBe('task-1')
    const governed = govern(fal(), { concurrency: 1, maxWaitMs: 50 })
    expect(await said(governed.submit(request))).toBe('task-2')
    expect(await stack(() => governed)).toBe('task-1')
    expect([made, asked]).toEqual([['task-1', 'task-2'], []])
  }, 60_000)
})
