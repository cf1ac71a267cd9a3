import type { Clock } from '@reelay/core'
import { countCryptography } from './other-threads.ts'
import { createSleepers, type Side } from './sleepers.ts'
import { trackFetch } from './track.ts'
import { settle, turn } from './turn.ts'

/**
 * A clock on which hours pass in milliseconds, and always in the same order.
 *
 * @example
 * ```ts
 * import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
 * const clock: VirtualClock = createVirtualClock()
 * await clock.sleep(3_600_000) // an hour, at once
 * ```
 */
export interface VirtualClock extends Clock {
  /** Milliseconds since it was made, whatever the wall says. */
  elapsed(): number
  /**
   * Sets what the wall says by so many milliseconds, below 0 for back, as somebody who sets the host's clock does. No
   * time passes, nobody who sleeps wakes, and the `server` side goes on by its own clock.
   */
  stepWall(ms: number): void
  /** Moves time forward by `ms` milliseconds, waking whoever is due on the way. Waits for no call in flight. */
  advance(ms: number): Promise<void>
  /** The same `fetch`; while a call of it is under way, or its body is not read to the end, time stands still. */
  track(fetch: typeof globalThis.fetch): typeof globalThis.fetch
  /**
   * The same time for the other side of tracked calls. A call whose answer is kept back by a sleep of this clock does
   * not stop time, so that a timeout can strike it; keep an answer back for ever with `sleep(Infinity, signal)`.
   */
  readonly server: Clock
}

/**
 * Options of {@link createVirtualClock}.
 *
 * @example
 * ```ts
 * import { createVirtualClock, type VirtualClockOptions } from '@reelay/testing/clock'
 * const options: VirtualClockOptions = { start: Date.UTC(2027, 0, 1), auto: false }
 * const clock = createVirtualClock(options)
 * await clock.advance(250)
 * ```
 */
export interface VirtualClockOptions {
  /** Milliseconds since the epoch at which time begins; the first of January 2026 when absent. */
  readonly start?: number
  /** Whether time moves by itself to the next sleep once nothing else is going on; `true` when absent. */
  readonly auto?: boolean
}

/**
 * Makes a virtual clock. Time stands still while anything happens and jumps to the earliest sleep when nothing does.
 *
 * @example
 * ```ts
 * import { createVirtualClock } from '@reelay/testing/clock'
 * const clock = createVirtualClock({ start: 0 })
 * await Promise.all([clock.sleep(60_000), clock.sleep(5_000)])
 * clock.now() // 60_000
 * ```
 */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { start = Date.UTC(2026, 0, 1), auto = true } = options
  countCryptography()
  let now = start
  let ahead = 0
  let inFlight = 0
  // Counts everything that begins or ends, so that a look at the whole can tell whether anything moved meanwhile.
  let moves = 0
  let watching = false
  let manual = Promise.resolve()
  let steps = 0

  const sleepers = createSleepers(moved)

  function moved(): void {
    moves += 1
    // Every change recounts which server-side sleeps still keep a call waiting.
    sleepers.held(inFlight)
    if (!watching && auto && steps === 0) void watch()
  }

  const mayJump = (): boolean =>
    steps === 0 && sleepers.next() !== undefined && inFlight <= sleepers.held(inFlight)

  /** Like timers of one moment, each sleep ends with its promise chains run before the next, which they may cancel. */
  async function wakeDue(): Promise<void> {
    for (const sleeper of sleepers.due(now)) {
      sleeper.wake()
      await turn()
    }
  }

  async function watch(): Promise<void> {
    watching = true
    while (mayJump()) {
      const seen = moves
      if (!(await settle(() => moves === seen)) || !mayJump()) continue
      now = Math.max(now, sleepers.next() ?? now)
      await wakeDue()
    }
    watching = false
  }

  async function step(ms: number): Promise<void> {
    const target = now + Math.max(0, ms)
    for (;;) {
      await settle(() => true)
      const next = sleepers.next()
      if (next === undefined || next > target) break
      now = Math.max(now, next)
      await wakeDue()
    }
    now = Math.max(now, target)
  }

  const clockFor = (side: Side): Required<Clock> => ({
    now: () => (side === 'client' ? now + ahead : now),
    elapsed: () => now - start,
    // Whole milliseconds, as the hosts' timers count; never less than asked for.
    sleep: (ms, signal) => sleepers.add(now + Math.max(0, Math.ceil(ms) || 0), side, signal),
  })

  function begin(): () => void {
    // Before counting: a server-side sleep older than the call cannot be inside it.
    sleepers.held(inFlight)
    inFlight += 1
    moved()
    let landed = false
    return () => {
      if (landed) return
      landed = true
      inFlight -= 1
      moved()
    }
  }

  return Object.freeze({
    ...clockFor('client'),
    server: Object.freeze(clockFor('server')),
    stepWall(ms: number) {
      ahead += ms
    },
    track: (fetch: typeof globalThis.fetch) => trackFetch(fetch, { begin }),
    advance(ms: number) {
      steps += 1
      const done = manual.then(() => step(ms))
      manual = done.finally(() => {
        steps -= 1
        moved()
      })
      return manual
    },
  })
}
