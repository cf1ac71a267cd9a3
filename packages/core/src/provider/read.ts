import { elapsedOf } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import { obeyed } from '../model/patience.ts'
import { printable } from '../model/printable.ts'
import type { Engine } from './engine.ts'
import type { HttpReply, HttpRequest } from './http/message.ts'
import type { CallOptions } from './provider.ts'
import { type CallFailure, readExchange, toError, unasked, unreadable } from './task/failure.ts'

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
    return value === undefined
      ? { failure: unreadable(result.reply, 'without what it should hold') }
      : { value }
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
