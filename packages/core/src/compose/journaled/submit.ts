import type { RenderRequest } from '../../kinds/kinds.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { RecordEntry } from '../../provider/options.ts'
import type { StepResult } from '../../provider/step.ts'
import type { Ordered } from '../../provider/submit/purchasing.ts'
import { begin, judge } from '../journal/moves.ts'
import type { Purchase } from '../journal/order.ts'
import { takenStep } from '../journal/standing.ts'
import { unknownSubmission } from './errors.ts'
import { type Books, knownAs } from './known.ts'

const closingMs = 1_000

type Intent = RecordEntry & { readonly type: 'intent' }

/**
 * Buys under the journal: the intent is written, in the transaction that sees whether anything stands against it, before
 * each paid POST, and the verdict after it.
 *
 * @param repeated An earlier submit's purchase without a verdict, which this one sends once more.
 * @throws ReelayError what the provider's own `submit` throws, or what an earlier submit under the key makes of this one.
 */
export async function buy(
  books: Books,
  request: RenderRequest,
  options: Ordered,
  repeated?: Purchase,
): Promise<VideoTask | undefined> {
  const { provider, journal, inFlightMs, again, watch } = books
  const { clock } = provider
  const { abortSignal, order } = options
  let answer: (() => Promise<VideoTask | undefined>) | undefined
  let turn = Promise.resolve()
  // Names of requests that were let go: what stops a repetition of one says nothing about it.
  const left = new Set<string>()

  async function never(entry: Intent): Promise<void> {
    if (left.has(entry.submission.attempt)) return
    const verdict = { submission: entry.submission, outcome: 'none' } as const
    await journal
      .change(options.idempotencyKey, watch.earlier(), (known, now) => judge(known, verdict, now))
      .catch(() => undefined)
  }

  async function beforePost(entry: Intent): Promise<void> {
    const { submission, quote, seconds } = entry
    const { run, store, failed } = order
    const asked = {
      submission,
      quote,
      seconds,
      // Not before: only here is it sure to be a request at all.
      requestHash: await order.hash(),
      run,
      inFlightMs,
      store,
      failed,
      again,
      repeats: repeated?.id,
    }
    const begun = await journal
      .change(submission.idempotencyKey, watch.earlier(), (known, now) => begin(known, asked, now))
      .catch(async (error: unknown) => {
        // It may have been written all the same.
        await never(entry)
        throw error
      })
    if (begun.state !== 'begun') {
      const isRepeated = begun.state === 'unknown' && begun.purchase.id === repeated?.id
      const why = 'was sent before and has no verdict, and this would be another request'
      answer = isRepeated
        ? () => Promise.reject(unknownSubmission(begun.purchase.submission, why, provider.find !== undefined))
        : async () => {
            if (begun.state === 'taken') return undefined
            const known = knownAs(books, request, options, begun)
            return known.state === 'again' ? undefined : known.answer()
          }
      // Whatever stands between us and the leaf may treat this as it likes: nothing is sent, and the answer is ours.
      throw new Error('Bought before; nothing is sent.')
    }
    try {
      await options.record?.(entry)
    } catch (error) {
      await never(entry)
      throw error
    }
    left.add(submission.attempt)
  }

  async function write(entry: RecordEntry): Promise<void> {
    if (entry.type === 'intent') return beforePost(entry)
    try {
      await journal.change(entry.submission.idempotencyKey, watch.earlier(), (known, now) =>
        judge(known, entry, now),
      )
    } finally {
      await options.record?.(entry)
    }
  }

  /** One after the other: an abort does not wait for us, and its verdict must not come before the intent it is about. */
  function record(entry: RecordEntry): Promise<void> {
    const mine = turn.then(() => write(entry))
    turn = mine.catch(() => undefined)
    return mine
  }

  let closing: Promise<void> | undefined

  /** Closes the books, once. After an abort only for a moment: a journal that hangs must not hold the caller up. */
  function close(): Promise<void> {
    closing ??= closeBooks()
    return closing
  }

  async function closeBooks(): Promise<void> {
    if (!abortSignal?.aborted) return turn
    const enough = new AbortController()
    const patience = clock.sleep(closingMs, enough.signal).catch(() => undefined)
    await Promise.race([turn, patience])
    enough.abort()
  }

  const repeats = repeated && { repeats: repeated.submission, number: repeated.number }
  /** In a transaction, by the clock that `begin` goes by: what one finds must not be nothing to the other. */
  const stepResult = (step: Submission): Promise<StepResult | undefined> =>
    journal.change(options.idempotencyKey, watch.earlier(), (known, now) => ({
      result: takenStep(known?.purchases ?? [], step, now)?.result,
    }))
  const inside = {
    ...options,
    record,
    claimed: books.claimed,
    order: { ...order, asked: true, stepResult, ...repeats },
  }
  try {
    return await provider.submit(request, inside)
  } catch (error) {
    await close()
    if (answer) return await answer()
    const refused =
      ReelayError.isInstance(error) && (error.outcome === 'none' || error.outcome === 'rejected')
    if (!repeated || !refused) throw error
    // This POST was refused, but the one before it may still have made a task.
    const why = `was sent before and has no verdict; sending it again was refused (${error.message})`
    throw unknownSubmission(repeated.submission, why, provider.find !== undefined)
  } finally {
    await close()
  }
}
