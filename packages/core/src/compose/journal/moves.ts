import { type Submission, type TaskHandle, taskKey } from '../../model/handle.ts'
import type { Quote } from '../../model/quote.ts'
import type { TerminalTask } from '../../model/task.ts'
import type { RecordEntry } from '../../provider/options.ts'
import type { FailedPurchase } from '../../provider/order.ts'
import type { Stored } from '../../provider/stored.ts'
import { isFree } from '../../provider/task/free.ts'
import type { Change } from './journal.ts'
import type { Order, Purchase, PurchaseAttempt } from './order.ts'
import { deciding, isRepeatable, type Standing, sameOwner, standingOf, takenStep } from './standing.ts'

/** A paid request that is about to leave. */
export interface Begin {
  readonly submission: Submission
  readonly quote: Quote
  /** Seconds of output asked for. */
  readonly seconds?: number | undefined
  /** Of the request as the caller gave it, see `Order.requestHash`. */
  readonly requestHash: string
  /** The submit it belongs to. */
  readonly run: string
  /** Milliseconds for which it is taken to be under way. */
  readonly inFlightMs: number
  /** Whether its clip is to be stored. */
  readonly store: boolean
  /** The purchase that it repeats, under the same external id. */
  readonly repeats?: string | undefined
  /** Whether a key whose purchase failed for free may be bought again. */
  readonly again: boolean
  /** Purchases of this submit that failed for free on the way. */
  readonly failed: readonly FailedPurchase[]
}

/** Whether it may leave, or what stands against it. */
export type Begun =
  | { readonly state: 'begun' }
  /** A step that somebody else has paid for meanwhile: its result is there. */
  | { readonly state: 'taken' }
  | Exclude<Standing, { readonly state: 'free' | 'again' }>

type Verdict = Omit<RecordEntry & { readonly type: 'verdict' }, 'type' | 'at' | 'code' | 'handle'> & {
  readonly handle?: TaskHandle | undefined
}

// A queue before a provider may be turned away a hundred times.
const mostNothing = 8

const stateOf = (purchase: Pick<Purchase, 'attempts' | 'handle' | 'settled'>): Purchase['state'] => {
  if (purchase.handle || purchase.settled === 'created') return 'bought'
  if (purchase.settled === 'not-created') return 'nothing'
  // A step that was done: it makes no task.
  if (purchase.attempts.some(({ outcome }) => outcome === 'accepted')) return 'bought'
  const open = purchase.attempts.some(({ outcome }) => outcome === undefined || outcome === 'unknown')
  return open ? 'unknown' : 'nothing'
}

function settled(purchase: Omit<Purchase, 'state'>): Purchase {
  return { ...purchase, state: stateOf(purchase) }
}

/** The order with a purchase in the place of the one of the same name, or behind the others. */
function withPurchase(order: Order, purchase: Purchase, now: number): Order {
  const known = order.purchases.some(({ id }) => id === purchase.id)
  const purchases = known
    ? order.purchases.map((one) => (one.id === purchase.id ? purchase : one))
    : [...order.purchases, purchase]
  return { ...order, purchases, at: now }
}

const named = (order: Order | undefined, attempt: string): Purchase | undefined =>
  order?.purchases.find(({ attempts }) => attempts.some(({ submission }) => submission.attempt === attempt))

const ofTask = (order: Order | undefined, handle: TaskHandle): Purchase | undefined =>
  order?.purchases.find((one) => one.handle && taskKey(one.handle) === taskKey(handle))

/** What stands against a further purchase of the same submit: what it has, and what it may have at the same account. */
function withinRun(
  own: readonly Purchase[],
  { submission }: Begin,
): Exclude<Begun, { state: 'begun' | 'taken' }> | undefined {
  const { number = 1 } = submission
  const last = deciding(own)
  if (!last || last.number < number) return undefined
  if (last.state === 'bought') return { state: 'bought', purchase: last }
  // Whoever chooses among providers decides whether to go on elsewhere; never at the same one.
  const rival = own.find((one) => one.state === 'unknown' && sameOwner(one.submission, submission))
  return rival && { state: 'unknown', purchase: rival, until: 0 }
}

/**
 * Notes that a paid request is about to leave, unless something was bought, or may have been, under its key: by this
 * submit or another, in this process or another.
 */
