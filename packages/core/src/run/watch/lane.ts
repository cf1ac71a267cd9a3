import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { isTerminal, type VideoTask } from '../../model/task.ts'
import type { CallOptions, VideoProvider } from '../../provider/provider.ts'
import { type Answer, type Entry, overdue, tell } from './entry.ts'

/** What all reads of one account share, whoever waits for them. */
export interface Pace {
  readonly spacingMs: number
  /** Most tasks that one read can bring. */
  readonly tasksPerRead: number
  /** When the next read may leave. */
  nextAt: number
  /** Until when the provider wants to be left alone. */
  pausedUntil: number
  /** Refusals in a row. */
  strikes: number
}

/** The tasks of one account that are read together. */
export interface Lane {
  add(entry: Entry): void
  remove(entry: Entry): void
  /** Takes an answer that was asked for, or that came by itself; `false` when nobody waits for it. */
  answer(id: string, answer: Answer): boolean
  /** Looks at a task as soon as the provider's floor allows; `false` when nobody waits for it. */
  hint(id: string): boolean
}

// The answer of a look that began before the deadline is still taken within this.
const graceMs = 5_000
const mostCalls = 16
// Results die within the hour at some providers: whatever a reply asks for, a clip is not slept through.
const longestPauseMs = 5 * 60_000
const longestBackoffMs = 30_000
const longestRoundMs = 15_000

/** How long a refusal keeps all of the account's reads back. */
function pause(pace: Pace, error: ReelayError, now: number): void {
  const ofTask = !error.retryable || error.code === 'ERR_UNEXPECTED_REPLY'
  if (ofTask && error.retryAfterMs === undefined) return
  // Of a hundred tasks in one refused call, each is told.
  const backoffMs = pace.pausedUntil > now ? 0 : Math.min(500 * 2 ** pace.strikes++, longestBackoffMs)
  const askedMs = Math.min(error.retryAfterMs ?? 0, longestPauseMs)
  pace.pausedUntil = Math.max(pace.pausedUntil, now + Math.max(askedMs, backoffMs))
}

function learn({ handle, schedule, aliveAt }: Entry, task: VideoTask, now: number): void {
  const from = Math.max(0, aliveAt - handle.submittedAt)
  const seen = Math.max(from, now - handle.submittedAt)
  if (!isTerminal(task)) {
    schedule.seen(from, seen, false)
    return
  }
  const { status, createdAt, updatedAt = 0 } = task
  const known = createdAt !== undefined && updatedAt > createdAt
  const end = known ? updatedAt - createdAt : (from + seen) / 2
  // Of a task that nobody looked at for long it is not known how long it took.
  if ((status === 'succeeded' || status === 'failed') && (known || seen < 2 * from + 60_000))
    schedule.seen(Math.min(from, end), end, true)
}

