import { ownerKey, type Submission } from '../../model/handle.ts'
import type { FailedPurchase } from '../../provider/order.ts'
import type { Order, Purchase } from './order.ts'

/** What an order means for a submit under its key. */
export type Standing =
  /** Nothing came of it, or nothing was tried. */
  | { readonly state: 'free' }
  /** The key names another request. */
  | { readonly state: 'conflict'; readonly first: Purchase }
  | { readonly state: 'bought'; readonly purchase: Purchase }
  | {
      readonly state: 'unknown'
      readonly purchase: Purchase
      /** Milliseconds since the epoch, by the journal's clock, until which it is taken to be under way; 0: it is not. */
      readonly until: number
    }
  /** Its last purchase failed and cost nothing: it may be bought again, as this number. */
  | {
      readonly state: 'again'
      readonly number: number
      readonly failed: readonly FailedPurchase[]
      /** The id of that one. */
      readonly last: string
    }

/** Until when one of its requests is taken to be under way; 0 when each has a verdict. */
export const underWayUntil = ({ attempts }: Purchase): number =>
  Math.max(0, ...attempts.filter(({ outcome }) => outcome === undefined).map(({ until }) => until))

const isFreeFailure = ({ state, ended }: Purchase): boolean => state === 'bought' && ended?.free === true

const live = (purchases: readonly Purchase[]): readonly Purchase[] =>
  purchases.filter(({ state }) => state !== 'nothing')

/** A step that is paid for decides nothing: its create may follow. */
const isDoneStep = ({ state, submission }: Purchase): boolean =>
  submission.step !== undefined && state === 'bought'

/** Whether a step brought what the provider still holds. */
const isHeld = ({ result }: Purchase, now: number): boolean =>
  result !== undefined && (result.until === undefined || now < result.until)

/** The purchase of the same step for the same request at the same account, whose result can be used. */
export function takenStep(
  purchases: readonly Purchase[],
  step: Submission,
  now: number,
): Purchase | undefined {
  if (step.step === undefined) return undefined
  return purchases
    .filter(
      (one) =>
        isDoneStep(one) &&
        isHeld(one, now) &&
        one.submission.step === step.step &&
        one.submission.requestHash === step.requestHash &&
        sameOwner(one.submission, step),
    )
    .at(-1)
}

/**
 * The purchase that decides what a key means: of the last number, a task if there is one, else what may have become one, or
 * may have been charged on the way to it; none where all came to nothing, or to steps that are done.
 *
 * @example
 * ```ts
 * import { decidingPurchase, type Order } from '@reelay/core'
 * const taskOf = (order: Order) => decidingPurchase(order.purchases)?.handle
 * ```
 */
export function deciding(purchases: readonly Purchase[]): Purchase | undefined {
  const counted = live(purchases).filter((one) => !isDoneStep(one))
  const number = Math.max(0, ...counted.map((one) => one.number))
  const last = counted.filter((one) => one.number === number)
  return last.filter(({ handle }) => handle).at(-1) ?? last.find(({ state }) => state === 'bought') ?? last[0]
}

/**
 * What an order means for a submit of this request.
 *
 * @param again Whether a key whose purchase failed for free may be bought again.
 */
export function standingOf(order: Order | undefined, requestHash: string, again: boolean): Standing {
  const last = deciding(order?.purchases ?? [])
  const [first] = live(order?.purchases ?? [])
  if (!order || !first) return { state: 'free' }
  if (order.requestHash !== requestHash) return { state: 'conflict', first }
  if (!last) return { state: 'free' }
  if (last.state === 'unknown') return { state: 'unknown', purchase: last, until: underWayUntil(last) }
  if (!again || !isFreeFailure(last)) return { state: 'bought', purchase: last }
  const failed = order.purchases.filter(isFreeFailure).flatMap(({ handle }) => (handle ? [{ handle }] : []))
  return { state: 'again', number: last.number + 1, failed, last: last.id }
}

/** Whether two submissions went to the same account at the same host. */
export const sameOwner = (a: Submission, b: Submission): boolean => ownerKey(a) === ownerKey(b)

/**
 * Whether sending it again makes no second task, as the host documents it for the one that is about to be sent. What was
 * sent first sets the end of it, and the bytes.
 */
export function isRepeatable(first: Submission, next: Submission, now: number): boolean {
  const { externalId, repeatable } = next
  if (externalId === undefined || externalId !== first.externalId || repeatable === undefined) return false
  if (!sameOwner(first, next)) return false
  if (repeatable === true) return true
  if (first.repeatable === undefined || first.repeatable === true) return false
  return now < first.repeatable.until && first.repeatable.bytes === repeatable.bytes
}
