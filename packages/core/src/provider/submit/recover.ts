import type { NativeTask } from '../native.ts'
import { findOnce } from './find.ts'
import { type Purchase, postAgain } from './post.ts'

// Reads are free and a slow create shows up within seconds, so a few looks cost nothing but patience.
const looksAtMs = [0, 2_000, 5_000]
const budgetMs = 15_000
const shortestLookMs = 1_000

/**
 * Settles a create whose answer was lost, where the provider takes an id of ours: look for the task, then send the very
 * same request again, and look once more whatever that answers. Not finding it proves nothing, since the first POST may
 * still be on its way; sending again is safe only because the id is the same. Takes about 15 s at most.
 */
export async function recover(purchase: Purchase, resend: boolean): Promise<NativeTask | undefined> {
  const { engine, submission, options } = purchase
  const { clock } = engine
  const startedAt = clock.now()
  const over = (): boolean => options.abortSignal?.aborted === true || clock.now() - startedAt >= budgetMs

  async function look(): Promise<NativeTask | undefined> {
    const from = clock.now()
    for (const at of looksAtMs) {
      // Never longer than planned: the host's clock may be set back meanwhile.
      const pause = Math.min(from + at - clock.now(), at)
      if (pause > 0) await clock.sleep(pause, options.abortSignal).catch(() => undefined)
      // The first look is always taken: the clock may as well be set forward.
      if (at > 0 ? over() : options.abortSignal?.aborted) return undefined
      const left = Math.max(budgetMs - (clock.now() - startedAt), shortestLookMs)
      const timeoutMs = Math.min(options.timeoutMs ?? left, left, budgetMs)
      const native = await findOnce(engine, submission, { ...options, timeoutMs })
      if (native) return native
    }
    return undefined
  }

  const native = await look()
  if (native || !resend || over()) return native
  const timeoutMs = Math.min(budgetMs - (clock.now() - startedAt), budgetMs)
  const again = await postAgain({ ...purchase, options: { ...options, timeoutMs } })
  return again?.state === 'accepted' ? again.native : look()
}
