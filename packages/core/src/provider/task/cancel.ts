import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { CallOptions, CancelResult } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import type { ProviderSpec } from '../spec.ts'

/** Asks the provider to stop a task. Asking twice does no harm, so it is tried again like a read. */
export async function cancel(
  engine: Engine,
  protocol: NonNullable<ProviderSpec['cancel']>,
  handle: TaskHandle,
  options: CallOptions,
): Promise<CancelResult> {
  const read = (reply: HttpReply): CancelResult | undefined => protocol.read(reply)
  const decode = Object.assign(read, { refusals: true })
  const result = await readWithRetry(engine, protocol.request(handle), decode, options)
  if (result.failure) throw readError(engine, result.failure, handle, options)
  return result.value
}
