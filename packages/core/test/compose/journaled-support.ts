import type { Journal, JournalEntry, ReelayError, Submission } from '../../src/index.ts'

/** What a call is rejected with. */
export async function rejection(work: Promise<unknown>): Promise<ReelayError> {
  return work.then(
    () => {
      throw new Error('it should have been rejected')
    },
    (reason: unknown) => reason as ReelayError,
  )
}

export async function listed<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

export const entriesOf = (journal: Journal): Promise<readonly JournalEntry[]> => listed(journal.entries())

/** Types and outcomes of what is written down, in order. */
export async function story(journal: Journal): Promise<readonly string[]> {
  return (await entriesOf(journal)).map((entry) =>
    entry.type === 'verdict' ? `${entry.submission.provider} ${entry.outcome}` : entry.type,
  )
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
  startedAt: 1_000,
}

export const intent = (of: Submission, at: number): JournalEntry => ({
  type: 'intent',
  submission: of,
  quote: { type: 'unknown', why: 'a test' },
  at,
})

/** A process that dies with its paid POST on the way: nothing more of what it does reaches the journal. */
export function dying(journal: Journal): { readonly journal: Journal; die(): void } {
  let dead = false
  const never = new Promise<never>(() => undefined)
  return {
    die() {
      dead = true
    },
    journal: {
      append: (entry) => (dead ? never : journal.append(entry)),
      entries: () => journal.entries(),
      claim: (...claim) => (dead ? never : journal.claim(...claim)),
      unclaim: (purchase) => (dead ? never : journal.unclaim(purchase)),
      reserve: (...reservation) => (dead ? never : journal.reserve(...reservation)),
    },
  }
}
