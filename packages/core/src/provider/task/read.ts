import { elapsedOf, obeyed } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import { printable } from '../../model/text.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply, HttpRequest } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../options.ts'
import type { CancelResult } from '../provider.ts'
import type { ProviderSpec } from '../spec.ts'
import { type CallFailure, notThere, readExchange, toError, unasked, unreadable } from './failure.ts'
import { normalizeTask } from './normalize.ts'

/** What a read brought: its value, or the failure that ended it. */
export type ReadResult<Value> =
  | { readonly value: Value; readonly failure?: undefined }
  | { readonly failure: CallFailure }

const attempts = 3
const firstDelayMs = 500
// A provider that asks for more patience than this is told so to the caller, who may be polling anyway.
const longestDelayMs = 10_000

/** How a read's reply is understood. */
export interface Decoder<Value> {
  (reply: HttpReply): Value | undefined
  /** Whether replies that refuse are shown to it first: some protocols say by a refusal how a task ended. */
  readonly refusals?: boolean
  /** Whether it asks for one task, which a reply may say that there is not. */
  readonly one?: boolean
}

/** What to ask; a function where an id that no address can carry would make it throw. */
export type Question = HttpRequest | (() => HttpRequest)

/** One attempt at a read, plus one more when the credentials had to be renewed. */
export async function readOnce<Value>(
  engine: Engine,
  request: Question,
  decode: Decoder<Value>,
  options: CallOptions,
): Promise<ReadResult<Value>> {
  const { spec, transport, auth } = engine
  const ask = async () => {
    const send = await transport.prepare(typeof request === 'function' ? request() : request, options)
    return readExchange(spec, await send(), transport.redactor(options))
  }
  try {
    let result = await ask()
    if (result.failure?.reply && auth.renew?.(result.failure.reply)) result = await ask()
    const said = decode.refusals ? result.failure?.reply : undefined
    const told = said && decode(said)
    if (told !== undefined) return { value: told }
    if (result.failure) return result
    const value = decode(result.reply)
    if (value !== undefined) return { value }
    if (decode.one && spec.missing?.(result.reply)) return { failure: notThere(result.reply) }
    return { failure: unreadable(result.reply, 'without what it should hold') }
  } catch (error) {
    return { failure: unasked(error) }
  }
}

/** A read, tried again with backoff and jitter as far as the provider's error table allows. Reads are free. */
export async function readWithRetry<Value>(
  engine: Engine,
  request: Question,
  decode: Decoder<Value>,
  options: CallOptions,
): Promise<ReadResult<Value>> {
  const { clock } = engine
  // Said by the wall, and kept by the time that passes.
  const endsAt = elapsedOf(clock) + (options.deadlineAt ?? Number.POSITIVE_INFINITY) - clock.now()
  for (let attempt = 1; ; attempt++) {
    const result = await readOnce(engine, request, decode, options)
    if (!result.failure?.retryable || attempt === attempts) return result
    const backoff = firstDelayMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
    const delayMs = Math.max(obeyed(result.failure.retryAfterMs), backoff)
    if (delayMs > longestDelayMs || elapsedOf(clock) + delayMs >= endsAt) return result
    try {
      await clock.sleep(delayMs, options.abortSignal)
    } catch {
      return {
        failure: { ...result.failure, code: 'ERR_ABORTED', retryable: false, what: 'was not waited for' },
      }
    }
  }
}

/** The error of a read about a task that exists: it never loses the handle. */
export function readError(
  engine: Engine,
  failure: CallFailure,
  handle: TaskHandle,
  options: CallOptions,
): ReelayError {
  const details = { provider: engine.spec.id, account: engine.account, handle }
  if (failure.code === 'ERR_ABORTED') {
    const message = `Stopped reading task ${printable(handle.id)} at ${engine.spec.id}. The task goes on there; its handle is on this error.`
    return new ReelayError('ERR_ABORTED', message, {
      ...details,
      outcome: 'accepted',
      cause: options.abortSignal?.reason,
    })
  }
  // Of a create the same words may speak of a model; a task was asked for here.
  const said = failure.missing ? { ...failure, code: 'ERR_NOT_FOUND' as const } : failure
  return toError(said, `a question about task ${printable(handle.id)}`, 'accepted', details)
}

