import { type Owned, ownerKey, type Submission, type TaskHandle, taskKey } from '../../model/handle.ts'
import type { Cost } from '../../model/money.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Quote } from '../../model/quote.ts'
import type { TerminalTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { StepResult } from '../../provider/step.ts'
import type { Stored } from '../../provider/stored.ts'

/**
 * One paid request of a purchase, and what it came to.
 *
 * @example
 * ```ts
 * import type { PurchaseAttempt } from '@reelay/core'
 * // Whether its process still has time to write what came of it.
 * const underWay = ({ outcome, until }: PurchaseAttempt, now: number): boolean => outcome === undefined && now < until
 * ```
 */
export interface PurchaseAttempt {
  /** As it was sent; `attempt` is its name. */
  readonly submission: Submission
  /** Milliseconds since the epoch, by the journal's clock, of the last time it was about to leave. */
  readonly at: number
  /** Until then it is taken to be under way; milliseconds since the epoch, by the journal's clock. */
  readonly until: number
  /** Absent as long as no verdict is written: it is under way, or its process died. */
  readonly outcome?: Outcome
}

/**
 * How a task ended.
 *
 * @example
 * ```ts
 * import { type Ended, formatUsd } from '@reelay/core'
 * const line = ({ status, cost, free }: Ended): string =>
 *   free ? `${status}, for free` : `${status}, ${cost?.microUsd === undefined ? 'price not known' : formatUsd(cost.microUsd)}`
 * ```
 */
export interface Ended {
  readonly status: TerminalTask['status']
  readonly cost?: Cost
  /** It failed, and the provider documents that such a failure is never charged. */
  readonly free?: true
  /** Milliseconds since the epoch, by the journal's clock. */
  readonly at: number
}

/**
 * One purchase of an order: at one provider, under one number. A priced step before a create (`submission.step`) is a
 * purchase of its own, without a task.
 *
 * - `unknown`: a paid request left, or was about to, and nobody knows whether it made a task
 * - `bought`: there is a task; without `handle` a person says so, and nobody knows its id. Of a step: it is paid for
 * - `nothing`: surely no task was made
 *
 * @example
 * ```ts
 * import { formatQuote, type Purchase } from '@reelay/core'
 * const row = ({ submission, number, state, quote, ended }: Purchase): string =>
 *   `${submission.provider} #${number} ${state} ${ended?.status ?? 'not ended'} ${formatQuote(quote)}`
 * ```
 */
export interface Purchase {
  /** Its name: the `attempt` of what was sent first. */
  readonly id: string
  /** 1, and one more for each time the order was bought again after a failure that cost nothing. */
  readonly number: number
  /** The submit it belongs to. */
  readonly run: string
  /** What was sent first. */
  readonly submission: Submission
  readonly quote: Quote
  /** Seconds of output asked for, where the kind has a length; absent in what was written before 2026-11-27. */
  readonly seconds?: number
  readonly state: 'unknown' | 'bought' | 'nothing'
  /** What was sent, oldest first. */
  readonly attempts: readonly PurchaseAttempt[]
  readonly handle?: TaskHandle
  /** Absent as long as the task has not been seen to end. */
  readonly ended?: Ended
  /** What a step brought; absent where a person says that it was charged. */
  readonly result?: StepResult
  readonly stored: Stored
  /** What a person said of it. */
  readonly settled?: 'created' | 'not-created'
  /** Milliseconds since the epoch, by the journal's clock, of the last thing that happened to it. */
  readonly at: number
}

/**
 * Everything that was bought, or may have been, under one idempotency key. Plain JSON.
 *
 * @example
 * ```ts
 * import type { Order } from '@reelay/core'
 * const boughtAgain = ({ purchases }: Order): boolean => purchases.some(({ number }) => number > 1)
 * ```
 */
export interface Order {
  readonly v: 1
  /** The idempotency key. */
  readonly key: string
  /** SHA-256 of the request as the caller gave it to the outermost composition, hex. */
  readonly requestHash: string
  readonly purchases: readonly Purchase[]
  /** Milliseconds since the epoch, by the journal's clock. */
  readonly began: number
  readonly at: number
}

/**
 * An order that is there and that this version cannot read: written by a later one, or damaged.
 *
 * @example
 * ```ts
 * import type { UnreadableOrder } from '@reelay/core'
 * const alarm = ({ key, why }: UnreadableOrder): string => `Order ${key} may have been paid for and cannot be read: ${why}`
 * ```
 */
export interface UnreadableOrder {
  readonly v: 'unreadable'
  readonly key: string
  readonly why: string
  /** What is there: the text, or what it was parsed to. */
  readonly doc: unknown
}

/**
 * What a journal has under a key.
 *
 * @example
 * ```ts
 * import { type Found, isReadable } from '@reelay/core'
 * const title = (found: Found): string =>
 *   isReadable(found) ? `${found.key}: ${found.purchases.length} purchase(s)` : `${found.key}: ${found.why}`
 * ```
 */
export type Found = Order | UnreadableOrder

/**
 * Whether an order can be read.
 *
 * @example
 * ```ts
 * import { type Found, isReadable, type Order } from '@reelay/core'
 * const readableOnes = (found: readonly Found[]): readonly Order[] => found.filter(isReadable)
 * ```
 */
export const isReadable = (found: Found): found is Order => found.v === 1

/**
 * Whether somebody still has to do something about a purchase: find out, wait, or store the clip.
 *
 * @example
 * ```ts
 * import { isOpenPurchase, type Order } from '@reelay/core'
 * const left = (order: Order): number => order.purchases.filter(isOpenPurchase).length
 * ```
 */
export const isOpen = ({ state, handle, ended, stored }: Purchase): boolean =>
  state === 'unknown' ||
  (state === 'bought' && handle !== undefined && ended === undefined) ||
  (state === 'bought' &&
    handle !== undefined &&
    stored.state === 'open' &&
    (ended === undefined || ended.status === 'succeeded'))

/**
 * The same for an order.
 * Open is what `isOpenPurchase` says of one of its purchases.
 *
 * @example
 * ```ts
 * import { isOpenOrder, type Order } from '@reelay/core'
 * const mayBeArchived = (order: Order, before: number): boolean => !isOpenOrder(order) && order.at < before
 * ```
 */
export const isOpenOrder = ({ purchases }: Order): boolean => purchases.some(isOpen)

/** Whether a provider can read, or look for, what was bought. */
export const ownedBy = (provider: Pick<VideoProvider, 'owns'>, { handle, submission }: Purchase): boolean =>
  // Ownership is a matter of provider, account and relay, which a submission has as well.
  provider.owns(handle ?? (submission as Submission & TaskHandle))

/** The name of the order that has a task. */
export const nameOfTask = (handle: Owned & Pick<TaskHandle, 'id'>): string => `task ${taskKey(handle)}`

/** The name of orders with a purchase without a verdict that a provider's list would show alike. */
export const nameOfLike = (submission: Owned, fingerprint: string): string =>
  `like ${ownerKey(submission)} ${fingerprint}`

/** The name of the order that has a purchase, or an attempt of one. */
export const nameOfAttempt = (attempt: string): string => `attempt ${attempt}`

/**
 * The names of an order's tasks: of all names, these belong to one order alone.
 *
 * @example
 * ```ts
 * import { type Order } from '@reelay/core'
 * import { taskNamesOf } from '@reelay/core/adapter'
 * // A journal of your own refuses an order whose task is another one's already, see {@link anothersTask}.
 * const taken = (order: Order, keyOf: ReadonlyMap<string, string>): string | undefined =>
 *   taskNamesOf(order).find((name) => (keyOf.get(name) ?? order.key) !== order.key)
 * ```
 */
export const taskNamesOf = ({ purchases }: Order): readonly string[] => [
  ...new Set(purchases.flatMap(({ handle }) => (handle ? [nameOfTask(handle)] : []))),
]

/**
 * The names by which an order is found beside its key: by its tasks, its attempts, and what is still without a verdict by
 * what a provider's list would show of it.
 *
 * @example
 * ```ts
 * import { type Order } from '@reelay/core'
 * import { namesOf } from '@reelay/core/adapter'
 * // Rows of an index table, in a journal of your own that looks orders up by name.
 * const indexRows = (order: Order): readonly (readonly [name: string, key: string])[] =>
 *   namesOf(order).map((name) => [name, order.key])
 * ```
 */
export function namesOf(order: Order): readonly string[] {
  const names = order.purchases.flatMap(({ state, attempts }) => [
    ...attempts.map(({ submission }) => nameOfAttempt(submission.attempt)),
    ...(state === 'unknown'
      ? attempts.flatMap(({ submission }) =>
          submission.fingerprint === undefined ? [] : [nameOfLike(submission, submission.fingerprint)],
        )
      : []),
  ])
  return [...new Set([...taskNamesOf(order), ...names])]
}
