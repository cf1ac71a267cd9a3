import { ReelayError } from '../model/error.ts'
import { ownerKey, type Submission } from '../model/handle.ts'
import { type Media, openMedia } from '../model/media.ts'
import { kinds, type RenderRequest } from '../model/request/index.ts'
import type { VideoTask } from '../model/task.ts'
import { ownerOf } from '../provider/hosts.ts'
import type { RecordEntry, SubmitOptions } from '../provider/provider.ts'
import { canonicalJson, sha256Hex } from '../provider/request/hash.ts'
import { purchaseId } from './journal.ts'
import { type Books, type Earlier, lookBack } from './journaled-earlier.ts'
import { otherRequest, stuckClaim, unknownSubmission } from './journaled-errors.ts'

const lookEveryMs = 500
const closingMs = 1_000

type Intent = RecordEntry & { readonly type: 'intent' }

async function contentOf(media: Media): Promise<string> {
  const opened = openMedia(media)
  if (opened.type === 'url') return opened.url
  if (opened.type === 'bytes') return sha256Hex(opened.bytes)
  return opened.type === 'blob' ? sha256Hex(new Uint8Array(await opened.blob.arrayBuffer())) : opened.why
}

/** The request as the caller gave it, whichever provider will serve it. */
async function hashAsGiven(request: RenderRequest): Promise<string> {
  const plain: Record<string, unknown> = { ...request }
  for (const field of kinds[request.kind].media) {
    if (plain[field] !== undefined) plain[field] = await contentOf(plain[field] as Media)
  }
  return sha256Hex(canonicalJson(plain))
}

/**
 * Submits under the journal: claims the key, writes the intent before each paid POST and the verdict after it.
 *
 * @throws ReelayError what the provider's own `submit` throws, or what an earlier submit under the key makes of this one.
 */
export async function submitOnce(
  books: Books,
  request: RenderRequest,
  options: SubmitOptions,
): Promise<VideoTask> {
  const { provider, journal, inFlightMs } = books
  const { clock } = provider
  const { abortSignal } = options
  // One key for all that a composition may try, so that together they are one purchase.
  const idempotencyKey = options.idempotencyKey ?? crypto.randomUUID()
  const claimed = new Set<string>()
  const passed = new Set<string>()
  /** Purchases that were sent and not refused: their claims stay. */
  const spent = new Set<string>()
  let answer: (() => Promise<VideoTask>) | undefined
  let turn = Promise.resolve()
  /** An earlier submit's POST without a verdict, which this one repeats. */
  let repeated: Submission | undefined

  function stop(error: ReelayError): () => Promise<VideoTask> {
    return () => Promise.reject(error)
  }

  /** Waits while another submit of the same purchase runs, for as long as it can be thought to. */
  async function pass(purchase: string, requestHash: string, submission: Submission): Promise<void> {
    const until = clock.now() + inFlightMs
    for (;;) {
      const claim = await journal.claim(purchase, requestHash)
      if (claim.state === 'new') {
        claimed.add(purchase)
        passed.add(purchase)
        return
      }
      const earlier: Earlier =
        claim.requestHash === requestHash
          ? await lookBack(books, submission, claim.abandoned === true, options)
          : { state: 'answered', answer: stop(otherRequest(submission)) }
      if (earlier.state === 'answered') {
        answer = earlier.answer
        return
      }
      if (earlier.state === 'repeatable') {
        repeated = earlier.first
        passed.add(purchase)
        return
      }
      if (earlier.state === 'free' && clock.now() >= until) {
        answer = stop(stuckClaim(submission))
        return
      }
      await clock.sleep(lookEveryMs, abortSignal)
    }
  }

  /** The claim of everything that a composition may try; a leaf needs none but its own. */
  function wholeOf(submission: Submission): string | undefined {
    const owner = ownerOf(provider)
    return ownerKey(submission) === ownerKey(owner) ? undefined : purchaseId({ idempotencyKey, ...owner })
  }

  async function beforePost(entry: Intent): Promise<void> {
    const { submission } = entry
    const purchase = purchaseId(submission)
    if (repeated && !answer && purchaseId(repeated) !== purchase) {
      const why = 'was sent before and has no verdict, so it is not bought elsewhere'
      answer = stop(unknownSubmission(repeated, why, provider.find !== undefined))
    }
    const within = wholeOf(submission)
    if (within && !answer && !passed.has(within)) await pass(within, await hashAsGiven(request), submission)
    if (!answer && !passed.has(purchase)) await pass(purchase, submission.requestHash, submission)
    // Whatever stands between us and the leaf may treat this as it likes: nothing is sent, and the answer is ours.
    if (answer) throw new Error('Bought before; nothing is sent.')
    const again = spent.has(purchase)
    try {
      await journal.append(within ? { ...entry, within } : entry)
      spent.add(purchase)
      await options.record?.(entry)
    } catch (error) {
      if (!again) {
        spent.delete(purchase)
        const never = { type: 'verdict', submission, outcome: 'none', code: 'ERR_CONFIG' } as const
        await journal.append({ ...never, at: clock.now() }).catch(() => undefined)
      }
      throw error
    }
  }

  async function write(entry: RecordEntry): Promise<void> {
    if (entry.type === 'intent') return beforePost(entry)
    if (entry.outcome === 'none' || entry.outcome === 'rejected') spent.delete(purchaseId(entry.submission))
    try {
      await journal.append(entry)
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

  /** Gives back what came to nothing; the composition's claim only if all of it did. */
  async function release(): Promise<void> {
    const own = purchaseId({ idempotencyKey, ...ownerOf(provider) })
    for (const purchase of claimed) {
      const kept = purchase === own ? spent.size > 0 || answer !== undefined : spent.has(purchase)
      // A claim that stays by mistake costs a message; the result of the submit must not be lost for it.
      if (kept) continue
      try {
        await journal.unclaim(purchase)
      } catch {
        // See above.
      }
    }
  }

  /** Closes the books. After an abort only for a moment: a journal that hangs must not hold the caller up. */
  async function close(): Promise<void> {
    const done = turn.then(release)
    if (!abortSignal?.aborted) return done
    const enough = new AbortController()
    const patience = clock.sleep(closingMs, enough.signal).catch(() => undefined)
    await Promise.race([done, patience])
    enough.abort()
  }

  try {
    return await provider.submit(request, { ...options, idempotencyKey, record })
  } catch (error) {
    if (answer) return await answer()
    const refused =
      ReelayError.isInstance(error) && (error.outcome === 'none' || error.outcome === 'rejected')
    if (!repeated || !refused) throw error
    // This POST was refused, but the one before it may still have made a task.
    const why = `was sent before and has no verdict; sending it again was refused (${error.message})`
    throw unknownSubmission(repeated, why, provider.find !== undefined)
  } finally {
    await close()
  }
}
