import type { Attempt } from '../model/attempt.ts'
import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import type { FreeFailures } from '../model/offer.ts'
import { mostOf } from '../model/quote.ts'
import { isTerminal, type VideoTask } from '../model/task.ts'
import type { RecordEntry, SubmitOptions } from '../provider/provider.ts'
import { isFree } from '../provider/task/free.ts'
import type { Asked, BudgetKeeper, Ended } from './budget.ts'
import type { Reserved } from './journal/journal.ts'

/** What a submit that is about to set money aside says of itself. */
interface Opening {
  /** The caller's. */
  readonly record: Record | undefined
  /** Tasks of the order that failed for free, whose reservations it takes over. */
  readonly failed: readonly TaskHandle[]
  /** Whether the provider may answer with a purchase of an earlier submit, which counts already. */
  readonly answersKnown: boolean
}

type Record = NonNullable<SubmitOptions['record']>

/** One submit as its budget sees it. */
export interface GuardedPurchase {
  /** To be given to the provider in place of the caller's. */
  readonly record: Record
  /** It brought a task. */
  succeeded(task: VideoTask): Promise<void>
  /** It brought none, or none that could be handed over. */
  failed(error: unknown): Promise<void>
}

/** What a failover learned of tasks that failed on the way, which nobody will read again. */
function costsOf(attempts: readonly Attempt[] = []): readonly Ended[] {
  return attempts.flatMap(({ code, handle, cost }) => (code && handle && cost ? [{ handle, cost }] : []))
}

/** A task that has ended, for its budget. */
export const endedOf = (task: VideoTask, free?: FreeFailures): Ended => ({
  handle: task.handle,
  ...(task.cost && { cost: task.cost }),
  free: isFree(task, free),
})

/**
 * Sets money aside for a submit, and keeps it for whatever may have been bought. One reservation follows the submit
 * from provider to provider while each surely made nothing; as soon as one may have made a task, the reservation stays
 * with that task, and whoever is tried after it takes another.
 *
 * @throws whatever {@link BudgetKeeper.reserve} throws.
 */
export async function openPurchase(
  budget: BudgetKeeper,
  key: string,
  asked: Asked,
  { record, failed, answersKnown }: Opening,
): Promise<GuardedPurchase> {
  const { amount } = asked
  let free: Reserved | undefined = await budget.reserve(key, asked, failed)
  // The leaf that is being asked may be cheaper than the dearest, for which the money was set aside.
  let atMost = amount
  // A paid request may be on its way.
  let underWay = false
  // One has left, whatever came of it.
  let sent = false

  async function keep(handle: TaskHandle | undefined): Promise<void> {
    const reserved = free
    free = undefined
    if (handle && reserved) await budget.bind(handle, reserved, Math.min(amount, atMost))
  }

  async function give(): Promise<void> {
    const reserved = free
    free = undefined
    if (reserved) await budget.release(reserved)
  }

  async function recordIntent(entry: RecordEntry & { type: 'intent' }): Promise<void> {
    free ??= await budget.reserve(key, asked)
    atMost = mostOf(entry.quote) ?? amount
    await record?.(entry)
    underWay = true
    sent = true
  }

  return {
    async record(entry) {
      if (entry.type === 'intent') return recordIntent(entry)
      underWay = false
      if (entry.outcome === 'accepted' || entry.outcome === 'unknown') await keep(entry.handle)
      await record?.(entry)
    },
    async succeeded(task) {
      const reserved = free
      free = undefined
      // Nothing has left in this submit: a journal further in answered with a purchase of an earlier one.
      if (reserved && !sent && (answersKnown || (await budget.counts(task.handle))))
        await budget.release(reserved)
      else if (reserved) await budget.bind(task.handle, reserved, Math.min(amount, atMost))
      await budget.settle([
        ...costsOf(task.attempts),
        ...[task].filter(isTerminal).map((one) => endedOf(one)),
      ])
    },
    async failed(error) {
      // A caller's own abort reason or journal error comes through only while nothing has left.
      if (ReelayError.isInstance(error)) await budget.settle(costsOf(error.attempts))
      const outcome = ReelayError.isInstance(error) ? error.outcome : underWay ? 'unknown' : 'none'
      if (outcome === 'none' || outcome === 'rejected') return give()
      // A journal answers for a purchase of an earlier submit: it counts there, and nothing left in this one.
      if (!sent && answersKnown) return give()
      await keep(ReelayError.isInstance(error) ? error.handle : undefined)
    },
  }
}
