import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpRequest } from '../http/message.ts'
import type { CallOptions } from '../provider.ts'

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
