import type { MicroUsd } from '../../model/money.ts'
import type { Found, Order } from './order.ts'

/**
 * Money set aside for a purchase. Plain JSON.
 *
 * @example
 * ```ts
 * import { formatUsd } from '@reelay/core'
 * import { type Reserved } from '@reelay/core/adapter'
 * const line = ({ key, amount, spent, at }: Reserved): string =>
 *   `${new Date(at).toISOString()} ${key} ${formatUsd(amount)}${spent ? '' : ' set aside'}`
 * ```
 */
export interface Reserved {
  readonly id: string
  /** Name of the budget it counts against. */
  readonly budget: string
  /** Idempotency key of the purchase. */
  readonly key: string
  /** The task it stands for, see `taskKey`; absent as long as nobody knows it. */
  readonly task?: string
  /** Micro-USD that count: what was set aside, or what was really spent. */
  readonly amount: MicroUsd
  /** Milliseconds since the epoch, by the journal's clock, at which it was set aside. */
  readonly at: number
  /** Whether `amount` is what was really spent. */
  readonly spent: boolean
}

/**
 * What a purchase sets aside.
 *
 * @example
 * ```ts
 * import type { ReserveAsked } from '@reelay/core/adapter'
 * // In a journal of your own: whether what is asked for fits beside what is used.
 * const fits = (asked: ReserveAsked, used: number): boolean => used + asked.amount <= asked.limit
 * // The oldest moment that counts.
 * const since = ({ at, windowMs }: ReserveAsked): number => at - windowMs
 * ```
 */
export interface ReserveAsked {
  readonly id: string
  readonly budget: string
  readonly key: string
  /** Micro-USD. */
  readonly amount: MicroUsd
  /** Micro-USD that may be used in the window, this included. */
  readonly limit: MicroUsd
  /** Milliseconds of the window that ends now; `Infinity`: all time. */
  readonly windowMs: number
  /** Milliseconds since the epoch by the caller's clock, see {@link Journal}. */
  readonly at: number
  /** Reservations given back in the same step: those of a purchase that this one follows. */
  readonly release?: readonly string[] | undefined
}

/**
 * Whether a reservation fits its budget.
 *
 * @example
 * ```ts
 * import { formatUsd } from '@reelay/core'
 * import { type Reservation } from '@reelay/core/adapter'
 * function explain(reservation: Reservation): string {
 *   if (reservation.state === 'reserved') return `${formatUsd(reservation.reserved.amount)} set aside`
 *   const { used, fitsAt } = reservation
 *   const when = fitsAt === undefined ? 'never' : new Date(fitsAt).toISOString()
 *   return `${formatUsd(used)} are used already; it fits again: ${when}`
 * }
 * ```
 */
export type Reservation =
  | { readonly state: 'reserved'; readonly reserved: Reserved }
  | {
      readonly state: 'exceeded'
      /** Micro-USD spent or set aside in the window already, without what was to be released. */
      readonly used: MicroUsd
      /** Milliseconds since the epoch, by the journal's clock: now. */
      readonly now: number
      /** The same for the first moment at which it would fit, if nothing else is bought; absent when it never will. */
      readonly fitsAt?: number
    }

/**
 * What is learnt of a reservation later on.
 *
 * @example
 * ```ts
 * import type { Cost } from '@reelay/core'
 * import type { Amendment } from '@reelay/core/adapter'
 * // What a journal is told when a task has ended: what was spent, else nothing new.
 * const amendmentFor = (cost: Cost | undefined): Amendment => (cost?.microUsd === undefined ? {} : { spent: cost.microUsd })
 * ```
 */
export interface Amendment {
  /** What was really spent, in micro-USD; 0 gives it back. */
  readonly spent?: MicroUsd
  /** What is set aside from now on, in micro-USD. */
  readonly amount?: MicroUsd
  /** The task it stands for, see `taskKey`. */
  readonly task?: string
}

