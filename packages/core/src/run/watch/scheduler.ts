import { type Clock, elapsedOf, watchedClock } from '../../model/clock.ts'
import { keeping, unheard } from '../../model/foreign.ts'
import { ownerKey, type TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import { assertHandle } from '../../provider/door.ts'
import type { CallOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { isolatesRequests } from '../../provider/runtime.ts'
import { offerOf } from '../../provider/task/normalize.ts'
import type { Entry } from './entry.ts'
import { createLane, type Lane } from './lane.ts'
import { createPace, type Pace } from './pace.ts'
import { createSchedule, type Schedule, unknownTiming } from './schedule.ts'

/** How somebody wants to wait for a task. */
export interface Subscription
  extends Pick<Entry, 'tell' | 'end'>,
    Pick<CallOptions, 'headers' | 'timeoutMs'> {
  readonly deadlineMs: number
  readonly intervalMs?: number | undefined
  readonly clock: Clock
  /** Whoever subscribes more than once within one request: only these may share a lane where requests are isolated. */
  readonly group?: object | undefined
}

interface Account {
  readonly schedules: Map<string, Schedule>
  /** Times of one clock mean nothing to another. */
  readonly byClock: Map<Clock, { readonly pace: Pace; readonly lanes: Map<string, Lane> }>
  /** Those that read for this account, numbered: a provider and its copies. Each reads its own way; none is kept alive. */
  readonly readers: WeakMap<VideoProvider, number>
}

// A poll round belongs to an instance: it lives and dies with it.
const accountsOf = new WeakMap<object, Map<string, Account>>()
// Where requests are isolated. Found by nobody else: what another request does with it would throw.
const lanesOfGroup = new WeakMap<object, Map<string, Lane>>()
// Only ever told apart.
let readersMade = 0
const defaultSpacingMs = 100
const defaultReadsAtOnce = 16

/** A provider of somebody else's may not say. */
const instanceOf = (provider: VideoProvider): object => provider.instance ?? provider

function getOr<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

/** The lane and the schedule of a task. */
function placeOf(
  provider: VideoProvider,
  handle: TaskHandle,
  { headers, timeoutMs, clock, group = {} }: Subscription,
): { readonly lane: Lane; readonly schedule: Schedule; readonly floorMs: number } {
  const timing = offerOf(provider.catalog.offers, handle)?.timing ?? unknownTiming
  const {
    pollFloorMs: floorMs,
    readSpacingMs = defaultSpacingMs,
    tasksPerRead = Number.POSITIVE_INFINITY,
    readsAtOnce = defaultReadsAtOnce,
  } = timing
  const accounts = getOr(accountsOf, instanceOf(provider), () => new Map<string, Account>())
  const account = getOr(
    accounts,
    ownerKey(handle),
    (): Account => ({
      schedules: new Map(),
      byClock: new Map(),
      readers: new WeakMap(),
    }),
  )
  const { pace, lanes: shared } = getOr(account.byClock, clock, () => ({
    pace: createPace({ spacingMs: readSpacingMs, tasksPerRead, readsAtOnce }),
    lanes: new Map<string, Lane>(),
  }))
  const { kind, model, mode } = handle
  const schedule = getOr(account.schedules, JSON.stringify([kind, model, mode]), () => createSchedule(timing))
  const lanes = isolatesRequests() ? getOr(lanesOfGroup, group, () => new Map<string, Lane>()) : shared
  const reader = getOr(account.readers, provider, () => readersMade++)
  const key = JSON.stringify([reader, headers, timeoutMs, ...(lanes === shared ? [] : [ownerKey(handle)])])
  const call = { ...(headers && { headers }), ...(timeoutMs && { timeoutMs }) }
  const lane = getOr(lanes, key, (): Lane => {
    const watched = watchedClock(clock, (thrown) => made.breakOff(thrown))
    const made = createLane(
      provider,
      watched,
      call,
      pace,
      () => lanes.values(),
      () => lanes.delete(key),
    )
    return made
  })
  return { lane, schedule, floorMs }
}

/** One who waits, from now on. */
function entryOf(
  handle: TaskHandle,
  { clock, deadlineMs, intervalMs, tell, end }: Subscription,
  { schedule, floorMs }: Pick<Entry, 'schedule' | 'floorMs'>,
): Entry {
  const now = elapsedOf(clock)
  // A handle may come from a machine whose clock is ahead.
  const bornAt = now - Math.max(0, clock.now() - handle.submittedAt)
  return {
    handle,
    schedule,
    floorMs,
    everyMs: intervalMs === undefined ? undefined : Math.max(intervalMs, floorMs),
    deadlineMs,
    deadline: now + deadlineMs,
    bornAt,
    clock,
    tell,
    end,
    aliveAt: bornAt,
    provenAt: now,
    nextAt: now,
    reading: false,
    hinted: false,
    word: undefined,
    unknown: false,
    error: undefined,
    twin: undefined,
  }
}

/** Waits for a task together with everybody who waits at the same instance; returns how to stop. */
export function subscribe(provider: VideoProvider, handle: TaskHandle, how: Subscription): () => void {
  const { lane, ...place } = placeOf(provider, handle, how)
  const entry = entryOf(handle, how, place)
  lane.add(entry)
  return () => lane.remove(entry)
}

function lanesOf(provider: VideoProvider, of: (name: string) => boolean): readonly Lane[] {
  return [...(accountsOf.get(instanceOf(provider)) ?? [])]
    .filter(([name]) => of(name))
    .flatMap(([, { byClock }]) => [...byClock.values()].flatMap(({ lanes }) => [...lanes.values()]))
}

/**
 * Hands over a task that was learnt elsewhere, from a verified webhook for instance. Compositions see it as if it had been
 * read through them (a governor frees its slot, a journal closes the purchase); then whoever waits for it at this instance
 * is told. A look under way that says the same later is not told again. In workerd, where one request may not wake
 * another, only the compositions are told; whoever waits looks for itself.
 *
 * @param provider The one that was given to `wait`, `watch` or `generate`, or a copy of it.
 * @returns Whether anybody was waiting for it.
 * @throws ReelayError with the handle: what a composition failed with. `ERR_INVALID_REQUEST`, outcome `none`, for what is
 * no task with a handle.
 *
 * @example
 * ```ts
 * import { deliver, type VideoProvider, type VideoTask } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const task: VideoTask // out of a webhook whose signature was checked
 * console.log(await deliver(provider, task))
 * ```
 */
export async function deliver(provider: VideoProvider, task: VideoTask): Promise<boolean> {
  let handle: unknown
  unheard(() => {
    handle = task.handle
  })
  assertHandle(handle, { provider: provider.id, account: provider.account })
  return keeping(handle, `Handing over task ${task.id}`, async () => {
    await provider.see?.(task)
    const name = ownerKey(task.handle)
    const told = lanesOf(provider, (other) => other === name).map((lane) => lane.answer(task.id, task))
    return told.includes(true)
  })
}

/**
 * Has a task looked at as soon as the provider's floor allows: something that cannot be believed, such as an unsigned
 * callback, says that it has changed.
 *
 * @param provider The one that was given to `wait`, `watch` or `generate`, or a copy of it.
 * @param id The provider's own task id.
 * @returns Whether anybody is waiting for it.
 *
 * @example
 * ```ts
 * import { hint, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * hint(provider, '842250903629086785')
 * ```
 */
export function hint(provider: VideoProvider, id: string): boolean {
  const told = lanesOf(provider, () => true).map((lane) => lane.hint(id))
  return told.includes(true)
}