export function begin(order: Order | undefined, asked: Begin, now: number): Change<Begun> {
  const { submission, quote, requestHash, run, inFlightMs } = asked
  const { attempt, number = 1 } = submission
  const sent: PurchaseAttempt = { submission, at: now, until: now + inFlightMs }
  const known = named(order, attempt)
  if (order && known) {
    // The same request once more, which only an adapter does, under an id that its provider takes once.
    const attempts = known.attempts.map((one) => (one.submission.attempt === attempt ? sent : one))
    return {
      order: withPurchase(order, settled({ ...known, attempts, at: now }), now),
      result: { state: 'begun' },
    }
  }
  const noted = asked.failed.reduce(
    (sofar, one) => endIn(sofar, one.handle, { status: 'failed', free: true, at: now }),
    order,
  )
  const purchases = noted?.purchases ?? []
  const others = purchases.filter((one) => one.run !== run)
  // Whoever chooses among providers may move on from what failed for free; a journal of its own switch need not be.
  const left = deciding(others)?.handle
  const again = asked.again || asked.failed.some(({ handle }) => left && taskKey(handle) === taskKey(left))
  const standing = standingOf(noted && { ...noted, purchases: others }, requestHash, again)
  const repeated =
    standing.state === 'unknown' && standing.purchase.id === asked.repeats ? standing.purchase : undefined
  if (noted && repeated && isRepeatable(repeated.submission, submission, now)) {
    const attempts = [...repeated.attempts, sent]
    return {
      order: withPurchase(noted, settled({ ...repeated, attempts, at: now }), now),
      result: { state: 'begun' },
    }
  }
  const mayFollow = standing.state === 'free' || (standing.state === 'again' && standing.number === number)
  if (!mayFollow && standing.state === 'again') {
    // Meanwhile somebody else bought it again, or this submit does not know that it may.
    const last = deciding(others)
    return { result: last ? { state: 'bought', purchase: last } : { state: 'begun' } }
  }
  if (standing.state !== 'free' && standing.state !== 'again') return { result: standing }
  const mine = withinRun(
    purchases.filter((one) => one.run === run),
    asked,
  )
  if (mine) return { result: mine }
  if (takenStep(purchases, submission, now)) return { result: { state: 'taken' } }
  const purchase = settled({
    id: attempt,
    number,
    run,
    submission,
    quote,
    ...(asked.seconds !== undefined && { seconds: asked.seconds }),
    attempts: [sent],
    stored: { state: asked.store ? 'open' : 'not-asked' },
    at: now,
  })
  // Some of what came to nothing: a late callback may say otherwise.
  const nothing = purchases.filter(({ state }) => state === 'nothing').slice(0, -mostNothing)
  const kept = purchases.filter((one) => !nothing.includes(one))
  const base = { v: 1, key: submission.idempotencyKey, requestHash, began: noted?.began ?? now } as const
  return { order: { ...base, purchases: [...kept, purchase], at: now }, result: { state: 'begun' } }
}

/** What came of a paid request. Without its own intent in the order it says nothing. */
export function judge(order: Order | undefined, verdict: Verdict, now: number): Change<Purchase | undefined> {
  const { submission, outcome, handle, result, cost } = verdict
  const known = named(order, submission.attempt)
  if (!order || !known) return { result: undefined }
  const attempts = known.attempts.map((one) =>
    one.submission.attempt === submission.attempt ? { ...one, outcome } : one,
  )
  // Its answer is its end.
  const ended = submission.step !== undefined && outcome === 'accepted' && !known.ended
  const purchase = settled({
    ...known,
    attempts,
    ...(handle && !known.handle && { handle }),
    ...(result && !known.result && { result }),
    ...(ended && { ended: { status: 'succeeded', ...(cost && { cost }), at: now } }),
    at: now,
  })
  return { order: withPurchase(order, purchase, now), result: purchase }
}

function endIn(
  order: Order | undefined,
  handle: TaskHandle,
  ended: NonNullable<Purchase['ended']>,
): Order | undefined {
  const known = ofTask(order, handle)
  if (!order || !known || known.ended) return order
  return withPurchase(order, { ...known, ended, at: ended.at }, ended.at)
}

const lost: Stored = { state: 'lost', reason: 'The provider no longer holds the clip.' }

/** Notes that a task has ended; changes nothing when that is known, but for a cost, or a loss, that was not. */
export function end(
  order: Order | undefined,
  task: TerminalTask,
  now: number,
  free: boolean = isFree(task),
): Change<Purchase | undefined> {
  const { handle, status, cost } = task
  const known = ofTask(order, handle)
  if (!order || !known) return { result: undefined }
  const before = known.ended
  const isLost = status === 'expired' && known.stored.state === 'open'
  const charged = (cost?.microUsd ?? 0) > 0 || (cost?.native?.amount ?? 0) > 0
  const isRefuted = before?.free === true && charged
  const isNews =
    !before || (!before.cost && cost !== undefined) || (!before.free && free) || isRefuted || isLost
  if (!isNews) return { result: known }
  const { free: _free, ...kept } = before ?? {}
  const ended = {
    status,
    ...kept,
    ...(cost && { cost }),
    ...((free || (before?.free && !charged)) && { free: true as const }),
    at: before?.at ?? now,
  }
  const purchase = { ...known, ended, ...(isLost && { stored: lost }), at: now }
  return { order: withPurchase(order, purchase, now), result: purchase }
}

/** Notes what became of a clip. */
export function store(
  order: Order | undefined,
  handle: TaskHandle,
  stored: Stored,
  now: number,
): Change<Purchase | undefined> {
  const known = ofTask(order, handle)
  if (!order || !known) return { result: undefined }
  // Stored once is stored, though somebody stores it again; and whoever was to do it first still is.
  if (stored.state === 'open' && known.stored.state !== 'not-asked') return { result: known }
  const purchase = { ...known, stored, at: now }
  return { order: withPurchase(order, purchase, now), result: purchase }
}

/** Closes a purchase without a verdict by what a person says. */
export function settleByHand(
  order: Order,
  purchase: Purchase,
  verdict: 'created' | 'not-created',
  handle: TaskHandle | undefined,
  now: number,
): Order {
  return withPurchase(
    order,
    settled({ ...purchase, settled: verdict, ...(handle && { handle }), at: now }),
    now,
  )
}
