import { elapsedOf, obeyed } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { NativeTask } from '../native.ts'
import type { GetManyOptions } from '../options.ts'
import { doubt, type readHistory } from './history.ts'
import type { readNamed } from './named.ts'
import { normalizeTask } from './normalize.ts'
import { type Find, type Listing, readPages } from './pages.ts'
import { fetchResult, getOne, readError } from './read.ts'
import { take, turn } from './turn.ts'

// Of a history read so long ago it is no wonder that it lacks a task.
const freshMs = 250

type Answer = VideoTask | ReelayError
type Answers = Map<TaskHandle, Answer>

/** What only some lists need, see `SpecParts`. */
export interface ListParts {
  /** For a spec whose list is a `history`. */
  readonly readHistory?: typeof readHistory
  /** For a spec with `named` reads. */
  readonly readNamed?: typeof readNamed
}

/** Reads tasks that share a list, and what it lacks one by one; each answer is told as soon as it is there. */
async function getListed(
  engine: Engine,
  list: Listing,
  parts: ListParts,
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
  const told = new Set<string>()
  // Ended, with a result at an address of its own.
  const ended: (readonly [TaskHandle, NativeTask])[] = []

  function answer(handle: TaskHandle, given: Answer): void {
    if (wanted.has(handle.id)) answers.set(handle, given)
    told.add(handle.id)
    options.onAnswer?.(handle, given)
  }

  function found(native: NativeTask): Find {
    options.onListed?.(native.id)
    const asked = wanted.get(native.id)
    const rider = along.get(native.id)
    const some = asked ?? (rider ? [rider] : [])
    if (told.has(native.id)) return undefined
    const needsResult = spec.result?.needed(native) === true
    // Only where a list is of ended tasks: elsewhere a task that needs more reads is asked for alone.
    if (needsResult && !list.history) return undefined
    for (const handle of some) {
      const task = needsResult ? undefined : normalizeTask(spec, native, handle, redactor)
      if (needsResult) ended.push([handle, native])
      if (needsResult) told.add(native.id)
      if (task) answer(handle, task)
    }
    if (!told.has(native.id)) return undefined
    return asked ? 'wanted' : 'along'
  }

  /** In the turn of all of the account's reads. */
  async function read(ask: () => Promise<Answer>, handle: TaskHandle): Promise<Answer> {
    const given = await ask()
    const { retryAfterMs } = ReelayError.isInstance(given) ? given : {}
    const pausedUntil = elapsedOf(engine.clock) + obeyed(retryAfterMs)
    // What one read is told holds for the account.
    engine.nextReadAt = Math.max(engine.nextReadAt, pausedUntil)
    answer(handle, given)
    return given
  }

  const { readSpacingMs, readsAtOnce = 1 } = list
  const { abortSignal, alone = () => true, onUnlisted } = options
  const first = [...wanted.values()].flatMap(([handle]) => handle ?? [])
  const all = [...first, ...also].filter((handle) => list.lists?.(handle) ?? true)
  const history =
    list.history && all.length > 1 ? await parts.readHistory?.(engine, list, all, options, found) : undefined
  const together = spec.named?.serves(first[0]?.route ?? '') ? parts.readNamed : readPages
  const pages = list.history ? undefined : await together?.(engine, list, first, also, options, found)
  await sideBySide(ended, readsAtOnce, async ([handle, native]) => {
    await turn(engine, readSpacingMs, abortSignal)
    take(engine, readSpacingMs)
    await read(() => fetchResult(engine, native, handle, options), handle)
  })
  // The provider is in trouble; a thousand single questions would not help it. A history's trouble is its own.
  const failure = history?.failure?.code === 'ERR_ABORTED' ? history.failure : pages
  if (failure) {
    for (const handle of handles)
      if (!told.has(handle.id)) answer(handle, readError(engine, failure, handle, options))
    return
  }
  if (history?.withoutMs !== undefined && onUnlisted) return onUnlisted(history.withoutMs)
  const rest = [...handles, ...(history ? also : [])].filter(({ id }) => !told.has(id))
  let belied = 0
  const toldAt = elapsedOf(engine.clock)
  await sideBySide(rest, readsAtOnce, async (handle) => {
    const going = history?.going.has(handle.id) === true
    if (!wanted.has(handle.id) && !options.alone) return
    await turn(engine, readSpacingMs, abortSignal)
    if (!alone(handle, going)) return
    take(engine, readSpacingMs)
    const isFresh = elapsedOf(engine.clock) - toldAt < freshMs
    const given = await read(() => getOne(engine, handle, options), handle)
    if (going && isFresh && !ReelayError.isInstance(given) && isTerminal(given)) belied += 1
  })
  const withoutMs = belied > 0 ? doubt(engine, belied) : undefined
  if (withoutMs !== undefined) onUnlisted?.(withoutMs)
}

/** Reads many tasks in as few requests as the provider allows; errors are per task and never lose a handle. */
export async function getMany(
  engine: Engine,
  list: Listing,
  parts: ListParts,
  handles: readonly TaskHandle[],
  options: GetManyOptions,
): Promise<ReadonlyMap<TaskHandle, Answer>> {
  const answers: Answers = new Map()
  const listOf = (handle: TaskHandle): string => (list.scope === 'route' ? handle.route : '')
  const riders = Map.groupBy(options.also ?? [], listOf)
  for (const [name, group] of Map.groupBy(handles, listOf))
    await getListed(engine, list, parts, group, riders.get(name) ?? [], options, answers)
  return answers
}

/** Does something with each item, in order, so many at a time; items that come while it works are done too. */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
