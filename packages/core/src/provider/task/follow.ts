import type { Engine } from '../engine.ts'
import type { HttpRequest } from '../http/message.ts'
import type { CallOptions } from '../provider.ts'

// Longer than renders take; who waits longer has the looks.
const longestMs = 30 * 60_000

/** Waits for the end of an answer that the provider keeps open as long as a task runs; what it says is not believed. */
export async function follow(engine: Engine, request: HttpRequest, options: CallOptions): Promise<boolean> {
  const send = await engine.transport.prepare(request, { ...options, timeoutMs: longestMs })
  const exchange = await send()
  return exchange.type === 'reply' && exchange.reply.status < 300
}
