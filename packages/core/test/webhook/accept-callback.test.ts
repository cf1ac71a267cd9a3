import { describe, expect, it } from 'vitest'
import { callbackQueue } from '../../src/compose/callback-queue.ts'
import {
  acceptCallback,
  type JournalEntry,
  memoryJournal,
  openPurchases,
  purchaseId,
  type Submission,
  settle,
  type TaskEvent,
} from '../../src/index.ts'
import { handleOf } from '../../src/provider/task/normalize.ts'
import { intent, rejection, story, submission } from '../compose/journaled-support.ts'
import { clockAt, refusal } from './support.ts'

const id = purchaseId(submission)
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

const verdict = (outcome: 'unknown' | 'rejected', of: Submission = submission): JournalEntry => ({
  type: 'verdict',
  submission: of,
  outcome,
  code: 'ERR_NETWORK',
  at: 2_000,
})

async function journalWith(...entries: readonly JournalEntry[]) {
  const journal = memoryJournal()
  for (const entry of entries) await journal.append(entry)
  return journal
}

describe('a callback', () => {
  it.each([
    ['was lost', [intent(submission, 1_000), verdict('unknown')]],
    ['is still on its way', [intent(submission, 1_000)]],
  ])('settles a purchase whose answer %s', async (_what, entries) => {
    const journal = await journalWith(...entries)
    expect(await acceptCallback(journal, eventOf(), { clock })).toBe('accepted')
    const [purchase] = await openPurchases(journal)
    expect(purchase).toMatchObject({
      id,
      state: 'accepted',
      handle: handleOf(submission, 'task-1', 1_000),
      at: 9_000,
    })
  })

  it('closes it with its cost, when the task has ended', async () => {
    const journal = await journalWith(intent(submission, 1_000), verdict('unknown'))
    await acceptCallback(journal, eventOf('task-1', submission, 'succeeded'), { clock })
    expect(await openPurchases(journal)).toEqual([])
    expect(await story(journal)).toEqual(['intent', 'fake unknown', 'fake accepted', 'ended'])
  })

  it('may come again, and late, without a line more', async () => {
    const journal = await journalWith(intent(submission, 1_000))
    const ended = eventOf('task-1', submission, 'succeeded')
    const all = [eventOf(), eventOf(), ended, ended, eventOf()]
    const results = []
    for (const event of all) results.push(await acceptCallback(journal, event, { clock }))
    expect(results).toEqual(['accepted', 'known', 'known', 'known', 'known'])
    expect(await story(journal)).toEqual(['intent', 'fake accepted', 'ended'])
  })

  it('about a second task is refused: a purchase never has two', async () => {
    const journal = await journalWith(intent(submission, 1_000))
    await acceptCallback(journal, eventOf('task-1'))
    const error = await refusal(acceptCallback(journal, eventOf('task-2')))
    expect(error).toMatchObject({ reason: 'foreign', outcome: 'accepted', handle: { id: 'task-1' } })
    expect(error.message).toContain('task-2')
    expect(await story(journal)).toEqual(['intent', 'fake accepted'])
  })

  it.each([
    ['time', { startedAt: 1_001 }],
    ['request', { requestHash: 'other' }],
  ])('that names another %s than was sent is refused, and nothing is written', async (_what, change) => {
    const journal = await journalWith(intent(submission, 1_000), verdict('unknown'))
    const error = await refusal(acceptCallback(journal, eventOf('task-1', { ...submission, ...change })))
    expect([error.reason, error.outcome]).toEqual(['foreign', 'unknown'])
    expect(await story(journal)).toEqual(['intent', 'fake unknown'])
  })

  it('with a task that is another purchase’s already is refused', async () => {
    const other = { ...submission, idempotencyKey: 'order-2' }
    const journal = await journalWith(intent(submission, 1_000), intent(other, 1_000))
    await acceptCallback(journal, eventOf('task-1'))
    expect((await refusal(acceptCallback(journal, eventOf('task-1', other)))).reason).toBe('foreign')
    const elsewhere = { ...other, account: 'studio' }
    await journal.append(intent(elsewhere, 1_000))
    expect(await acceptCallback(journal, eventOf('task-1', elsewhere))).toBe('accepted')
  })

  it('cannot rename what was bought: the journal’s own word counts', async () => {
    const journal = await journalWith(intent(submission, 1_000))
    await acceptCallback(journal, eventOf('task-1', { ...submission, model: 'kling-v9', route: 'other' }))
    const [purchase] = await openPurchases(journal)
    expect(purchase?.handle).toMatchObject({ model: 'kling-v3', route: 'text' })
  })

  it('about a purchase the journal does not know, or about none, changes nothing', async () => {
    const journal = await journalWith(intent(submission, 1_000))
    const foreign = eventOf('task-1', { ...submission, idempotencyKey: 'order-2' })
    const { submission: _submission, handle: _handle, task: _task, ...nameless } = eventOf()
    expect(await acceptCallback(journal, foreign)).toBe('not-ours')
    expect(await acceptCallback(journal, nameless)).toBe('not-ours')
    expect(await story(journal)).toEqual(['intent'])
  })

  it('that nobody has confirmed is refused', async () => {
    const journal = await journalWith(intent(submission, 1_000))
    const { task: _task, ...hint } = eventOf()
    expect((await refusal(acceptCallback(journal, { ...hint, verified: false }))).reason).toBe('unconfirmed')
    expect(await story(journal)).toEqual(['intent'])
  })

  it('settles any of several attempts under one key', async () => {
    const second = { ...submission, startedAt: 3_000 }
    const journal = await journalWith(intent(submission, 1_000), verdict('unknown'), intent(second, 3_000))
    expect(await acceptCallback(journal, eventOf('task-1', second))).toBe('accepted')
    expect((await openPurchases(journal))[0]?.handle?.submittedAt).toBe(3_000)
  })

  it('names the task of a purchase that was settled by hand as created', async () => {
    const journal = await journalWith(intent(submission, 1_000), verdict('unknown'))
    await settle(journal, id, 'created')
    expect(await acceptCallback(journal, eventOf())).toBe('accepted')
    expect((await openPurchases(journal))[0]?.handle?.id).toBe('task-1')
  })

  it('takes the key back from a purchase that was thought to be free', async () => {
    const journal = await journalWith(intent(submission, 1_000), verdict('rejected'))
    expect(await acceptCallback(journal, eventOf())).toBe('accepted')
    expect(await journal.claim(id, submission.requestHash)).toMatchObject({ state: 'taken' })
  })
})

