import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply, HttpRequest } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { FindOptions, FindResult } from '../provider.ts'
import { type ReadResult, readOnce, readWithRetry } from '../read.ts'
import { toError, unasked } from '../task/failure.ts'
import { handleOf, normalizeTask } from '../task/normalize.ts'
import { unusableId } from '../task/usable-id.ts'
import { claim, settled } from './claims.ts'
import { type Sighting, search } from './search.ts'

type Reader = typeof readOnce

const unseen: Sighting = { candidates: [] }

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
  const decode = (reply: HttpReply): NativeTask | undefined => {
    const task = spec.task(reply)
    // A cache in between may answer with another task's reply.
    const foreign = task?.externalId !== undefined && task.externalId !== submission.externalId
    return foreign || (task && unusableId(spec, submission, task.id)) ? undefined : task
  }
  const result = await read(engine, request, decode, options)
  if (result.failure?.missing) return { value: unseen }
  return result.failure ? result : { value: { task: result.value } }
}

const look: typeof lookById = (engine, submission, ...rest) =>
  engine.spec.search
    ? search(engine, engine.spec.search, submission, ...rest)
    : lookById(engine, submission, ...rest)

/** Looks once for the task of a submission, without retries; whatever goes wrong, it was not seen. */
export async function findOnce(
  engine: Engine,
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
  submission: Submission,
  options: FindOptions,
): Promise<FindResult> {
  const { spec, account } = engine
  const details = { provider: spec.id, account, submission }
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
  claim(engine, native.id, submission)
  settled(engine, submission)
  const handle = handleOf(submission, native.id, submission.startedAt)
  const redactor = engine.transport.redactor(options)
  const task =
    normalizeTask(spec, native, handle, redactor) ??
    normalizeTask(spec, { ...native, status: '' }, handle, redactor)
  return task ? { state: 'found', task } : { state: 'not-found-yet' }
}
