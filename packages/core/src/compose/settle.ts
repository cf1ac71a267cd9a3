import { type Clock, systemClock } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import { handleOf } from '../provider/task/normalize.ts'
import type { Journal } from './journal.ts'
import { isFree, purchasesOf } from './journaled-purchases.ts'

/** Options of {@link settle}. */
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
 * Closes a purchase without a verdict, by somebody who has looked into the provider's console or bill. `created`: it is
 * paid; with the task's id it goes on as a task, without it the key stays taken for good. `not-created`: the key may be
 * used again, and will then be paid for.
 *
 * @param purchase Its id, as `openPurchases` and `resume` tell it.
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, when there is no such purchase or it has its verdict.
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
  const known = (await purchasesOf(journal)).get(purchase)
  if (!known) throw refuse(`The journal knows no purchase ${purchase}.`)
  if (known.state !== 'unknown') {
    throw refuse(`The purchase ${purchase} needs no verdict by hand: it is ${known.state}.`)
  }
  const at = clock.now()
  if (taskId !== undefined && verdict === 'created') {
    const { submission } = known
    const handle = handleOf(submission, taskId, submission.startedAt)
    await journal.append({ type: 'verdict', submission, outcome: 'accepted', handle, at })
    return
  }
  if (taskId !== undefined) throw refuse('A purchase that made no task has no task id.')
  await journal.append({ type: 'settled', purchase, verdict, at })
  if (verdict === 'created') return
  await journal.unclaim(purchase)
  if (known.within && isFree(await purchasesOf(journal), known.within)) await journal.unclaim(known.within)
}
