import { assertAmounts } from '../../model/amount.ts'
import { ReelayError } from '../../model/error.ts'
import { isSubmission, isTaskHandle } from '../../model/handle.ts'
import { type Found, isReadable, type Order } from './order.ts'

type Shape = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTime = (value: unknown): value is number => typeof value === 'number'
const isOneOf = (value: unknown, words: readonly string[]): boolean => isText(value) && words.includes(value)
const maybe = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value)
const isList = (value: unknown, is: (value: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(is)

/** Without a name of its own no verdict could be told from another's. */
const isNamed = (value: unknown): boolean => isSubmission(value) && isText(value.attempt)

const isAttempt = (value: unknown): boolean =>
  isObject(value) &&
  isNamed(value.submission) &&
  isTime(value.at) &&
  isTime(value.until) &&
  maybe(value.outcome, (outcome) => isOneOf(outcome, ['none', 'rejected', 'unknown', 'accepted']))

const isEnded = (value: unknown): boolean =>
  isObject(value) && isTime(value.at) && isOneOf(value.status, ['succeeded', 'failed', 'canceled', 'expired'])

const isStored = (value: unknown): boolean =>
  isObject(value) && isOneOf(value.state, ['not-asked', 'open', 'done', 'lost'])

const isPurchase = (value: unknown): boolean =>
  isObject(value) &&
  isText(value.id) &&
  isText(value.run) &&
  isTime(value.number) &&
  isTime(value.at) &&
  isNamed(value.submission) &&
  isObject(value.quote) &&
  isOneOf(value.state, ['unknown', 'bought', 'nothing']) &&
  isList(value.attempts, isAttempt) &&
  maybe(value.handle, isTaskHandle) &&
  maybe(value.ended, isEnded) &&
  isStored(value.stored) &&
  maybe(value.settled, (settled) => isOneOf(settled, ['created', 'not-created']))

const isOrder = (value: unknown, key: string): value is Order =>
  isObject(value) &&
  value.v === 1 &&
  value.key === key &&
  isText(value.requestHash) &&
  isTime(value.began) &&
  isTime(value.at) &&
  isList(value.purchases, isPurchase)

/**
 * Reads an order as a journal kept it, JSON text or what that was parsed to.
 *
 * @param key Of the order.
 * @returns what is there; `unreadable` for what a later version wrote or what is damaged, which is no proof that nothing
 * was bought.
 *
 * @example
 * ```ts
 * import { readOrder } from '@reelay/core'
 * readOrder('order-77', '{"v":2}').v // 'unreadable'
 * ```
 */
export function readOrder(key: string, stored: unknown): Found {
  try {
    const value: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored
    if (isOrder(value, key)) return value
    const later = isObject(value) && typeof value.v === 'number' && value.v > 1
    const why = later ? `It is of version ${value.v}, and this Reelay reads version 1.` : 'It is damaged.'
    return { v: 'unreadable', key, why, doc: stored }
  } catch {
    return { v: 'unreadable', key, why: 'It is damaged.', doc: stored }
  }
}

/**
 * The order, where it can be read.
 *
 * @throws ReelayError `ERR_SUBMISSION_UNKNOWN`, outcome `unknown`, where it cannot.
 */
export function readable(found: Found | undefined): Order | undefined {
  if (!found || isReadable(found)) return found
  const message = `The journal has an order under the key "${found.key}" that cannot be read. ${found.why} It may have been paid for, so nothing was sent. Read it with the version that wrote it (reelay journal show), or use another key once you know that nothing was bought.`
  throw new ReelayError('ERR_SUBMISSION_UNKNOWN', message, { outcome: 'unknown' })
}

/**
 * Refuses what is no retention: an empty setting read as 0 would forget every key.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function assertRetention(olderThanMs: unknown): void {
  assertAmounts('duration', { olderThanMs })
}

/**
 * The error for an order that would get a task which is another one's already: a journal's `change` rejects with it, and
 * writes nothing.
 *
 * @param name See `nameOfTask`.
 */
export function anothersTask(key: string, name: string): ReelayError {
  const message = `The order "${key}" cannot have ${name}: it is another order's. Look into the provider's console before you buy again.`
  return new ReelayError('ERR_SUBMISSION_UNKNOWN', message, { outcome: 'unknown' })
}
