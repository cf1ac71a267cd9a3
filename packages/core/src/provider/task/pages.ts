import { elapsedOf } from '../../model/clock.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../options.ts'
import type { ProviderSpec } from '../spec.ts'
import type { CallFailure } from './failure.ts'
import { readWithRetry } from './read.ts'
import { take, turn } from './turn.ts'

export type Listing = NonNullable<ProviderSpec['list']>

// Between a provider's note of a task and ours: the answer's way, and what is left of a clock's error.
const slackMs = 60_000
// Room for tasks that others start meanwhile.
const slack = 20
// Pages in a row, where the tasks should be, that may bring none: among a busy stranger's a round must not take minutes.
const mostDry = 10

/** What a listed task is to whoever asks: wanted and not told before, one that comes along, or nothing. */
export type Find = 'wanted' | 'along' | undefined

/** Waits until no part of a page was read within the floor: each read of it is one of every task on it. */
async function rested(
  engine: Engine,
  floorMs: number,
  route: string,
  [from, to]: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<void> {
  const now = elapsedOf(engine.clock)
  const recent = (engine.stretches.get(route) ?? []).filter(({ at }) => at + floorMs > now)
  const opensAt = recent
    .filter((stretch) => stretch.from < to && stretch.to > from)
    .reduce((latest, { at }) => Math.max(latest, at + floorMs), now)
  engine.stretches.set(route, recent)
  if (opensAt > now) await engine.clock.sleep(opensAt - now, signal).catch(() => undefined)
}

/** Where a page lies: before the wanted times in the list's own order, after them, or among them. */
function position(page: readonly NativeTask[], from: number, to: number): -1 | 0 | 1 {
  const [first = 0, last = 0] = [page[0], page.at(-1)].map((task) => task?.createdAt ?? to)
  const [low, high] = first < last ? [first, last] : [last, first]
  if (low <= to && high >= from) return 0
  // Undocumented orders are learnt from the page itself: does it run towards the wanted times?
  if (first === last) return 0
  return high < from === first < last ? -1 : 1
}

/**
 * Reads those pages of a list on which the wanted tasks should be, by when they were made, beginning where they were
 * last; every task found on them is told to `found`, which answers what it is. Gives up when the pages cost more requests
 * than the single reads they may spare.
 */
export async function readPages(
  engine: Engine,
  list: Listing,
  wanted: readonly TaskHandle[],
  also: readonly TaskHandle[],
  options: CallOptions,
  found: (task: NativeTask) => Find,
): Promise<CallFailure | undefined> {
  const route = wanted[0]?.route ?? ''
  const place = engine.places.get(route) ?? { offset: 0, span: 0, misses: 0 }
  const all = wanted.length + also.length
  // Of a busy stranger's account, the pages bring nothing; one is tried now and then.
  if (all < 2 || wanted.length < place.misses) {
    if (all > 1) engine.places.set(route, { ...place, misses: place.misses - 1 })
    return undefined
  }
  const size = Math.min(list.maxPageSize, Math.max(all, place.span) + slack)
  const skew = engine.transport.skewMs()
  // Handles may have been written before somebody set our clock.
  const [early, late] = engine.transport.settingsMs()
  const ours = all <= size ? [...wanted, ...also] : wanted
  let oldest = Number.POSITIVE_INFINITY
  let newest = 0
  for (const { submittedAt } of ours) {
    oldest = Math.min(oldest, submittedAt + skew + early - slackMs)
    newest = Math.max(newest, submittedAt + skew + late + slackMs)
  }
  let number = list.numbered ? Math.floor(place.offset / size) + 1 : 1
  // Pages known to lie before the wanted times, and after them.
  let [before, after] = [0, Number.POSITIVE_INFINITY]
  let [missing, stride, spent, dry] = [wanted.length, 1, 0, 0]
  let begun: number | undefined
  // Where in the list the first and the last of those found are.
  let [start, end] = [Number.POSITIVE_INFINITY, 0]
  let previous: HttpReply | undefined
  let back = false
  while (missing > 0) {
    const request = list.request({ route, number, size, oldest, newest, previous, handles: wanted })
    if (!request) break
    const stretch = { from: (number - 1) * size, to: number * size }
    const { pageFloorMs: floorMs = 0 } = list
    if (floorMs > 0) await rested(engine, floorMs, route, [stretch.from, stretch.to], options.abortSignal)
    await turn(engine, list.readSpacingMs, options.abortSignal)
    take(engine, list.readSpacingMs)
    const read = (reply: HttpReply) => {
      const page = list.tasks(reply)
      return page && { page, reply }
    }
    const result = await readWithRetry(engine, request, read, options)
    if (floorMs > 0) {
      const stretches = engine.stretches.get(route) ?? []
      engine.stretches.set(route, [...stretches, { ...stretch, at: elapsedOf(engine.clock) }])
    }
    if (result.failure) {
      // What is wrong with a page is not wrong with the tasks.
      if (result.failure.code === 'ERR_INVALID_REQUEST' || result.failure.code === 'ERR_NOT_FOUND') break
      return result.failure
    }
    const { page, reply } = result.value
    previous = reply
    spent += 1
    dry += 1
    for (const [index, task] of page.entries()) {
      const what = found(task)
      if (!what) continue
      if (what === 'wanted') {
        missing -= 1
        dry = 0
      }
      const offset = (number - 1) * size + index
      start = Math.min(start, offset)
      end = Math.max(end, offset + 1)
    }
    const where = page.length === 0 ? 1 : position(page, oldest, newest)
    if (where < 0) before = number
    if (where > 0) after = Math.min(after, number)
    // A page may lack entries that could not be read.
    else if (page.length < size * 0.9) after = number + 1
    if (where === 0) begun ??= number
    // Singly, tasks cost as many reads as they are: pages that bring none may cost a part of that, all in all.
    const overspent = spent > wanted.length - missing + wanted.length / 4 + 2
    const most = begun === undefined && list.numbered ? missing : mostDry
    const patience = overspent ? 0 : Math.min(Math.max(missing / 4, missing < wanted.length ? 1 : 0), most)
    if (list.numbered && begun !== undefined) {
      const further = !back && number + 1 < after && dry <= patience
      if (!further && back && dry > patience) break
      if (!further && !back) {
        // What is still missing can only be before the page begun with.
        back = true
        dry = 0
        number = begun
      }
      number += further ? 1 : -1
      if (number <= before) break
    } else {
      if (dry > patience || (where > 0 && !list.numbered)) break
      if (!list.numbered) number += 1
      else number = Number.isFinite(after) ? Math.ceil((before + after) / 2) : number + stride
      stride *= 2
      if (number <= before || number >= after) break
    }
  }
  engine.places.set(route, {
    offset: list.numbered ? Math.min(start, Math.max(number - 1, 0) * size) : 0,
    // Next time in one page, if it can be; in larger ones, if these did not do.
    span: missing > 0 ? list.maxPageSize : Math.max(end - start, place.span * 0.8),
    misses: missing < wanted.length ? 0 : Math.min(2 * place.misses + 2, 64),
  })
  return undefined
}
