import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { NativeTask } from '../native.ts'
import type { GetManyOptions } from '../provider.ts'
import { readError } from '../read.ts'
import { getOne } from './get.ts'
import { normalizeTask } from './normalize.ts'
import { type Listing, readPages, turn } from './pages.ts'

// As long as `wait` would wait.
const longestPauseMs = 5 * 60_000

type Answers = Map<TaskHandle, VideoTask | ReelayError>

/** Reads tasks that share a list, and what it lacks one by one; each answer is told as soon as it is there. */
async function getListed(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  also: readonly TaskHandle[],
  options: GetManyOptions,
  answers: Answers,
): Promise<void> {
  const { spec, transport } = engine
  const redactor = transport.redactor(options)
  // One task may be asked for twice.
  const wanted = Map.groupBy(handles, ({ id }) => id)
  const along = new Map(also.map((handle) => [handle.id, handle]))

  function answer(handle: TaskHandle, given: VideoTask | ReelayError): void {
    if (wanted.has(handle.id)) answers.set(handle, given)
    options.onAnswer?.(handle, given)
  }

  /** Whether it is a wanted one that was not found before. */
  function found(native: NativeTask): boolean {
    if (spec.result?.needed(native)) return false
    const handles = wanted.get(native.id)
    const isNew = handles?.every((handle) => !answers.has(handle)) === true
    const rider = along.get(native.id)
    for (const handle of isNew ? handles : rider ? [rider] : []) {
      const task = normalizeTask(spec, native, handle, redactor)
      if (task) answer(handle, task)
    }
    return isNew
  }

  const first = [...wanted.values()].flatMap(([handle]) => handle ?? [])
  const failure = await readPages(engine, list, first, also, options, found)
  for (const handle of handles) {
    if (answers.has(handle)) continue
    // The provider is in trouble; a thousand single questions would not help it.
    if (failure) answer(handle, readError(engine, failure, handle, options))
    else {
      await turn(engine, list.readSpacingMs, options.abortSignal)
      const given = await getOne(engine, handle, options)
      const { retryAfterMs = 0 } = ReelayError.isInstance(given) ? given : {}
      // What one read is told holds for the account.
      engine.nextReadAt = Math.max(
        engine.nextReadAt,
        engine.clock.now() + Math.min(retryAfterMs, longestPauseMs),
      )
      answer(handle, given)
    }
  }
}

/** Reads many tasks in as few requests as the provider allows; errors are per task and never lose a handle. */
export async function getMany(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: GetManyOptions,
): Promise<ReadonlyMap<TaskHandle, VideoTask | ReelayError>> {
  const answers: Answers = new Map()
  const listOf = (handle: TaskHandle): string => (list.scope === 'route' ? handle.route : '')
  const riders = Map.groupBy(options.also ?? [], listOf)
  for (const [name, group] of Map.groupBy(handles, listOf))
    await getListed(engine, list, group, riders.get(name) ?? [], options, answers)
  return answers
}
