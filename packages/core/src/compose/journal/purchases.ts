import type { TaskHandle } from '../../model/handle.ts'
import type { TerminalTask } from '../../model/task.ts'
import type { Stored } from '../../provider/stored.ts'
import { isFree } from '../../provider/task/free.ts'
import type { Journal } from './journal.ts'
import { end, store } from './moves.ts'
import { isOpen, isReadable, type Purchase, type UnreadableOrder } from './order.ts'
import { readable } from './read-order.ts'

/**
 * The purchases that are not closed, oldest first: a request without a verdict, a task that has not been seen to end, or a
 * clip that is still to be stored.
 *
 * @throws what the journal throws. Orders that cannot be read are left out; see {@link unreadableOrders}.
 *
 * @example
 * ```ts
 * import { memoryJournal, openPurchases } from '@reelay/core'
 * for (const { state, stored, submission } of await openPurchases(memoryJournal())) {
 *   console.log(submission.idempotencyKey, state, stored.state)
 * }
 * ```
 */
export async function openPurchases(journal: Journal): Promise<readonly Purchase[]> {
  const open: Purchase[] = []
  for await (const found of journal.open())
    if (isReadable(found)) open.push(...found.purchases.filter(isOpen))
  return open
}

/**
 * The orders of a journal that this version cannot read, which may have been paid for.
 *
 * @example
 * ```ts
 * import { memoryJournal, unreadableOrders } from '@reelay/core'
 * for (const { key, why } of await unreadableOrders(memoryJournal())) console.warn(key, why)
 * ```
 */
export async function unreadableOrders(journal: Journal): Promise<readonly UnreadableOrder[]> {
  const unreadable: UnreadableOrder[] = []
  // Not open(): a database lists there what was open when it could still be read.
  for await (const found of journal.orders()) if (!isReadable(found)) unreadable.push(found)
  return unreadable
}

/**
 * Writes down that a task has ended. Nothing happens when the journal does not know the task.
 *
 * @param at Milliseconds since the epoch by the caller's clock.
 * @param free Whether it failed, and its provider documents that this is never charged; as the task says when absent.
 * @returns the purchase as it is now.
 *
 * @example
 * ```ts
 * import { type Journal, noteEnd, type TerminalTask } from '@reelay/core'
 * const close = (journal: Journal, task: TerminalTask) => noteEnd(journal, task, Date.now())
 * ```
 */
export async function noteEnd(
  journal: Journal,
  task: TerminalTask,
  at: number,
  free: boolean = isFree(task),
): Promise<Purchase | undefined> {
  const { idempotencyKey } = task.handle
  // Mostly it is known, or not the journal's: then nothing is to be written.
  const found = await journal.order(idempotencyKey)
  const known = end(readable(found), task, at, free)
  if (!known.order) return known.result
  return journal.change(idempotencyKey, at, (order, now) => end(order, task, now, free))
}

/**
 * Writes down what became of a clip: that it is to be stored (`open`), is stored (`done`), or that the provider no longer
 * holds it (`lost`, which ends it). Nothing happens when the journal does not know the task.
 *
 * @param at Milliseconds since the epoch by the caller's clock.
 * @returns the purchase as it is now.
 *
 * @example
 * ```ts
 * import { type Journal, noteStored, type TaskHandle } from '@reelay/core'
 * const done = (journal: Journal, handle: TaskHandle) => noteStored(journal, handle, { state: 'done' }, Date.now())
 * ```
 */
export async function noteStored(
  journal: Journal,
  handle: TaskHandle,
  stored: Stored,
  at: number,
): Promise<Purchase | undefined> {
  return journal.change(handle.idempotencyKey, at, (order, now) => store(order, handle, stored, now))
}
