import { clockAt, refusal } from '@reelay/rig/deliveries'
import { describe, expect, it } from 'vitest'
import {
  acceptCallback,
  memoryJournal,
  type Outcome,
  openPurchases,
  type Submission,
  settle,
  type TaskEvent,
} from '../../src/index.ts'
import { handleOf } from '../../src/provider/task/normalize.ts'
import { conclude, intend, rejection, story, submission, watched } from '../compose/journaled-support.ts'

const id = submission.attempt
const clock = clockAt(9_000)

/** A verified event about the submission above, as its callback tells it. */
function eventOf(
  taskId = 'task-1',
  of: Submission = submission,
  status: 'running' | 'succeeded' = 'running',
): TaskEvent {
  const handle = handleOf(of, taskId, of.startedAt)
  const shared = { id: taskId, handle, nativeStatus: status, warnings: [] }
  const outputs = [{ kind: 'video', url: 'https://cdn.example.com/a.mp4', mediaType: 'video/mp4' }] as const
  const cost = { microUsd: 700_000, native: { amount: 7, unit: 'unit' }, basis: 'derived' } as const
  return {
    provider: of.provider,
    account: of.account,
    deliveryId: `fake ${taskId} ${status}`,
    verified: true,
    at: 5_000,
    taskId,
    nativeStatus: status,
    status,
    submission: of,
    handle,
    task: status === 'succeeded' ? { ...shared, status, outputs, cost } : { ...shared, status },
  }
}

/** A journal in which each of these was about to leave, and what came of the first. */
async function journalWith(intents: readonly Submission[] = [submission], outcome?: Outcome) {
  const journal = memoryJournal()
  for (const one of intents) await intend(journal, one, 1_000)
  const [first] = intents
  if (first && outcome) await conclude(journal, first, outcome, 2_000)
  return journal
}

describe('a callback', () => {
  it.each([
    ['was lost', 'unknown'],
    ['is still on its way', undefined],
  ] as const)('settles a purchase whose answer %s', async (_what, outcome) => {
    const journal = await journalWith([submission], outcome)
    expect(await acceptCallback(journal, eventOf(), { clock })).toBe('accepted')
    const [purchase] = await openPurchases(journal)
    expect(purchase).toMatchObject({
      id,
      state: 'bought',
      handle: handleOf(submission, 'task-1', 1_000),
      at: 9_000,
    })
  })

  it('closes it with its cost, when the task has ended', async () => {
    const journal = await journalWith([submission], 'unknown')
    await acceptCallback(journal, eventOf('task-1', submission, 'succeeded'), { clock })
    expect(await openPurchases(journal)).toEqual([])
    expect(await story(journal)).toEqual(['fake accepted', 'succeeded'])
  })

  it('may come again, and late, without a change more', async () => {
    const journal = await journalWith()
    const ended = eventOf('task-1', submission, 'succeeded')
    const all = [eventOf(), eventOf(), ended, ended, eventOf()]
    const results = []
    for (const event of all) results.push(await acceptCallback(journal, event, { clock }))
    expect(results).toEqual(['accepted', 'known', 'known', 'known', 'known'])
    expect(await story(journal)).toEqual(['fake accepted', 'succeeded'])
  })

  it('about a second task is refused: a purchase never has two', async () => {
    const journal = await journalWith()
    await acceptCallback(journal, eventOf('task-1'))
    const error = await refusal(acceptCallback(journal, eventOf('task-2')))
    expect(error).toMatchObject({ reason: 'foreign', outcome: 'accepted', handle: { id: 'task-1' } })
    expect(error.message).toContain('task-2')
    expect(await story(journal)).toEqual(['fake accepted'])
  })

  it.each([
    ['attempt', { attempt: 'attempt-2' }],
    ['attempt of the same millisecond', { attempt: 'attempt-2', startedAt: submission.startedAt }],
  ])('that names another %s than was sent is refused, and nothing is written', async (_what, change) => {
    const journal = await journalWith([submission], 'unknown')
    const error = await refusal(acceptCallback(journal, eventOf('task-1', { ...submission, ...change })))
    expect([error.reason, error.outcome]).toEqual(['foreign', 'unknown'])
    expect(await story(journal)).toEqual(['fake unknown'])
  })

  it('with a task that is another purchase’s already is refused', async () => {
    const other = { ...submission, idempotencyKey: 'order-2', attempt: 'attempt-2' }
    const elsewhere = { ...submission, idempotencyKey: 'order-3', attempt: 'attempt-3', account: 'studio' }
    const journal = await journalWith([submission, other, elsewhere])
    await acceptCallback(journal, eventOf('task-1'))
    expect((await refusal(acceptCallback(journal, eventOf('task-1', other)))).reason).toBe('foreign')
    expect(await acceptCallback(journal, eventOf('task-1', elsewhere))).toBe('accepted')
  })

  it('cannot rename what was bought: the journal’s own word counts', async () => {
    const journal = await journalWith()
    await acceptCallback(journal, eventOf('task-1', { ...submission, model: 'kling-v9', route: 'other' }))
    const [purchase] = await openPurchases(journal)
    expect(purchase?.handle).toMatchObject({ model: 'kling-v3', route: 'text' })
  })

  it('about a purchase the journal does not know, or about none, changes nothing', async () => {
    const journal = await journalWith()
    const foreign = eventOf('task-1', { ...submission, idempotencyKey: 'order-2' })
    const { submission: _submission, handle: _handle, task: _task, ...nameless } = eventOf()
    expect(await acceptCallback(journal, foreign)).toBe('not-ours')
    expect(await acceptCallback(journal, nameless)).toBe('not-ours')
    expect(await story(journal)).toEqual(['fake without a verdict'])
  })

  it('that nobody has confirmed is refused', async () => {
    const journal = await journalWith()
    const { task: _task, ...hint } = eventOf()
    expect((await refusal(acceptCallback(journal, { ...hint, verified: false }))).reason).toBe('unconfirmed')
    expect(await story(journal)).toEqual(['fake without a verdict'])
  })

  it('settles the very attempt that it names, of several under one key', async () => {
    const journal = await journalWith([submission], 'rejected')
    const second = { ...submission, attempt: 'attempt-2', startedAt: 3_000 }
    await intend(journal, second, 3_000)
    expect(await acceptCallback(journal, eventOf('task-1', second))).toBe('accepted')
    expect((await openPurchases(journal))[0]?.handle?.submittedAt).toBe(3_000)
    expect(await story(journal)).toEqual(['fake rejected', 'fake accepted'])
  })

  it('names the task of a purchase that was settled by hand as created', async () => {
    const journal = await journalWith([submission], 'unknown')
    await settle(journal, id, 'created')
    expect(await acceptCallback(journal, eventOf())).toBe('accepted')
    expect((await openPurchases(journal))[0]?.handle?.id).toBe('task-1')
  })

  it('takes the key back from a purchase that was thought to be free', async () => {
    const journal = await journalWith([submission], 'rejected')
    expect(await acceptCallback(journal, eventOf())).toBe('accepted')
    const again = intend(journal, { ...submission, attempt: 'attempt-2' }, 9_000)
    await expect(again).rejects.toThrow('bought')
  })
})

