import { ReelayError } from '../../model/error.ts'
import { createEngine } from '../engine.ts'
import type { HttpReply, HttpRequest } from '../http/message.ts'
import type { InstanceOptions } from '../instance.ts'
import type { CallOptions } from '../options.ts'
import type { ProviderSpec } from '../spec.ts'
import { toError } from './failure.ts'
import { readWithRetry } from './read.ts'

/**
 * Reads something that is no task: a balance, a counter. `decode` answers `undefined` for replies without it.
 * `what` names it in errors (`the balance`). Texts for people, such as the name of a pack, go through `shown`, which takes
 * secrets out of them; ids stay whole. Failed reads are tried again as those of tasks are, up to `deadlineAt`.
 *
 * @throws ReelayError what the provider's refusal means, or `ERR_UNEXPECTED_REPLY` where `decode` finds nothing; outcome `none`.
 *
 * @example
 * ```ts
 * import type { Reader } from '@reelay/core/adapter'
 * export const balanceBy = (read: Reader): Promise<number> =>
 *   read('the balance', { method: 'GET', path: '/v1/balance' }, ({ body }) =>
 *     typeof body === 'object' && body !== null && 'credits' in body ? Number(body.credits) : undefined,
 *   )
 * ```
 */
export type Reader = <Value>(
  what: string,
  request: HttpRequest,
  decode: (reply: HttpReply, shown: (text: string) => string) => Value | undefined,
  options?: CallOptions,
) => Promise<Value>

/**
 * For an adapter's typed helpers beside the provider: free reads with the same credentials, retries and errors. Never
 * for a call that costs money: those go through `submit`, under the money rules.
 *
 * @throws ReelayError outcome `none`.
 *
 * @example
 * ```ts
 * import { createReader, type InstanceOptions, type ProviderSpec } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * declare const options: InstanceOptions
 * const read = createReader(spec, options)
 * const balance = (): Promise<number> =>
 *   read('the balance', { method: 'GET', path: '/balance' }, ({ body }) => (typeof body === 'number' ? body : undefined))
 * ```
 */
export function createReader(spec: ProviderSpec, options: InstanceOptions): Reader {
  const engine = createEngine(spec, options)
  return async (what, request, decode, call = {}) => {
    const { text } = engine.transport.redactor(call)
    // With what it says of itself: some read refusals too.
    const reading = Object.assign((reply: HttpReply) => decode(reply, text), decode)
    const result = await readWithRetry(engine, request, reading, call)
    if (!result.failure) return result.value
    const details = { provider: spec.id, account: engine.account }
    if (result.failure.code === 'ERR_ABORTED') {
      const cause = call.abortSignal?.reason
      throw new ReelayError('ERR_ABORTED', `Stopped reading ${what}.`, { ...details, outcome: 'none', cause })
    }
    throw toError(result.failure, `a question about ${what}`, 'none', details)
  }
}
