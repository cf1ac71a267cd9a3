import type { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import { normalizeTask } from './normalize.ts'

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
  const result = await readWithRetry(
    engine,
    () => spec.query(handle),
    (reply): { native: NativeTask; task?: VideoTask } | undefined => {
      const native = spec.task(reply)
      // A cache in between may answer with another task's reply.
      if (native && native.id !== handle.id) return undefined
      if (!native || needsResult(native)) return native && { native }
      const task = normalizeTask(spec, native, handle, engine.transport.redactor(options))
      return task && { native, task }
    },
    options,
  )
  if (result.failure) return readError(engine, result.failure, handle, options)
  const { native, task } = result.value
  if (task) return task
  return fetchResult(engine, native, handle, options)
}
