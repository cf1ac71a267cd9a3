import type { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { CallOptions } from '../provider.ts'
import { readError, readWithRetry } from '../read.ts'
import type { NativeTask, ProviderSpec } from '../spec.ts'
import type { CallFailure } from './failure.ts'
import { getOne } from './get.ts'
import { normalizeTask } from './normalize.ts'

type Answers = Map<TaskHandle, VideoTask | ReelayError>
type Listing = NonNullable<ProviderSpec['list']>

/**
 * Reads pages of a route's list while they keep bringing wanted tasks. Lists are not promised to be in any order, so
 * a page without any ends the search; what is still missing is read one by one.
 */
async function readPages(
  engine: Engine,
  list: Listing,
  route: string,
  wanted: ReadonlySet<string>,
  options: CallOptions,
): Promise<{ tasks: ReadonlyMap<string, NativeTask>; failure?: CallFailure }> {
  const tasks = new Map<string, NativeTask>()
  // The slack makes room for tasks that others start meanwhile.
  const pageSize = Math.min(list.maxPageSize, wanted.size + 20)
  const mostPages = Math.ceil(wanted.size / pageSize) + 1
  for (let page = 1; page <= mostPages && tasks.size < wanted.size; page++) {
    const request = list.request(route, page, pageSize)
    const result = await readWithRetry(engine, request, (reply) => list.tasks(reply), options)
    if (result.failure) return { tasks, failure: result.failure }
    const ours = result.value.filter((task) => wanted.has(task.id))
    for (const task of ours) tasks.set(task.id, task)
    if (ours.length === 0 || result.value.length < pageSize) break
  }
  return { tasks }
}

/** Reads tasks of one route. */
async function getRoute(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: CallOptions,
  answers: Answers,
): Promise<void> {
  const route = handles[0]?.route ?? ''
  const wanted = new Set(handles.map((handle) => handle.id))
  // Listing for one task would read more than asking for it.
  const { tasks, failure } =
    wanted.size > 1
      ? await readPages(engine, list, route, wanted, options)
      : { tasks: new Map<string, NativeTask>() }
  let reads = 0
  for (const handle of handles) {
    const native = tasks.get(handle.id)
    const listed = native && normalizeTask(engine.spec, native, handle)
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
  const byRoute = Map.groupBy(handles, (handle) => handle.route)
  for (const group of byRoute.values()) await getRoute(engine, list, group, options, answers)
  return answers
}
