import { elapsedOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpRequest } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { FindOptions } from '../options.ts'
import type { FindResult } from '../provider.ts'
import { toError, unasked } from '../task/failure.ts'
import { handleOf, normalizeTask, unusableId } from '../task/normalize.ts'
import { type Decoder, type ReadResult, readOnce, readWithRetry } from '../task/read.ts'
import { type PaidRequest, postAgain } from './post.ts'
import type { Sighting, searchByInput } from './search.ts'

type Reader = typeof readOnce

const unseen: Sighting = { candidates: [] }

/** How a submission's task is looked for. */
export type Look = (
  engine: Engine,
  submission: Submission,
  options: FindOptions,
  read: Reader,
) => Promise<ReadResult<Sighting>>

/** Looks by our own id, where the provider takes one. */
async function lookById(
  engine: Engine,
  submission: Submission,
  options: FindOptions,
  read: Reader,
): Promise<ReadResult<Sighting>> {
  const { spec } = engine
  let request: HttpRequest | undefined
  try {
    request = spec.find?.(submission)
  } catch (error) {
    return { failure: unasked(error) }
  }
  if (!request) return { value: unseen }
  const decode: Decoder<NativeTask> = (reply) => {
    const task = spec.task(reply)
    // A cache in between may answer with another task's reply.
    const foreign = task?.externalId !== undefined && task.externalId !== submission.externalId
    return foreign || (task && unusableId(spec, submission, task.id)) ? undefined : task
  }
  const result = await read(engine, request, Object.assign(decode, { one: true }), options)
  if (result.failure?.missing) return { value: unseen }
  return result.failure ? result : { value: { task: result.value } }
}

/** Looks by the input where the provider is searched by it, else by our own id. */
export const lookBy =
  (byInput: typeof searchByInput | undefined): Look =>
  (engine, submission, ...rest) =>
    byInput && engine.spec.search
      ? byInput.search(engine, engine.spec.search, submission, ...rest)
      : lookById(engine, submission, ...rest)

/** Looks once for the task of a submission, without retries; whatever goes wrong, it was not seen. */
async function findOnce(
  engine: Engine,
  look: Look,
  submission: Submission,
  options: FindOptions,
): Promise<Sighting> {
  const result = await look(engine, submission, options, readOnce)
  return result.failure ? unseen : result.value
}

/**
 * Looks for the task of a submission whose answer was lost.
 *
 * @throws ReelayError when the provider could not be asked; the outcome stays `unknown`.
 */
export async function find(
  engine: Engine,
  look: Look,
  submission: Submission,
  options: FindOptions,
): Promise<FindResult> {
  const { spec, account } = engine
  const details = { provider: spec.id, account, submission }
  // A step makes no task, and its answer was its whole result.
  if (submission.step !== undefined) return { state: 'not-found-yet' }
  const result = await look(engine, submission, options, readWithRetry)
  if (result.failure?.code === 'ERR_ABORTED') {
    const cause = options.abortSignal?.reason
    const message = `Stopped looking for a submission at ${spec.id}. It is still without a verdict.`
    throw new ReelayError('ERR_ABORTED', message, { ...details, outcome: 'unknown', cause })
  }
  if (result.failure) throw toError(result.failure, 'a search for a submission', 'unknown', details)
  const { task: native } = result.value
  if (!native) {
    const { candidates } = result.value
    return { state: 'not-found-yet', ...(candidates.length > 0 && { candidates }) }
  }
  engine.claims?.claim(native.id, submission)
  engine.claims?.settled(submission)
  const handle = handleOf(submission, native.id, submission.startedAt)
  const redactor = engine.transport.redactor(options)
  const task =
    normalizeTask(spec, native, handle, redactor) ??
    normalizeTask(spec, { ...native, status: '' }, handle, redactor)
  return task ? { state: 'found', task } : { state: 'not-found-yet' }
}

// Reads are free and a slow create shows up within seconds, so a few looks cost nothing but patience.
const looksAtMs = [0, 2_000, 5_000]
// Where nothing can be adopted, a look names candidates, and more of them bring nothing.
const looksInVainAtMs = [2_000]
// A repetition under a key that is still at work is refused; it is asked again until the budget is used up.
const repeatsAtMs = [0, 2_000, 5_000, 10_000]
const budgetMs = 15_000
const shortestLookMs = 1_000

/**
 * Settles a create whose answer was lost, where the provider takes an id of ours: look for the task, then send the very
 * same request again, and look once more whatever that answers. Not finding it proves nothing, since the first POST may
 * still be on its way; sending again is safe only because the id is the same. Where the id is a header, nothing can be
 * looked for, and sending the same bytes again is the question. Takes about 15 s at most.
 */
export async function recover(purchase: PaidRequest, look: Look, resend: boolean): Promise<Sighting> {
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

  async function findWithin(): Promise<Sighting> {
    const longest = Math.max(left(), shortestLookMs)
    const timeoutMs = Math.min(options.timeoutMs ?? longest, longest, budgetMs)
    return findOnce(engine, look, submission, { ...options, timeoutMs })
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
  if (spec.search && !engine.soleSubmitter) return attempts(looksInVainAtMs, findWithin)
  const seen = await attempts(looksAtMs, findWithin)
  if (seen.task || !resend || over()) return seen
  const again = await repeat()
  return again.task ? again : attempts(looksAtMs, findWithin)
}
