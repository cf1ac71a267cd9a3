import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { ofPaidTask } from '../../model/foreign.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { CallOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { leewayMs } from '../../provider/task/turn.ts'
import {
  type Entry,
  learn,
  learnGoing,
  overdue,
  planNextLook,
  type ReadAnswer,
  reportAnswer,
} from './entry.ts'
import { nobody, orderLooks } from './order.ts'
import { coldGapMs, opensAt, type Pace, pause } from './pace.ts'
import { type Peer, type Reading, readAlone } from './reading.ts'
import { readTogether, ridersOf, roundOpensAt } from './round.ts'
import { createAlarm, createWaiting, dueAt } from './waiting.ts'

/** The tasks of one account that are read together. */
export interface Lane extends Peer {
  add(entry: Entry): void
  remove(entry: Entry): void
  /** Ends all of it: a clock that has failed would let nobody know of anything any more. */
  breakOff(thrown: unknown): void
  /** Looks at a task as soon as the provider's floor allows; `false` when nobody waits for it. */
  hint(id: string): boolean
}

// How far ahead a round looks at most, however long the last one took.
const longestRoundMs = 15_000
// How long an order of the due ones is good.
const orderMs = 250

/** `idle` is called when nobody waits any more; `peers` are all lanes of the account, this one too. */
export function createLane(
  provider: VideoProvider,
  clock: Required<Clock>,
  call: CallOptions,
  pace: Pace,
  peers: () => Iterable<Peer>,
  idle: () => void,
): Lane {
  const waiting = createWaiting()
  const stop = new AbortController()
  let calls = 0
  // How long the last round of many took: who is due within the next one takes part in it.
  let roundMs = 0
  let turns = nobody
  let orderedAt = Number.NEGATIVE_INFINITY
  let plannedGapMs = 0

  const together = (): boolean =>
    provider.getMany !== undefined && pace.tasksPerRead > 1 && clock.elapsed() >= pace.unlistedUntil

  const gapMs = (): number => coldGapMs(pace, waiting.size, together() ? pace.tasksPerRead : 1)

  function remove(entry: Entry): void {
    if (!waiting.remove(entry)) return
    // Nothing of it may keep a process alive.
    stop.abort()
    alarm.stop()
    idle()
  }

  function fail(entry: Entry, error: unknown): void {
    remove(entry)
    entry.end(undefined, error)
  }

  function answer(id: string, given: ReadAnswer): boolean {
    const now = clock.elapsed()
    const some = waiting.of(id)
    const [first] = some
    if (!first) return false
    if (ReelayError.isInstance(given)) pause(pace, given, now)
    else {
      pace.strikes = 0
      learn(first, given, now)
    }
    const gap = gapMs()
    for (const entry of some) {
      entry.reading = false
      if (reportAnswer(entry, given, now, pace.pausedUntil, gap)) remove(entry)
      else arm(entry.nextAt)
    }
    return true
  }

  function going(id: string): void {
    const now = clock.elapsed()
    const some = waiting.of(id)
    if (some[0]) learnGoing(some[0], now)
    for (const entry of some) {
      entry.aliveAt = now
      planNextLook(entry, now, Math.max(now, pace.pausedUntil), gapMs())
      arm(entry.nextAt)
    }
  }

  const reading: Reading = {
    provider,
    call: { ...call, abortSignal: stop.signal },
    clock,
    pace,
    waiting,
    peers,
    answer,
    fail,
  }

  async function read(ask: () => Promise<void>): Promise<void> {
    calls += 1
    await ask()
    calls -= 1
    arm(clock.elapsed())
  }

  async function round(batch: readonly Entry[], riders: readonly TaskHandle[]): Promise<void> {
    const startedAt = clock.elapsed()
    await readTogether(reading, batch, riders)
    roundMs = Math.min(clock.elapsed() - startedAt, longestRoundMs)
  }

  /** Whoever was to be looked at soon when few were waiting waits as the crowd does, which came after it. */
  function replan(now: number): void {
    const gap = gapMs()
    if (gap <= plannedGapMs) return
    plannedGapMs = gap
    for (const head of waiting.heads()) {
      for (const entry of waiting.of(head.handle.id)) {
        const isNew = entry.word === undefined && entry.error === undefined && !entry.hinted
        if (isNew && entry.everyMs === undefined) planNextLook(entry, entry.aliveAt, now, gap)
      }
    }
  }

  function chooseDue(now: number, withinMs: number): void {
    replan(now)
    turns = orderLooks(waiting, pace, now, withinMs)
    orderedAt = now
    for (const entry of turns.over) fail(entry, overdue(entry))
  }

  /** Starts a round of all who are due, one round at a time; answers when to be woken. */
  function pumpTogether(now: number): number {
    chooseDue(now, roundMs)
    const { due, firstAt, thenAt, endsAt } = turns
    if (calls > 0) return endsAt
    // Not woken by another lane: it may belong to another request, which must not touch this one.
    if (pace.round && pace.round.until > now) return Math.min(endsAt, now + orderMs)
    const at = Math.max(Math.min(firstAt, thenAt), pace.nextAt, pace.pausedUntil)
    if (at > now) return Math.min(endsAt, at)
    const riders = ridersOf(peers(), due)
    const openAt = roundOpensAt(pace, due, riders)
    if (openAt > now) return Math.min(endsAt, openAt)
    pace.nextAt = now + pace.spacingMs
    void read(() => round(due, riders))
    return endsAt
  }

  /** Starts the looks at single tasks that may leave; answers when to be woken. */
  function pumpAlone(now: number): number {
    if (turns.due.length === 0 || now >= orderedAt + orderMs) chooseDue(now, 0)
    const { due, thenAt, endsAt } = turns
    const leeway = leewayMs(pace.spacingMs)
    const opens = (): number => Math.max(pace.nextAt - leeway, pace.pausedUntil)
    while (due.length > 0 && calls < pace.readsAtOnce && now >= opens()) {
      const head = due.shift() as Entry
      const [current] = waiting.of(head.handle.id)
      if (current !== head || head.reading || dueAt(waiting, pace, head) > now) continue
      pace.nextAt = Math.max(pace.nextAt, now) + pace.spacingMs
      void read(() => readAlone(reading, head))
    }
    const next =
      due.length === 0
        ? thenAt
        : calls < pace.readsAtOnce
          ? Math.max(pace.nextAt, pace.pausedUntil)
          : orderedAt + orderMs
    return Math.max(Math.min(next, endsAt), now + leeway)
  }

  function pump(): void {
    const now = clock.elapsed()
    arm(Math.max(together() ? pumpTogether(now) : pumpAlone(now), now + 1))
  }

  const alarm = createAlarm(clock, pump)

  function arm(at: number): void {
    if (waiting.size > 0) alarm.set(at)
  }

  function hint(id: string): boolean {
    const now = clock.elapsed()
    for (const entry of waiting.of(id)) {
      entry.hinted = true
      entry.nextAt = Math.min(entry.nextAt, Math.max(now, opensAt(pace, id, entry.floorMs)))
      arm(entry.nextAt)
    }
    return waiting.of(id).length > 0
  }

  /** A provider that says by itself when a task ends spares the wait for the next look, which is made all the same. */
  function follow({ handle }: Entry): void {
    // Whatever goes wrong with it, there are the looks.
    const told = async (): Promise<unknown> =>
      (await provider.follow?.(handle, { ...call, abortSignal: stop.signal })) && hint(handle.id)
    told().catch(() => undefined)
  }

  return {
    add(entry) {
      const now = clock.elapsed()
      waiting.add(entry)
      if (entry.everyMs === undefined) planNextLook(entry, entry.aliveAt, now, gapMs())
      arm(entry.nextAt)
      if (waiting.size === 1) follow(entry)
    },
    remove,
    answer,
    going,
    breakOff(thrown) {
      for (const { handle } of [...waiting.heads()]) {
        const doing = `Waiting for task ${handle.id}, by a clock that failed,`
        for (const entry of waiting.of(handle.id))
          fail(entry, ofPaidTask(thrown, handle, doing, { cause: thrown }))
      }
    },
    hint,
    resting: () => [...waiting.heads()].filter(({ reading }) => !reading).map(({ handle }) => handle),
  }
}
