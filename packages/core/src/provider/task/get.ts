import type { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { CallOptions } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import { normalizeTask } from './normalize.ts'

/** Reads one task through its own query. */
export async function getOne(
  engine: Engine,
  handle: TaskHandle,
  options: CallOptions,
): Promise<VideoTask | ReelayError> {
  const { spec } = engine
  const result = await readWithRetry(
    engine,
    spec.query(handle),
    (reply) => {
      const native = spec.task(reply)
      return native && normalizeTask(spec, native, handle)
    },
    options,
  )
  return result.failure ? readError(engine, result.failure, handle, options) : result.value
}
