import { elapsedOf } from '../../model/clock.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { CallOptions, CancelResult } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import type { ProviderSpec } from '../spec.ts'
import { getOne } from './get.ts'

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
