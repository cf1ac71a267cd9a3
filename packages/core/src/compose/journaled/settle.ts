import { type Clock, systemClock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { handleOf } from '../../provider/task/normalize.ts'
import type { Journal, Reserved } from '../journal/journal.ts'
import { settleByHand } from '../journal/moves.ts'
import { isReadable, nameOfAttempt } from '../journal/order.ts'
import { underWayUntil } from '../journal/standing.ts'

/**
 * Options of {@link settle}.
 *
 * @example
 * ```ts
 * import { type Journal, settle, type SettleOptions } from '@reelay/core'
 * // A person has found the task in the provider's console.
 * async function foundIt(journal: Journal, purchase: string, taskId: string): Promise<void> {
 *   const options: SettleOptions = { taskId }
 *   await settle(journal, purchase, 'created', options)
 * }
 * ```
 */
export interface SettleOptions {
  /** With `created`: the provider's own id of the task, which is then waited for like any other. */
  readonly taskId?: string | undefined
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}

function refuse(message: string): ReelayError {
  return new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'none' })
}

/**
 * Gives back what budgets have set aside for an order that made nothing, where it is surely that.
 *
 * @param step The name of a step's request that was not charged: its own money.
 */
async function giveBack(journal: Journal, key: string, step: string | undefined): Promise<void> {
  const aside: Reserved[] = []
  for await (const one of journal.reserved()) {
    if (one.key !== key || one.spent) continue
    if (one.task === undefined) aside.push(one)
    else if (one.task === step) await journal.amend(one.id, { spent: 0 })
  }
  for (const [, [only, ...more]] of Map.groupBy(aside, ({ budget }) => budget)) {
    if (only && more.length === 0) await journal.amend(only.id, { spent: 0 })
  }
}

/**
 * Closes a purchase without a verdict, by somebody who has looked into the provider's console or bill. `created`: it is
 * paid; with the task's id it goes on as a task, without it the key stays taken for good. `not-created`: the key may be
 * used again, and will then be paid for; refused as long as its request may be under way. After a step before a create
 * the key may be used again either way, and pays for the step anew, since nobody has what it brought.
 *
 * @param purchase Its id, as `openPurchases` and `resume` tell it.
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, when there is no such purchase, when it has its verdict, or
 * when its request may still be under way.
 *
 * @example
 * ```ts
 * import { type Journal, openPurchases, settle } from '@reelay/core'
 * async function giveUp(journal: Journal): Promise<void> {
 *   for (const { id, state } of await openPurchases(journal)) {
 *     if (state === 'unknown') await settle(journal, id, 'not-created')
 *   }
 * }
 * ```
 */
export async function settle(
  journal: Journal,
  purchase: string,
  verdict: 'created' | 'not-created',
  options: SettleOptions = {},
): Promise<void> {
  const { taskId, clock = systemClock } = options
  if (taskId !== undefined && verdict !== 'created')
    throw refuse('A purchase that made no task has no task id.')
  if (taskId !== undefined && (typeof taskId !== 'string' || taskId.trim() === ''))
    throw refuse('The task id is a text that is not empty, as the provider shows it.')
  const found = (await journal.named(nameOfAttempt(purchase))).find(isReadable)
  if (!found) throw refuse(`The journal knows no purchase ${purchase}.`)
  // Thrown outside: a transaction has to end either way.
  const refusal = await journal.change(found.key, clock.now(), (order, now) => {
    const known = order?.purchases.find(({ id }) => id === purchase)
    if (!order || !known) return { result: `The journal knows no purchase ${purchase}.` }
    if (known.state !== 'unknown') {
      return { result: `The purchase ${purchase} needs no verdict by hand: it is ${known.state}.` }
    }
    const isStep = known.submission.step !== undefined
    if (isStep && taskId !== undefined) {
      return { result: `The purchase ${purchase} is the step ${known.submission.step}, which makes no task.` }
    }
    const until = underWayUntil(known)
    if ((verdict === 'not-created' || isStep) && until > now) {
      const seconds = Math.ceil((until - now) / 1_000)
      return {
        result: `The request of the purchase ${purchase} may still be under way. Look again in ${seconds} s.`,
      }
    }
    const { submission } = known
    const handle = taskId === undefined ? undefined : handleOf(submission, taskId, submission.startedAt)
    return { order: settleByHand(order, known, verdict, handle, now), result: undefined }
  })
  if (refusal) throw refuse(refusal)
  const isStep = found.purchases.some(
    ({ id, submission }) => id === purchase && submission.step !== undefined,
  )
  // After a step surely no create was sent.
  if (verdict === 'not-created' || isStep) {
    const uncharged = isStep && verdict === 'not-created' ? nameOfAttempt(purchase) : undefined
    await giveBack(journal, found.key, uncharged)
  }
}