/** The result of a task that keeps it at an address of its own; a refusal there may be how the task ended. */
export async function fetchResult(
  engine: Engine,
  native: NativeTask,
  handle: TaskHandle,
  options: CallOptions,
): Promise<VideoTask | ReelayError> {
  const { spec } = engine
  const read = (reply: HttpReply): VideoTask | undefined => {
    const whole = spec.result?.read(native, reply)
    return whole && normalizeTask(spec, whole, handle, engine.transport.redactor(options))
  }
  const request = () => spec.result?.request(handle) ?? spec.query(handle)
  const result = await readWithRetry(engine, request, Object.assign(read, { refusals: true }), options)
  return result.failure ? readError(engine, result.failure, handle, options) : result.value
}

/** Reads one task through its own query, and its result where that is a second one. */
export async function getOne(
  engine: Engine,
  handle: TaskHandle,
  options: CallOptions,
): Promise<VideoTask | ReelayError> {
  const { spec } = engine
  const needsResult = (native: NativeTask): boolean => spec.result?.needed(native) === true
  const read = (reply: HttpReply): { native: NativeTask; task?: VideoTask } | undefined => {
    const native = spec.task(reply)
    // A cache in between may answer with another task's reply.
    if (native && native.id !== handle.id) return undefined
    if (!native || needsResult(native)) return native && { native }
    const task = normalizeTask(spec, native, handle, engine.transport.redactor(options))
    return task && { native, task }
  }
  const decode = Object.assign(read, { one: true })
  const result = await readWithRetry(engine, () => spec.query(handle), decode, options)
  if (result.failure) return readError(engine, result.failure, handle, options)
  const { native, task } = result.value
  if (task) return task
  return fetchResult(engine, native, handle, options)
}

/** Asks the provider to stop a task. Asking twice does no harm, so it is tried again like a read. */
export async function cancel(
  engine: Engine,
  protocol: NonNullable<ProviderSpec['cancel']>,
  handle: TaskHandle,
  options: CallOptions,
): Promise<CancelResult> {
  let replies = 0
  const read = (reply: HttpReply): CancelResult | undefined => {
    replies += 1
    return protocol.read(reply)
  }
  const decode = Object.assign(read, { refusals: true })
  const startedAt = elapsedOf(engine.clock)
  const result = await readWithRetry(engine, () => protocol.request(handle), decode, options)
  if (result.failure) throw readError(engine, result.failure, handle, options)
  const repeated = replies > 1 || elapsedOf(engine.clock) > startedAt
  if (result.value !== 'too-late' || !repeated) return result.value
  // It may be too late only because an earlier try, whose answer was lost, has done it.
  const task = await getOne(engine, handle, options)
  return 'status' in task && task.status === 'canceled' ? 'canceled' : 'too-late'
}

// Longer than renders take; who waits longer has the looks.
const longestMs = 30 * 60_000

/**
 * Waits for the end of an answer that the provider keeps open as long as a task runs; what it says is not believed.
 *
 * @throws ReelayError outcome `accepted`, with the handle, when it could not even be asked.
 */
export async function follow(
  engine: Engine,
  question: (handle: TaskHandle) => HttpRequest,
  handle: TaskHandle,
  options: CallOptions,
): Promise<boolean> {
  const { spec, account, transport } = engine
  try {
    const send = await transport.prepare(question(handle), { ...options, timeoutMs: longestMs })
    const exchange = await send()
    return exchange.type === 'reply' && exchange.reply.status < 300
  } catch (error) {
    if (!ReelayError.isInstance(error)) throw error
    throw withDetails(error, { provider: spec.id, account, handle, outcome: 'accepted' })
  }
}