describe('callbacks that come in a crowd', () => {
  it('share readings of the journal, and two about one purchase never one', async () => {
    let readings = 0
    const inner = memoryJournal()
    const journal: typeof inner = {
      ...inner,
      entries() {
        readings += 1
        return inner.entries()
      },
    }
    const keys = Array.from({ length: 100 }, (_, number) => `order-${number}`)
    for (const idempotencyKey of keys) await journal.append(intent({ ...submission, idempotencyKey }, 1_000))
    const accept = callbackQueue(journal, clock)
    const tell = (idempotencyKey: string, taskId: string) =>
      accept(eventOf(taskId, { ...submission, idempotencyKey }))
    const first = keys.map((key) => tell(key, `task of ${key}`))
    const again = keys.map((key) => tell(key, `task of ${key}`))
    const rival = rejection(tell('order-7', 'another'))
    expect(new Set(await Promise.all(first))).toEqual(new Set(['accepted']))
    expect(new Set(await Promise.all(again))).toEqual(new Set(['known']))
    expect((await rival).code).toBe('ERR_WEBHOOK')
    expect(readings).toBeLessThanOrEqual(4)
    expect((await openPurchases(inner)).map(({ state }) => state)).toEqual(keys.map(() => 'accepted'))
  })

  it('fail together when the journal does, and the next is tried anew', async () => {
    const inner = await journalWith(intent(submission, 1_000))
    let broken = true
    const journal: typeof inner = {
      ...inner,
      async *entries() {
        if (broken) throw new Error('the disk is gone')
        yield* inner.entries()
      },
    }
    const accept = callbackQueue(journal, clock)
    const failed = await Promise.allSettled([accept(eventOf()), accept(eventOf('task-1'))])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    broken = false
    expect(await accept(eventOf())).toBe('accepted')
  })
})
