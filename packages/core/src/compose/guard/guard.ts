import type { RenderRequest } from '../../kinds/kinds.ts'
import { assertAmounts } from '../../model/amount.ts'
import { timeOf, unlessAborted, watchClock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { unheard } from '../../model/foreign.ts'
import { formatUsd, type MicroUsd } from '../../model/money.ts'
import { mostInWords, mostOf, type Quote } from '../../model/quote.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import { appraisalOf } from '../../provider/appraisal.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { knownAmong, knownFirst, type Ordered, purchasing } from '../../provider/submit/purchasing.ts'
import type { Journal } from '../journal/journal.ts'
import { memoryJournal } from '../journal/memory.ts'
import { wrap } from '../wrap.ts'
import { type Budget, keepBudget } from './budget.ts'
import { type GuardEvent, keepSuspects } from './events.ts'
import { endedOf, openPurchase } from './purchase.ts'

/**
 * What a guard allows.
 *
 * @example
 * ```ts
 * import { type GuardOptions, usd } from '@reelay/core'
 * const options: GuardOptions = {
 *   maxCostPerTask: usd(1),
 *   budget: { amount: usd(20), windowMs: 24 * 3_600_000 },
 * }
 * ```
 */
export interface GuardOptions {
  /** Most that one task may cost, in micro-USD. */
  readonly maxCostPerTask?: MicroUsd | undefined
  readonly budget?: Budget | undefined
  /**
   * Whether a task of unknown price may be bought; `false` when absent. Such a task counts as `maxCostPerTask` against
   * the budget until the provider says what it cost, so with a budget that must be given too.
   */
  readonly allowUnknownPrice?: boolean | undefined
  /** Asked before a task is bought, when the budget has room for it; `false` declines. */
  readonly confirm?: ((quote: Quote, request: RenderRequest) => boolean | Promise<boolean>) | undefined
  /** Micro-USD up to which nobody is asked; 0 when absent. An unknown price is always asked about. */
  readonly confirmAbove?: MicroUsd | undefined
  /**
   * Told of what a budget cannot take as it comes. What it throws is ignored: a purchase must not be lost for a log.
   */
  readonly onEvent?: ((event: GuardEvent) => void) | undefined
  /** Where the budget is kept. In memory when absent: it then lasts no longer than this guard. */
  readonly journal?: Journal | undefined
}

function assertOptions({ maxCostPerTask, budget, allowUnknownPrice, confirmAbove }: GuardOptions): void {
  const refuse = (message: string): never => {
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
  assertAmounts('money', { maxCostPerTask, confirmAbove })
  if (budget !== undefined) {
    assertAmounts('money', { 'budget.amount': budget?.amount ?? null })
    assertAmounts('window', { 'budget.windowMs': budget?.windowMs ?? null })
    assertAmounts('tries', { 'budget.clips': budget?.clips })
  }
  if (budget && allowUnknownPrice && maxCostPerTask === undefined) {
    refuse(
      'A budget cannot hold a task of unknown price: give maxCostPerTask too, as which such a task counts.',
    )
  }
}

/**
 * A provider that does not overspend. Before anything is sent, the price must be known, the most it may come to must be
 * within `maxCostPerTask` and within what the budget has left, and `confirm` must say yes. The money is set aside in the
 * journal first, so that submits at the same time, also from other processes that share the journal, cannot overspend
 * together. It is given back when surely nothing was made, replaced by the task's cost when the end of the task is read
 * through this provider, and counts as spent where nobody knows whether a task was made.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for amounts that are none. From `submit`, all with outcome `none`:
 * `ERR_BUDGET` with the arithmetic, `retryable` with `retryAfterMs` if the window will free enough; `ERR_DECLINED` when
 * `confirm` says no; else what the provider, the journal or `confirm` throw.
 *
 * @example
 * ```ts
 * import { guard, ReelayError, type VideoProvider, usd } from '@reelay/core'
 * declare const provider: VideoProvider
 * const careful = guard(provider, { maxCostPerTask: usd(1), budget: { amount: usd(20), windowMs: 24 * 3_600_000 } })
 * try {
 *   await careful.submit({ kind: 'text-to-video', prompt: 'A paper boat in the rain' })
 * } catch (error) {
 *   if (!ReelayError.isInstance(error) || error.code !== 'ERR_BUDGET') throw error
 *   console.error(error.message)
 * }
 * ```
 */
export function guard(provider: VideoProvider, options: GuardOptions): VideoProvider {
  assertOptions(options)
  const { maxCostPerTask, allowUnknownPrice = false, confirm, confirmAbove = 0 } = options
  const { id, account, clock } = provider
  const who = { provider: id, account }
  const tell = (event: GuardEvent): void => unheard(() => options.onEvent?.(event))
  const suspects = keepSuspects(provider, tell)
  const watch = watchClock(clock)
  const budget =
    options.budget &&
    keepBudget(options.budget, options.journal ?? memoryJournal(), watch, who, suspects.tell)

  function refuse(message: string): never {
    throw new ReelayError('ERR_BUDGET', `${message} Nothing was sent.`, { ...who, outcome: 'none' })
  }

  /** The most a task may come to; `undefined` when that is unknown and allowed to be. */
  function allowed(quote: Quote): MicroUsd | undefined {
    const most = mostOf(quote)
    if (quote.type === 'unknown' && !allowUnknownPrice) {
      refuse(`The price of this task is unknown: ${quote.why} It is not bought without allowUnknownPrice.`)
    }
    if (most !== undefined && maxCostPerTask !== undefined && most > maxCostPerTask) {
      refuse(`The task may cost ${mostInWords(quote)}, and maxCostPerTask is ${formatUsd(maxCostPerTask)}.`)
    }
    return most
  }

  async function ask(quote: Quote, most: MicroUsd | undefined, request: RenderRequest, signal?: AbortSignal) {
    const suspected = suspects.like(request)
    if (suspected.length > 0 && !confirm) {
      const message = `A task of ${suspected[0]?.model} was charged at more than ten times its quote, and nobody has said yes to another: pass confirm, or look at the bill and make a new guard. Nothing was sent.`
      throw new ReelayError('ERR_DECLINED', message, { ...who, outcome: 'none' })
    }
    if (!confirm || (suspected.length === 0 && most !== undefined && most <= confirmAbove)) return
    // Nothing was sent: an abort need not wait for somebody to make up their mind.
    if (await unlessAborted(Promise.resolve(confirm(quote, request)), signal))
      return suspects.clear(suspected)
    const price = most === undefined ? 'an unknown price' : `up to ${mostInWords(quote)}`
    throw new ReelayError('ERR_DECLINED', `The task, at ${price}, was declined. Nothing was sent.`, {
      ...who,
      outcome: 'none',
    })
  }

  const learn = async (tasks: readonly VideoTask[]): Promise<void> =>
    budget?.settle(tasks.filter(isTerminal).map((task) => endedOf(task, provider.catalog.freeFailures)))

  async function submit(request: RenderRequest, given: Ordered): Promise<VideoTask> {
    const signal = given.abortSignal
    signal?.throwIfAborted()
    const first = await knownFirst((...known) => knownAmong([provider], ...known), request, given)
    if (first.task) {
      await learn([first.task])
      return first.task
    }
    const call = first.options
    const step = watch.step()
    if (step) tell({ type: 'clock-set', at: timeOf(clock), ...step })
    const { repeats, failed } = call.order
    // Priced, allowed and set aside when it was sent first.
    if (repeats) return provider.submit(request, call)
    const { problems, quote } = appraisalOf(provider, request)
    if (problems.length > 0) throw invalidRequest(id, account, problems)
    const most = allowed(quote)
    const counted = most ?? maxCostPerTask ?? 0
    let bought = false
    const purchase =
      budget &&
      (await openPurchase(
        budget,
        call.idempotencyKey,
        { amount: counted, words: mostInWords(quote) },
        {
          record: call.record,
          failed: failed.map(({ handle }) => handle),
          answersKnown: provider.known !== undefined,
        },
      ))
    try {
      await ask(quote, most, request, signal)
      const record = purchase?.record ?? call.record
      const task = await provider.submit(request, { ...call, record })
      bought = true
      await purchase?.succeeded(task)
      return task
    } catch (error) {
      // What became of the money matters more than that the budget could not be told: it goes on counting.
      if (!bought) await purchase?.failed(error).catch(() => undefined)
      throw error
    }
  }

  return wrap(provider, { submit: purchasing(provider, submit), learn })
}
