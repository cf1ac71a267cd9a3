import type { Submission, TaskHandle } from '../model/handle.ts'
import type { Cost } from '../model/money.ts'
import type { Quote } from '../model/quote.ts'
import type { TerminalTask } from '../model/task.ts'
import { type Journal, type JournalEntry, purchaseId } from './journal.ts'

/** One submit of a purchase that has no verdict that would settle it. */
export interface OpenAttempt {
  readonly submission: Submission
  /** `false` as long as no verdict is written: it is still under way, or its process died. */
  readonly concluded: boolean
  /** Milliseconds since the epoch of its last intent. */
  readonly at: number
}

/**
 * What a journal knows of one purchase.
 *
 * - `unknown`: a paid request left, or was about to, and nobody knows whether it made a task
 * - `accepted`: there is a task; it has not been seen to end
 * - `ended`: the task has ended
 * - `created`: a person says that a task was made, and nobody knows its id
 * - `free`: surely nothing was made; the key may be used again
 */
export interface Purchase {
  /** See {@link purchaseId}. */
  readonly id: string
  /** What was sent first, and may still have made a task. */
  readonly submission: Submission
  readonly quote?: Quote
  /** The claim of the composition of which it is one attempt, where it is one. */
  readonly within?: string
  readonly state: 'unknown' | 'accepted' | 'ended' | 'created' | 'free'
  readonly handle?: TaskHandle
  readonly status?: TerminalTask['status']
  readonly cost?: Cost
  /** What is without a verdict, oldest first; empty unless `state` is `unknown`. */
  readonly attempts: readonly OpenAttempt[]
  /** Milliseconds since the epoch of the last thing that happened to it. */
  readonly at: number
}

/** A submission as good as the one that made the task, when only its handle is left. */
function submissionOf(handle: TaskHandle): Submission {
  const { id: _id, submittedAt, ...shared } = handle
  return { ...shared, startedAt: submittedAt }
}

const without = (attempts: readonly OpenAttempt[], { startedAt }: Submission): readonly OpenAttempt[] =>
  attempts.filter((attempt) => attempt.submission.startedAt !== startedAt)

type Of<Type extends JournalEntry['type']> = JournalEntry & { readonly type: Type }

function intended(known: Purchase | undefined, id: string, entry: Of<'intent'>): Purchase {
  const { submission, quote, within = known?.within, at } = entry
  if (known && known.state !== 'unknown' && known.state !== 'free') return { ...known, at }
  const others = without(known?.attempts ?? [], submission)
  const attempts = [...others, { submission, concluded: false, at }]
  const first = attempts[0]?.submission ?? submission
  return { id, submission: first, quote, ...(within && { within }), state: 'unknown', attempts, at }
}

/** No verdict takes back that a task exists; and one attempt's refusal says nothing about another attempt. */
function judged(known: Purchase | undefined, id: string, entry: Of<'verdict'>): Purchase {
  const { submission, outcome, handle, at } = entry
  const base = known ?? { id, submission, state: 'unknown', attempts: [], at }
  if (handle) {
    const state = base.state === 'ended' ? 'ended' : 'accepted'
    return { ...base, handle, state, attempts: [], at }
  }
  if (base.handle || base.state === 'created') return { ...base, at }
  const others = without(base.attempts, submission)
  const attempts = outcome === 'unknown' ? [...others, { submission, concluded: true, at }] : others
  const state = attempts.length > 0 ? 'unknown' : 'free'
  return { ...base, submission: attempts[0]?.submission ?? submission, state, attempts, at }
}

function ended(known: Purchase | undefined, id: string, entry: Of<'ended'>): Purchase {
  const { handle, status, cost, at } = entry
  const base = known ?? { id, submission: submissionOf(handle) }
  return { ...base, state: 'ended', handle, status, ...(cost && { cost }), attempts: [], at }
}

/** Adds one entry to what is known. Entries may come twice, and those of different processes in any order. */
function add(known: Map<string, Purchase>, entry: JournalEntry): void {
  switch (entry.type) {
    case 'intent': {
      const id = purchaseId(entry.submission)
      known.set(id, intended(known.get(id), id, entry))
      return
    }
    case 'verdict': {
      const id = purchaseId(entry.submission)
      known.set(id, judged(known.get(id), id, entry))
      return
    }
    case 'ended': {
      const id = purchaseId(entry.handle)
      known.set(id, ended(known.get(id), id, entry))
      return
    }
    case 'settled': {
      const purchase = known.get(entry.purchase)
      if (purchase?.state !== 'unknown') return
      const state = entry.verdict === 'created' ? 'created' : 'free'
      known.set(purchase.id, { ...purchase, state, attempts: [], at: entry.at })
      return
    }
    default:
  }
}

/** Every purchase of some entries, by its id, in the order they began. */
export function foldPurchases(entries: Iterable<JournalEntry>): ReadonlyMap<string, Purchase> {
  const known = new Map<string, Purchase>()
  for (const entry of entries) add(known, entry)
  return known
}

/** Every purchase of a journal, by its id, in the order they began. */
export async function purchasesOf(journal: Journal): Promise<ReadonlyMap<string, Purchase>> {
  const known = new Map<string, Purchase>()
  for await (const entry of journal.entries()) add(known, entry)
  return known
}

/** Whether nothing came of what a claim stands for: a purchase, or all attempts of a composition. */
export function isFree(purchases: ReadonlyMap<string, Purchase>, claim: string): boolean {
  const of = [...purchases.values()].filter(({ id, within }) => id === claim || within === claim)
  return of.every(({ state }) => state === 'free')
}

/** Whether somebody still has to do something about a purchase: wait for its task, or find out whether there is one. */
export const isOpen = ({ state }: Purchase): boolean => state === 'unknown' || state === 'accepted'

/**
 * The purchases that are not closed: a task that has not been seen to end, or a request without a verdict.
 *
 * @example
 * ```ts
 * import { memoryJournal, openPurchases } from '@reelay/core'
 * for (const { state, submission } of await openPurchases(memoryJournal())) {
 *   console.log(submission.idempotencyKey, state)
 * }
 * ```
 */
export async function openPurchases(journal: Journal): Promise<readonly Purchase[]> {
  return [...(await purchasesOf(journal)).values()].filter(isOpen)
}