/** `idle` is called when nobody waits any more. */
export function createLane(
  provider: VideoProvider,
  clock: Clock,
  call: CallOptions,
  pace: Pace,
  idle: () => void,
): Lane {
  const entries = new Map<string, Entry>()
  const stop = new AbortController()
  const many = provider.getMany !== undefined && pace.tasksPerRead > 1
  let calls = 0
  // How long the last round of many took: who is due within the next one takes part in it.
  let roundMs = 0
  let wakeAt = Number.POSITIVE_INFINITY
  let alarm = new AbortController()

  function chain(id: string): Entry[] {
    const all: Entry[] = []
    for (let entry = entries.get(id); entry; entry = entry.twin) all.push(entry)
    return all
  }

  function remove(entry: Entry): void {
    const { id } = entry.handle
    const others = chain(id).filter((other) => other !== entry)
    for (const [index, other] of others.entries()) other.twin = others[index + 1]
    if (others[0]) entries.set(id, others[0])
    else if (entries.delete(id) && entries.size === 0) {
      // Nothing of it may keep a process alive.
      stop.abort()
      alarm.abort()
      idle()
    }
  }

  function fail(entry: Entry, error: unknown): void {
    remove(entry)
    entry.end(undefined, error)
  }

  function answer(id: string, given: Answer): boolean {
    const now = clock.now()
    const waiting = chain(id)
    const [first] = waiting
    if (!first) return false
    if (ReelayError.isInstance(given)) pause(pace, given, now)
    else {
      pace.strikes = 0
      learn(first, given, now)
    }
    for (const entry of waiting) {
      entry.reading = false
      if (tell(entry, given, now, pace.pausedUntil)) remove(entry)
      else arm(entry.nextAt)
    }
    return true
  }

  async function read(batch: readonly Entry[]): Promise<void> {
    const [first] = batch
    if (!first) return
    calls += 1
    for (const entry of batch) entry.reading = true
    const startedAt = clock.now()
    const deadlineAt = batch.reduce((latest, entry) => Math.max(latest, entry.deadline), 0)
    const options = { ...call, abortSignal: stop.signal, deadlineAt }
    try {
      if (many) {
        const also = [...entries.values()].filter(({ reading }) => !reading).map(({ handle }) => handle)
        const onAnswer = ({ id }: TaskHandle, given: Answer): void => void answer(id, given)
        const handles = batch.map(({ handle }) => handle)
        const answers = await provider.getMany?.(handles, { ...options, also, onAnswer })
        for (const { handle, reading } of batch) {
          const given = answers?.get(handle)
          if (reading && given) answer(handle.id, given)
        }
      } else answer(first.handle.id, await provider.get(first.handle, options))
    } catch (error) {
      const left = batch.filter(({ reading, handle }) => reading && entries.has(handle.id))
      const passing = ReelayError.isInstance(error) && error.retryable
      if (left.length === 1 || (passing && many)) {
        for (const { handle } of left) {
          if (ReelayError.isInstance(error)) answer(handle.id, error)
          else for (const entry of chain(handle.id)) fail(entry, error)
        }
      } else {
        // One handle that the provider will not have must not end the others.
        const half = Math.ceil(left.length / 2)
        await Promise.all([read(left.slice(0, half)), read(left.slice(half))])
      }
    }
    calls -= 1
    if (many) roundMs = Math.min(clock.now() - startedAt, longestRoundMs)
    for (const entry of batch) entry.reading = false
    arm(clock.now())
  }

  /** Starts the looks that are due and may leave, and sees to being woken for the next. */
  function pump(): void {
    const now = clock.now()
    const due: Entry[] = []
    let first: Entry | undefined
    let next = Number.POSITIVE_INFINITY
    for (const head of entries.values()) {
      let lookAt = Number.POSITIVE_INFINITY
      for (const entry of head.twin ? chain(head.handle.id) : [head]) {
        lookAt = Math.min(lookAt, entry.nextAt)
        const end = entry.deadline + graceMs
        if (now >= end) fail(entry, overdue(entry))
        else next = Math.min(next, end)
      }
      if (head.reading) continue
      head.nextAt = lookAt
      if (lookAt <= now + roundMs) due.push(head)
      if (!first || lookAt < first.nextAt) first = head
    }
    if (first && calls < (many ? 1 : mostCalls)) {
      const opensAt = Math.max(first.nextAt, pace.nextAt, pace.pausedUntil)
      next = Math.min(next, Math.max(opensAt, now + 1))
      if (opensAt <= now) {
        pace.nextAt = now + pace.spacingMs
        void read(many ? due : [first])
      }
    }
    arm(next)
  }

  function arm(at: number): void {
    if (at >= wakeAt || entries.size === 0) return
    alarm.abort()
    alarm = new AbortController()
    wakeAt = at
    const { signal } = alarm
    clock.sleep(Math.max(0, at - clock.now()), signal).then(
      () => {
        if (signal.aborted) return
        wakeAt = Number.POSITIVE_INFINITY
        pump()
      },
      () => undefined,
    )
  }

  function hint(id: string): boolean {
    for (const entry of chain(id)) {
      entry.nextAt = Math.min(entry.nextAt, Math.max(clock.now(), entry.lookedAt + entry.floorMs))
      arm(entry.nextAt)
    }
    return entries.has(id)
  }

  /** A provider that says by itself when a task ends spares the wait for the next look, which is made all the same. */
  function follow({ handle }: Entry): void {
    const told = provider.follow?.(handle, { ...call, abortSignal: stop.signal })
    told?.then(
      (ended) => ended && hint(handle.id),
      () => undefined,
    )
  }

  return {
    add(entry) {
      entry.twin = entries.get(entry.handle.id)
      entries.set(entry.handle.id, entry)
      arm(entry.nextAt)
      if (entries.size === 1) follow(entry)
    },
    remove,
    answer,
    hint,
  }
}
