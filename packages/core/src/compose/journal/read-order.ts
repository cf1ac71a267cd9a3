import * as z from 'zod/mini'
import { assertAmounts } from '../../model/amount.ts'
import { ReelayError } from '../../model/error.ts'
import { isSubmission, isTaskHandle, type Submission, type TaskHandle } from '../../model/handle.ts'
import type { Reserved } from './journal.ts'
import { type Found, isReadable, type Order } from './order.ts'

const text = z.string().check(z.minLength(1))
// Without a name of its own no verdict could be told from another's.
const named = z.custom<Submission>((value) => isSubmission(value) && z.safeParse(text, value.attempt).success)

const attempt = z.object({
  submission: named,
  at: z.number(),
  until: z.number(),
  outcome: z.optional(z.enum(['none', 'rejected', 'unknown', 'accepted'])),
})

const purchase = z.object({
  id: text,
  run: text,
  number: z.number(),
  at: z.number(),
  submission: named,
  quote: z.looseObject({}),
  state: z.enum(['unknown', 'bought', 'nothing']),
  attempts: z.array(attempt),
  handle: z.optional(z.custom<TaskHandle>(isTaskHandle)),
  ended: z.optional(
    z.object({ at: z.number(), status: z.enum(['succeeded', 'failed', 'canceled', 'expired']) }),
  ),
  result: z.optional(z.object({ until: z.optional(z.number()) })),
  stored: z.object({ state: z.enum(['not-asked', 'open', 'done', 'lost']) }),
  settled: z.optional(z.enum(['created', 'not-created'])),
})

// What decides: an order stays as it was kept, whatever else is in it.
const order = z.object({
  v: z.literal(1),
  key: text,
  requestHash: text,
  began: z.number(),
  at: z.number(),
  purchases: z.array(purchase),
})
const versioned = z.object({ v: z.number() })

/** What is wrong with an order, by the first place where something is. */
function damaged(error: z.core.$ZodError | undefined): string {
  const at = error?.issues[0]?.path.join('.')
  return at ? `It is damaged at ${at}.` : 'It is damaged.'
}

/**
 * Reads an order as a journal kept it, JSON text or what that was parsed to.
 *
 * @param key Of the order.
 * @returns what is there; `unreadable` for what a later version wrote or what is damaged, which is no proof that nothing
 * was bought.
 *
 * @example
 * ```ts
 * import { readOrder } from '@reelay/core/adapter'
 * readOrder('order-77', '{"v":2}').v // 'unreadable'
 * ```
 */
export function readOrder(key: string, stored: unknown): Found {
  try {
    const value: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored
    const read = z.safeParse(order, value)
    if (read.success && read.data.key === key) return value as Order
    const { v = 1 } = z.safeParse(versioned, value).data ?? {}
    const why = v > 1 ? `It is of version ${v}, and this Reelay reads version 1.` : damaged(read.error)
    return { v: 'unreadable', key, why, doc: stored }
  } catch {
    return { v: 'unreadable', key, why: 'It is damaged.', doc: stored }
  }
}

/**
 * The order, where it can be read.
 *
 * @throws ReelayError `ERR_SUBMISSION_UNKNOWN`, outcome `unknown`, where it cannot.
 *
 * @example
 * ```ts
 * import { type Journal } from '@reelay/core'
 * import { readableOrder } from '@reelay/core/adapter'
 * async function purchasesUnder(journal: Journal, key: string): Promise<number> {
 *   return readableOrder(await journal.order(key))?.purchases.length ?? 0
 * }
 * ```
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
 *
 * @example
 * ```ts
 * import { assertRetention } from '@reelay/core/adapter'
 * function olderThan(retentionMs: unknown, now: number): number {
 *   assertRetention(retentionMs)
 *   return now - Number(retentionMs)
 * }
 * ```
 */
export function assertRetention(olderThanMs: unknown): void {
  assertAmounts('duration', { olderThanMs })
}

/**
 * The error for an order that would get a task which is another one's already: a journal's `change` rejects with it, and
 * writes nothing.
 *
 * @param name See `nameOfTask`.
 *
 * @example
 * ```ts
 * import { type Order } from '@reelay/core'
 * import { anothersTask, taskNamesOf } from '@reelay/core/adapter'
 * function assertOwn(order: Order, keyOf: ReadonlyMap<string, string>): void {
 *   for (const name of taskNamesOf(order)) {
 *     if ((keyOf.get(name) ?? order.key) !== order.key) throw anothersTask(order.key, name)
 *   }
 * }
 * ```
 */
export function anothersTask(key: string, name: string): ReelayError {
  const message = `The order "${key}" cannot have ${name}: it is another order's. Look into the provider's console before you buy again.`
  return new ReelayError('ERR_SUBMISSION_UNKNOWN', message, { outcome: 'unknown' })
}

const reservation = z.object({
  id: z.string(),
  budget: z.string(),
  key: z.string(),
  task: z.optional(z.string()),
  amount: z.number(),
  at: z.number(),
  spent: z.boolean(),
})

/** Reads a reservation as a journal kept it; `undefined` for what is damaged, which may be money that was spent. */
export const readReserved = (stored: unknown): Reserved | undefined =>
  z.safeParse(reservation, stored).success ? (stored as Reserved) : undefined

/** The error for a budget whose journal holds a reservation that cannot be read. */
export function damagedReservation(id: string): ReelayError {
  const message = `The journal holds a reservation "${id}" that cannot be read. It may be money of this budget that was spent, so nothing was sent. Restore that row, or remove it once you know what it stood for.`
  return new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}
