import { elapsedOf } from '../../model/clock.ts'
import { findOnce } from './find.ts'
import { type Purchase, postAgain } from './post.ts'
import type { Sighting } from './search.ts'

// Reads are free and a slow create shows up within seconds, so a few looks cost nothing but patience.
const looksAtMs = [0, 2_000, 5_000]
// Where nothing can be adopted, a look names candidates, and more of them bring nothing.
const looksInVainAtMs = [2_000]
// A repetition under a key that is still at work is refused; it is asked again until the budget is used up.
const repeatsAtMs = [0, 2_000, 5_000, 10_000]
const budgetMs = 15_000
const shortestLookMs = 1_000
const unseen: Sighting = { candidates: [] }

/**
 * Settles a create whose answer was lost, where the provider takes an id of ours: look for the task, then send the very
 * same request again, and look once more whatever that answers. Not finding it proves nothing, since the first POST may
 * still be on its way; sending again is safe only because the id is the same. Where the id is a header, nothing can be
 * looked for, and sending the same bytes again is the question. Takes about 15 s at most.
 */
export async function recover(purchase: Purchase, resend: boolean): Promise<Sighting> {
  const { engine, draft, submission, options } = purchase
  const { clock, spec } = engine
  const startedAt = elapsedOf(clock)
  const left = (): number => budgetMs - (elapsedOf(clock) - startedAt)
  const over = (): boolean => options.abortSignal?.aborted === true || left() <= 0

  async function repeat(): Promise<Sighting> {
    const again = await postAgain({
      ...purchase,
      options: { ...options, timeoutMs: Math.min(left(), budgetMs) },
    })
    return again?.state === 'accepted' ? { task: again.native } : unseen
  }

  async function look(): Promise<Sighting> {
    const longest = Math.max(left(), shortestLookMs)
    const timeoutMs = Math.min(options.timeoutMs ?? longest, longest, budgetMs)
    return findOnce(engine, submission, { ...options, timeoutMs })
  }

  async function attempts(moments: readonly number[], ask: () => Promise<Sighting>): Promise<Sighting> {
    const from = elapsedOf(clock)
    let seen = unseen
    for (const at of moments) {
      // Never longer than planned: a caller's clock that only knows the wall may be set back meanwhile.
      const pause = Math.min(from + at - elapsedOf(clock), at)
      if (pause > 0) await clock.sleep(pause, options.abortSignal).catch(() => undefined)
      // The first look is always taken: the clock may as well be set forward.
      if (at > 0 ? over() : options.abortSignal?.aborted) return seen
      const now = await ask()
      if (now.task || now.candidates.length > 0) seen = now
      if (seen.task) return seen
    }
    return seen
  }

  if (spec.routes[draft.offer.route]?.idempotency === 'header') return attempts(repeatsAtMs, repeat)
  if (spec.search && !engine.soleSubmitter) return attempts(looksInVainAtMs, look)
  const seen = await attempts(looksAtMs, look)
  if (seen.task || !resend || over()) return seen
  const again = await repeat()
  return again.task ? again : attempts(looksAtMs, look)
}
