import type { Owned, TaskHandle } from '../model/handle.ts'
import type { Cost, MicroUsd } from '../model/money.ts'
import type { TerminalTask } from '../model/task.ts'
import type { RecordEntry } from '../provider/provider.ts'

/** What happened to a reservation against a budget. */
export type ReservationEntry =
  /** Money set aside before a paid request leaves. */
  | {
      readonly type: 'reserved'
      /** Of this reservation. */
      readonly id: string
      /** Name of the budget it counts against. */
      readonly budget: string
      readonly amount: MicroUsd
      /** Milliseconds since the epoch. */
      readonly at: number
    }
  /** The reservation replaced by what was really spent; 0 when nothing was. */
  | {
      readonly type: 'spent'
      readonly id: string
      readonly budget: string
      readonly amount: MicroUsd
      /** Milliseconds since the epoch. */
      readonly at: number
    }

/** One line of a journal; plain JSON. */
export type JournalEntry =
  /** An intent before each paid POST, and the verdict after it. */
  | (RecordEntry & {
      /** With an intent: the claim of the composition of which this is one attempt. */
      readonly within?: string
    })
  /** The task has ended. */
  | {
      readonly type: 'ended'
      readonly handle: TaskHandle
      readonly status: TerminalTask['status']
      readonly cost?: Cost
      /** Milliseconds since the epoch. */
      readonly at: number
    }
  /** A person has closed an unknown submission. */
  | {
      readonly type: 'settled'
      /** Idempotency key, provider, account and relay of the submission, see {@link purchaseId}. */
      readonly purchase: string
      readonly verdict: 'created' | 'not-created'
      /** Milliseconds since the epoch. */
      readonly at: number
    }
  | ReservationEntry

/** Whose a purchase is: the first to claim it, with which request. */
export type Claim =
  | { readonly state: 'new' }
  /** Claimed before, for the request with this hash. */
  | {
      readonly state: 'taken'
      readonly requestHash: string
      /** Whoever claimed it has surely died; absent where the journal cannot tell. */
      readonly abandoned?: true
    }

/** Whether a reservation fits its budget. */
export type Reservation =
  | { readonly state: 'reserved' }
  /** It does not: this much is spent or set aside in the window already. */
  | { readonly state: 'exceeded'; readonly used: MicroUsd }

/**
 * Where purchases are written down, so that a crash loses none and no two processes buy the same twice. `claim` and
 * `reserve` must be atomic among all processes that share the journal; an implementation that cannot promise it says so.
 *
 * @example
 * ```ts
 * import type { Journal } from '@reelay/core'
 * async function count(journal: Journal): Promise<number> {
 *   let entries = 0
 *   for await (const _ of journal.entries()) entries += 1
 *   return entries
 * }
 * ```
 */
export interface Journal {
  /** Resolves once the entry would survive a crash of this process. */
  append(entry: JournalEntry): Promise<void>
  /** Every entry, oldest first. */
  entries(): AsyncIterable<JournalEntry>
  /**
   * The first to come with a purchase gets `new`; everybody after, in whatever process, `taken`. Lasts until `unclaim`,
   * or until the journal forgets the purchase itself.
   */
  claim(purchase: string, requestHash: string): Promise<Claim>
  /** Gives a claim back: the purchase surely created nothing, and may be tried again. */
  unclaim(purchase: string): Promise<void>
  /**
   * Sets money aside if what is used in the window, this included, stays within the limit. The entry is appended by it.
   *
   * @param limit Micro-USD.
   * @param since Start of the window, milliseconds since the epoch; what was spent before does not count.
   */
  reserve(
    entry: ReservationEntry & { readonly type: 'reserved' },
    limit: MicroUsd,
    since: number,
  ): Promise<Reservation>
}

/** What a purchase is called in a journal: one key may be tried at several providers, each of them a purchase. */
export function purchaseId({
  idempotencyKey,
  provider,
  account,
  host,
}: Owned & { readonly idempotencyKey: string }): string {
  return JSON.stringify([idempotencyKey, provider, account, ...(host === undefined ? [] : [host])])
}
