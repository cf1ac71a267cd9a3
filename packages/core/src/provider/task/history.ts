import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../options.ts'
import type { CallFailure } from './failure.ts'
import type { Find, Listing } from './pages.ts'
import { readWithRetry } from './read.ts'
import { take, turn } from './turn.ts'

// Between a provider's note of a task and ours: the answer's way, and what is left of a clock's error.
const slackMs = 60_000
// A row this much older than the look that lacked it came late.
const lateMs = 10_000
const mostLate = 3
const mostKnown = 20_000
// How long to do without: rights change rarely, troubles pass.
const deniedMs = 10 * 60_000
const troubledMs = 60_000

/** What came of reading a history. */
export interface Told {
  /** Tasks that surely had not ended when it was read. */
  readonly going: ReadonlySet<string>
  readonly failure?: CallFailure
  /** For how many milliseconds it is not to be relied on. */
  readonly withoutMs?: number
}

const isDenied = ({ httpStatus = 0 }: CallFailure): boolean => [401, 403, 404].includes(httpStatus)

/**
 * Reads the history of tasks that ended as far as it is new; every task in it is told to `found`. It is not relied on
 * for a while when it refuses, fails, or is seen to lag behind the tasks themselves. For a spec whose list is a `history`.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec, readHistory } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * export const define = defineProvider(spec, { readHistory })
 * ```
 */
export async function readHistory(
  engine: Engine,
  list: Listing,
  handles: readonly TaskHandle[],
  options: CallOptions,
  found: (task: NativeTask) => Find,
): Promise<Told> {
  const past = engine.past
  const skew = engine.transport.skewMs()
  // Handles may have been written before somebody set our clock.
  const [early] = engine.transport.settingsMs()
  const readAt = engine.clock.now() + skew
  const oldest =
    handles.reduce((least, { submittedAt }) => Math.min(least, submittedAt + skew + early), readAt) - slackMs
  const place = { route: handles[0]?.route ?? '', size: list.maxPageSize, oldest, newest: readAt }
  const known = new Set(past.known)
  const missing = new Set(handles.map(({ id }) => id).filter((id) => !known.has(id)))
  let { late } = past
  let previous: HttpReply | undefined
  for (let number = 1; missing.size > 0; number++) {
    const request = list.request({ ...place, number, previous, handles })
    if (!request) break
    await turn(engine, list.readSpacingMs, options.abortSignal)
    take(engine, list.readSpacingMs)
    const read = (reply: HttpReply) => {
      const page = list.tasks(reply)
      return page && { page, reply }
    }
    const result = await readWithRetry(engine, request, read, options)
    if (result.failure) {
      const { failure } = result
      if (failure.code === 'ERR_ABORTED') return { going: new Set(), failure }
      return { going: new Set(), failure, withoutMs: isDenied(failure) ? deniedMs : troubledMs }
    }
    const { page, reply } = result.value
    previous = reply
    const ended = page.filter(({ updatedAt }) => updatedAt !== undefined)
    for (const task of page) {
      missing.delete(task.id)
      const { id, updatedAt = readAt } = task
      if (found(task) && past.absent.has(id) && updatedAt + lateMs < past.readAt) late += 1
    }
    const [first = 0, last = 0] = [ended[0], ended.at(-1)].map((task) => task?.updatedAt)
    const isOld = ended.length > 0 && ended.every(({ id }) => past.known.has(id))
    for (const { id } of ended) known.add(id)
    // The order is documented by its key only. With the last first, what lies behind known tasks is known, unless the
    // time asked for reaches back further than ever.
    if (isOld && first >= last && oldest >= past.since) break
  }
  // Oldest first.
  for (const id of known) {
    if (known.size <= mostKnown) break
    known.delete(id)
  }
  const relied = late < mostLate
  engine.past = {
    known,
    absent: missing,
    readAt,
    since: Math.min(oldest, past.since),
    // Long ago is no matter.
    late: !relied ? 0 : late === past.late ? late * 0.9 : late,
  }
  return { going: missing, ...(!relied && { withoutMs: deniedMs }) }
}

/**
 * Notes how many tasks had ended that a history, only just read, lacked; answers for how many milliseconds it is not to be
 * relied on, if so.
 */
export function doubt(engine: Engine, ended: number): number | undefined {
  const late = engine.past.late + ended
  const relied = late < mostLate
  engine.past = { ...engine.past, late: relied ? late : 0 }
  return relied ? undefined : deniedMs
}
