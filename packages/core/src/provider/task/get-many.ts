import type { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import type { ProviderSpec } from '../spec.ts'
import type { CallFailure } from './failure.ts'
import { getOne } from './get.ts'
import { normalizeTask } from './normalize.ts'

type Answers = Map<TaskHandle, VideoTask | ReelayError>
type Listing = NonNullable<ProviderSpec['list']>

/**
 * Reads pages of a list while they keep bringing wanted tasks. Lists are not promised to be in any order, so a page
 * without any ends the search; what is still missing is read one by one.
 */
async function readPages(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: CallOptions,
): Promise<{ tasks: ReadonlyMap<string, NativeTask>; failure?: CallFailure }> {
  const tasks = new Map<string, NativeTask>()
  const wanted = new Set(handles.map((handle) => handle.id))
  const route = handles[0]?.route ?? ''
  // By the provider's clock, as far as it is known.
  const oldest = Math.min(...handles.map((handle) => handle.submittedAt)) + engine.transport.skewMs()
  // The slack makes room for tasks that others start meanwhile.
  const size = Math.min(list.maxPageSize, wanted.size + 20)
  const mostPages = Math.ceil(wanted.size / size) + 1
  let previous: HttpReply | undefined
  for (let number = 1; number <= mostPages && tasks.size < wanted.size; number++) {
    const request = list.request({ route, number, size, oldest, previous })
    if (!request) break
    const read = (reply: HttpReply) => {
      const found = list.tasks(reply)
      return found && { found, reply }
    }
    const result = await readWithRetry(engine, request, read, options)
    if (result.failure) return { tasks, failure: result.failure }
    const { found, reply } = result.value
    const ours = found.filter((task) => wanted.has(task.id))
    for (const task of ours) tasks.set(task.id, task)
    if (ours.length === 0 || found.length < size) break
    previous = reply
  }
  return { tasks }
}

/** Reads tasks that share a list. */
async function getListed(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: CallOptions,
  answers: Answers,
): Promise<void> {
  const distinct = new Set(handles.map((handle) => handle.id))
  // Listing for one task would read more than asking for it.
  const { tasks, failure } =
    distinct.size > 1
      ? await readPages(engine, list, handles, options)
      : { tasks: new Map<string, NativeTask>() }
  let reads = 0
  for (const handle of handles) {
    const native = tasks.get(handle.id)
    const whole = native && engine.spec.result?.needed(native) !== true
    const listed = whole ? normalizeTask(engine.spec, native, handle) : undefined
    if (listed) {
      answers.set(handle, listed)
    } else if (failure) {
      // The provider is in trouble; a thousand single questions would not help it.
      answers.set(handle, readError(engine, failure, handle, options))
    } else {
      if (reads++ > 0)
        await engine.clock.sleep(list.readSpacingMs, options.abortSignal).catch(() => undefined)
      answers.set(handle, await getOne(engine, handle, options))
    }
  }
}

/** Reads many tasks in as few requests as the provider allows; errors are per task and never lose a handle. */
export async function getMany(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: CallOptions,
): Promise<ReadonlyMap<TaskHandle, VideoTask | ReelayError>> {
  const answers: Answers = new Map()
  const groups = Map.groupBy(handles, (handle) => (list.scope === 'route' ? handle.route : ''))
  for (const group of groups.values()) await getListed(engine, list, group, options, answers)
  return answers
}