/**
 * What a transition makes of an order: the order as it is from now on (nothing changes when absent), and the answer.
 *
 * @example
 * ```ts
 * import type { Order } from '@reelay/core'
 * import type { Change } from '@reelay/core/adapter'
 * const unchanged = <Result>(result: Result): Change<Result> => ({ result })
 * const touched = (order: Order, now: number): Change<'touched'> => ({ order: { ...order, at: now }, result: 'touched' })
 * ```
 */
export interface Change<Result> {
  readonly order?: Order
  readonly result: Result
}

/**
 * What becomes of an order, decided inside the journal's transaction: pure and quick, and maybe asked more than once.
 *
 * @param now Milliseconds since the epoch by the journal's clock.
 *
 * @example
 * ```ts
 * import type { Journal } from '@reelay/core'
 * import type { Transition } from '@reelay/core/adapter'
 * // When the order was begun, read in the journal's own transaction; nothing is changed.
 * const began: Transition<number | undefined> = (order) => ({ result: order?.began })
 * const beganAt = (journal: Journal, key: string, now: number) => journal.change(key, now, began)
 * ```
 */
export type Transition<Result> = (order: Order | undefined, now: number) => Change<Result>

/**
 * Where purchases are written down, so that a crash loses none and no two processes buy the same twice: one order per
 * idempotency key, and the reservations of budgets. What an order means is decided in Reelay; a journal only keeps it, and
 * promises that `change`, `reserve` and `amend` are transactions among all who share it, that what they wrote survives
 * the process once they resolve, and that what it cannot read is told as unreadable, never as absent.
 *
 * Time: callers say what their clock says (`at`). A journal that several machines share goes by its server's clock
 * instead; any other by the later of `at` and the newest time it has written, so that a clock set back opens no window.
 *
 * @example
 * ```ts
 * import type { Journal } from '@reelay/core'
 * async function count(journal: Journal): Promise<number> {
 *   let orders = 0
 *   for await (const _ of journal.orders()) orders += 1
 *   return orders
 * }
 * ```
 */
export interface Journal {
  /** Who may write at a time: one process, any of one machine, or any of many machines. */
  readonly writers: 'one' | 'machine' | 'machines'
  /** The order under a key. */
  order(key: string): Promise<Found | undefined>
  /** The orders that go by a name, see `namesOf`; oldest first. */
  named(name: string): Promise<readonly Found[]>
  /**
   * Reads an order, decides and writes, in one transaction.
   *
   * @param at Milliseconds since the epoch by the caller's clock.
   * @throws ReelayError `ERR_CONFIG`, outcome `none`, when the journal cannot be written, within a time that it states;
   * `ERR_SUBMISSION_UNKNOWN`, outcome `unknown`, for an order that this version cannot read, and for one that would get a
   * task which another order has (see `taskNamesOf`).
   */
  change<Result>(key: string, at: number, transition: Transition<Result>): Promise<Result>
  /** Orders that somebody has to look after, see `isOpenOrder`; oldest first. */
  open(): AsyncIterable<Found>
  /** Every order, oldest first. */
  orders(): AsyncIterable<Found>
  /**
   * Forgets closed orders that nothing happened to for so long. Their keys are free again, and budgets go on counting
   * what they cost.
   *
   * @param olderThanMs Milliseconds.
   * @param at Milliseconds since the epoch by the caller's clock.
   * @returns how many were forgotten.
   */
  prune(olderThanMs: number, at: number): Promise<number>
  /** Sets money aside if what is used in the window, this included, stays within the limit. */
  reserve(asked: ReserveAsked): Promise<Reservation>
  /** Changes a reservation; `false` when the journal does not know it. */
  amend(id: string, amendment: Amendment): Promise<boolean>
  /** Reservations against a budget for a task (see `taskKey`) or under a key, oldest first. */
  reservations(
    budget: string,
    of: { readonly task: string } | { readonly key: string },
  ): Promise<readonly Reserved[]>
  /** Every reservation, in whatever order. */
  reserved(): AsyncIterable<Reserved>
  /** Lets go of files and connections; the journal must not be used after it. */
  close?(): Promise<void>
}
