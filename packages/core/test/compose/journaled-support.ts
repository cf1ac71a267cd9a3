import { begin, judge } from '../../src/compose/journal/moves.ts'
import {
  isOpenOrder,
  isReadable,
  type Journal,
  type Order,
  type Outcome,
  type Purchase,
  type ReelayError,
  type Submission,
  type TaskHandle,
} from '../../src/index.ts'

/** What a call is rejected with. */
export async function rejection(work: Promise<unknown>): Promise<ReelayError> {
  return work.then(
    (value) => {
      throw new Error(`it should have been rejected, and became ${JSON.stringify(value)}`)
    },
    (reason: unknown) => reason as ReelayError,
  )
}

export async function listed<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Every order of a journal; fails on one that cannot be read. */
export async function ordersOf(journal: Journal): Promise<readonly Order[]> {
  return (await listed(journal.orders())).map((found) => {
    if (!isReadable(found)) throw new Error(`the order ${found.key} cannot be read: ${found.why}`)
    return found
  })
}

export const purchasesOf = async (journal: Journal): Promise<readonly Purchase[]> =>
  (await ordersOf(journal)).flatMap(({ purchases }) => purchases)

/** What was sent, with its verdict where it has one, and the ends of tasks; oldest first. */
export async function story(journal: Journal): Promise<readonly string[]> {
  return (await purchasesOf(journal)).flatMap(({ attempts, ended }) => [
    ...attempts.map(({ submission, outcome }) => `${submission.provider} ${outcome ?? 'without a verdict'}`),
    ...(ended ? [ended.status] : []),
  ])
}

/** Keys of the orders that somebody still has to look after. */
export const openKeys = async (journal: Journal): Promise<readonly string[]> =>
  (await ordersOf(journal)).filter(isOpenOrder).map(({ key }) => key)

/** Micro-USD spent or set aside against a budget, of all time; changes nothing. */
export async function used(journal: Journal, budget = 'default'): Promise<number> {
  const nothing = { id: 'a look', budget, key: 'a look', amount: 0, limit: -1, windowMs: Infinity, at: 0 }
  const answer = await journal.reserve(nothing)
  if (answer.state !== 'exceeded') throw new Error('a look has set money aside')
  return answer.used
}

export const submission: Submission = {
  v: 1,
  provider: 'fake',
  account: 'default',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text',
  idempotencyKey: 'order-1',
  requestHash: 'hash',
  attempt: 'attempt-1',
  startedAt: 1_000,
}

/** Writes down that a paid request is about to leave; each `run` is a submit of its own. */
export async function intend(journal: Journal, of: Submission, at: number, run = of.attempt): Promise<void> {
  const quote = { type: 'unknown', why: 'a test' } as const
  const shared = { quote, requestHash: 'given', inFlightMs: 90_000, store: false, failed: [], again: false }
  const begun = await journal.change(of.idempotencyKey, at, (order, now) =>
    begin(order, { ...shared, submission: of, run }, now),
  )
  if (begun.state !== 'begun') throw new Error(`it may not leave: ${begun.state}`)
}

/** Writes down what came of it. */
export async function conclude(
  journal: Journal,
  of: Submission,
  outcome: Outcome,
  at: number,
  handle?: TaskHandle,
): Promise<void> {
  await journal.change(of.idempotencyKey, at, (order, now) =>
    judge(order, { submission: of, outcome, handle }, now),
  )
}

/** The same journal; `before` is awaited before each call that it names, and may reject it. */
export function watched(
  journal: Journal,
  before: (method: keyof Journal) => Promise<void> | undefined,
): Journal {
  return {
    ...journal,
    order: async (...asked) => {
      await before('order')
      return journal.order(...asked)
    },
    named: async (...asked) => {
      await before('named')
      return journal.named(...asked)
    },
    change: async (...asked) => {
      await before('change')
      return journal.change(...asked)
    },
    reserve: async (...asked) => {
      await before('reserve')
      return journal.reserve(...asked)
    },
    amend: async (...asked) => {
      await before('amend')
      return journal.amend(...asked)
    },
    reservations: async (...asked) => {
      await before('reservations')
      return journal.reservations(...asked)
    },
  }
}

/** A process that dies with its paid POST on the way: nothing more of what it does reaches the journal. */
export function dying(journal: Journal): { readonly journal: Journal; die(): void } {
  let dead = false
  const never = new Promise<never>(() => undefined)
  return {
    die() {
      dead = true
    },
    journal: watched(journal, () => (dead ? never : undefined)),
  }
}
