import type { RenderRequest } from '../../kinds/kinds.ts'
import { assertAmounts } from '../../model/amount.ts'
import { timeOf, watchClock } from '../../model/clock.ts'
import type { Submission, TaskHandle } from '../../model/handle.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { FindOptions, SubmitOptions } from '../../provider/options.ts'
import type { Known } from '../../provider/order.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { gravest, knownFirst, type Ordered, ordered, purchasing } from '../../provider/submit/purchasing.ts'
import { isFree } from '../../provider/task/free.ts'
import type { Journal } from '../journal/journal.ts'
import { noteEnd, noteStored } from '../journal/purchases.ts'
import { wrap } from '../wrap.ts'
import { claimedBy, noteFound } from './find-lost.ts'
import { type Books, knownHere } from './known.ts'
import { buy } from './submit.ts'

/**
 * Options of {@link journaled}.
 *
 * @example
 * ```ts
 * import { type Journal, journaled, type JournaledOptions, type VideoProvider } from '@reelay/core'
 * const options: JournaledOptions = { afterFreeFailure: 'buy-again', inFlightMs: 120_000 }
 * const stubborn = (provider: VideoProvider, journal: Journal): VideoProvider => journaled(provider, journal, options)
 * ```
 */
export interface JournaledOptions {
  /**
   * Milliseconds for which a paid request without a verdict is taken to be still under way, here or in another process;
   * 90,000 when absent: one HTTP attempt and the search after it.
   */
  readonly inFlightMs?: number | undefined
  /**
   * Whether a purchase left without a verdict may be sent again under the same external id, where the provider takes
   * one; `true` when absent.
   */
  readonly resend?: boolean | undefined
  /**
   * What a submit under the key of a task does that has failed for free (a failure that its provider documents as never
   * charged, see `Catalog.freeFailures`, and no cost above zero reported): `keep` (the default) returns that task;
   * `buy-again` buys once more, as the next purchase of the order, through check, quote, budget and confirm like the first.
   * `generate` does so by itself, within its deadline; `wait`, `watch`, `resume`, `settle` and webhooks never do.
   */
  readonly afterFreeFailure?: 'keep' | 'buy-again' | undefined
}

const defaultInFlightMs = 90_000

/**
 * Writes down every purchase of a provider before it is paid, so that no crash loses one and nobody buys the same twice.
 *
 * The same key and request, submitted again from this or another process, returns the first task, however that ended
 * (but see `afterFreeFailure`), before anything is checked, priced, confirmed, uploaded or sent. If another process is in
 * the middle of buying it, `submit` waits for what comes of it, up to `inFlightMs`; then it looks for the task itself. A purchase without a verdict is sent again only under the same external id, at providers that
 * take such an id once; anywhere else it stays unknown. A key whose purchase was refused may be used again. Keys hold as
 * long as the journal remembers the purchase.
 *
 * One key is one order, wherever in the stack the journal is and whichever provider it went to. Requests are the same
 * order when they are equal as you gave them: media by their bytes, addresses as text, so give bytes or an address that
 * stays where an address is signed anew each time. One journal belongs into a stack once.
 *
 * @throws ReelayError from `submit`, beside what the provider throws: `ERR_INVALID_REQUEST`, outcome `none`, when the key
 * names another request; `ERR_SUBMISSION_UNKNOWN` with the first submission when that has no verdict and cannot be found;
 * what the journal rejects with, unchanged, before anything is sent.
 *
 * @example
 * ```ts
 * import { generate, journaled, memoryJournal, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider
 * const provider = journaled(kling, memoryJournal()) // in earnest sqliteJournal('reelay.db') of @reelay/sql
 * await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat' }, { idempotencyKey: 'order-77' })
 * ```
 */
export function journaled(
  provider: VideoProvider,
  journal: Journal,
  options: JournaledOptions = {},
): VideoProvider {
  const { inFlightMs = defaultInFlightMs, resend = true, afterFreeFailure = 'keep' } = options
  assertAmounts('duration', { inFlightMs })
  const again = afterFreeFailure === 'buy-again'
  const watch = watchClock(provider.clock)
  const claimed = claimedBy(journal)
  const books: Books = { provider, journal, inFlightMs, resend, again, watch, claimed, resubmit }

  async function resubmit(...[request, call, purchase]: Parameters<Books['resubmit']>): Promise<VideoTask> {
    return (await buy(books, request, call, purchase)) ?? submit(request, call)
  }

  const free = (task: VideoTask): boolean => isFree(task, provider.catalog.freeFailures)

  async function noteEnded(task: VideoTask): Promise<void> {
    if (!isTerminal(task)) return
    // Without this line somebody asks for the task once more, which is free; the task itself must not be lost for it.
    await noteEnd(journal, task, timeOf(provider.clock), free(task)).catch(() => undefined)
  }

  async function known(request: RenderRequest, call: SubmitOptions): Promise<Known | undefined> {
    if (call.idempotencyKey === undefined) return undefined
    const options = ordered(request, call)
    return gravest([await knownHere(books, request, options), await provider.known?.(request, options)])
  }

  async function submit(request: RenderRequest, call: Ordered): Promise<VideoTask> {
    for (let options = call; ; ) {
      const first = await knownFirst(known, request, options)
      const task = first.task ?? (await buy(books, request, first.options))
      if (task) {
        await noteEnded(task)
        return task
      }
      // It was being bought by somebody else, and came to nothing.
      options = { ...call, order: { ...call.order, asked: false } }
    }
  }

  return wrap(provider, {
    submit: purchasing(provider, submit),
    known,
    ...(provider.find && {
      async find(submission: Submission, call: FindOptions = {}) {
        const options = { ...call, claimed: call.claimed ?? claimed }
        const found = (await provider.find?.(submission, options)) ?? ({ state: 'not-found-yet' } as const)
        if (found.state === 'found') await noteFound(journal, submission, found.task, timeOf(provider.clock))
        return found
      },
    }),
    buysAgain: (task) => again && free(task),
    // Whether to buy again is the journal's own switch, wherever else there is one.
    ...((again || provider.perOrder) && {
      perOrder: { bought: 1, paid: 1, ...provider.perOrder, again },
    }),
    learn: async (tasks) => {
      for (const task of tasks) await noteEnded(task)
    },
    async noteStored(handle: TaskHandle, stored) {
      await provider.noteStored?.(handle, stored)
      await noteStored(journal, handle, stored, timeOf(provider.clock))
    },
  })
}
