import type { FreeFailures } from '../../kinds/offer.ts'
import type { Attempt } from '../../model/attempt.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { mostInWords, mostOf } from '../../model/quote.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { RecordEntry, SubmitOptions } from '../../provider/options.ts'
import { isFree } from '../../provider/task/free.ts'
import type { Reserved } from '../journal/journal.ts'
import { nameOfAttempt } from '../journal/order.ts'
import type { Asked, BudgetKeeper, EndedPurchase } from './budget.ts'
import { chargeOf, type StepMoney } from './charge.ts'

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
function costsOf(attempts: readonly Attempt[] = []): readonly EndedPurchase[] {
  return attempts.flatMap(({ code, handle, cost }) => (code && handle && cost ? [{ handle, cost }] : []))
}

/** A task that has ended, for its budget. */
export const endedOf = (task: VideoTask, free?: FreeFailures): EndedPurchase => ({
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
  // What the last one brought, and its number: a higher one follows only what has failed for free.
  let brought: { readonly handle: TaskHandle; readonly number: number } | undefined
  // One has left, whatever came of it.
  let sent = false
  // Steps on their way, by the name of their request.
  const steps = new Map<string, StepMoney>()
  // The name of the last one with a verdict.
  let concluded: string | undefined
  let closed = false

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

  function assertOpen(): void {
    // After an abort a slow journal further in may come to its intent only now: nothing leaves any more.
    if (closed) throw new Error('The submit has ended; nothing is sent.')
  }

  async function recordIntent(entry: RecordEntry & { type: 'intent' }): Promise<void> {
    const { number = 1, attempt } = entry.submission
    assertOpen()
    if (!free) {
      const left = brought && brought.number < number ? [brought.handle] : []
      free = await budget.reserve(key, asked, left)
      if (closed) await give()
      assertOpen()
    }
    const { step } = entry.submission
    if (step !== undefined) {
      const money = { amount: mostOf(entry.quote) ?? 0, words: mostInWords(entry.quote) }
      const taken = await budget.takeStep(key, free, money, nameOfAttempt(attempt))
      free = taken.rest
      steps.set(attempt, taken)
    } else atMost = mostOf(entry.quote) ?? amount
    await record?.(entry)
    // An abort does not wait for a slow journal: its verdict may be here before the intent is noted.
    if (concluded === attempt) return
    underWay = true
    sent = true
  }

  return {
    async record(entry) {
      if (entry.type === 'intent') return recordIntent(entry)
      underWay = false
      const { handle, submission } = entry
      concluded = submission.attempt
      const step = steps.get(submission.attempt)
      if (step) {
        steps.delete(submission.attempt)
        const { outcome, cost } = entry
        const charge = chargeOf(cost, step.own.amount)?.amount ?? step.own.amount
        if (outcome === 'accepted') await step.spent(charge)
        else if (outcome !== 'unknown') await step.spent(0)
        return record?.(entry)
      }
      if (handle) brought = { handle, number: submission.number ?? 1 }
      if (entry.outcome === 'accepted' || entry.outcome === 'unknown') await keep(handle)
      await record?.(entry)
    },
    async succeeded(task) {
      closed = true
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
      closed = true
      // A caller's own abort reason or journal error comes through only while nothing has left.
      if (ReelayError.isInstance(error)) await budget.settle(costsOf(error.attempts))
      const outcome = ReelayError.isInstance(error) ? error.outcome : underWay ? 'unknown' : 'none'
      if (outcome === 'none' || outcome === 'rejected') return give()
      // The step counts by itself, and surely no create was sent.
      if (ReelayError.isInstance(error) && error.submission?.step !== undefined) return give()
      // A journal answers for a purchase of an earlier submit: it counts there, and nothing left in this one.
      if (!sent && answersKnown) return give()
      await keep(ReelayError.isInstance(error) ? error.handle : undefined)
    },
  }
}