describe('callbacks that come in a crowd', () => {
  it('look at their own purchase alone, and two about one never settle it twice', async () => {
    const inner = memoryJournal()
    const asked: string[] = []
    const journal = watched(inner, async (method) => void asked.push(method))
    const keys = Array.from({ length: 100 }, (_, number) => `order-${number}`)
    const of = (idempotencyKey: string) => ({
      ...submission,
      idempotencyKey,
      attempt: `of ${idempotencyKey}`,
    })
    for (const key of keys) await intend(inner, of(key), 1_000)
    const tell = (key: string, taskId: string) => acceptCallback(journal, eventOf(taskId, of(key)), { clock })
    const first = keys.map((key) => tell(key, `task of ${key}`))
    const again = keys.map((key) => tell(key, `task of ${key}`))
    const rival = rejection(tell('order-7', 'another'))
    const results = (await Promise.all([...first, ...again])).toSorted()
    expect(results).toEqual([...keys.map(() => 'accepted'), ...keys.map(() => 'known')])
    expect((await rival).code).toBe('ERR_WEBHOOK')
    // Per delivery: its order, the name of its task, and the change; never the whole journal.
    expect(asked.length).toBeLessThanOrEqual(3 * (2 * keys.length + 1))
    expect((await openPurchases(inner)).map(({ state }) => state)).toEqual(keys.map(() => 'bought'))
  })

  it('fail when the journal does, and the next is tried anew', async () => {
    const inner = await journalWith()
    for (const broken of ['order', 'named', 'change']) {
      const gone = new Error('the disk is gone')
      const journal = watched(inner, (method) => (method === broken ? Promise.reject(gone) : undefined))
      expect(await rejection(acceptCallback(journal, eventOf(), { clock }))).toBe(gone)
    }
    expect(await acceptCallback(inner, eventOf(), { clock })).toBe('accepted')
  })
})
