/**
 * The time source everything in Reelay lives by, so that tests, replays and simulations can supply their own.
 *
 * @example
 * ```ts
 * import { systemClock } from '@reelay/core'
 * const startedAt = systemClock.now() // ms since the epoch
 * await systemClock.sleep(250)
 * ```
 */
export interface Clock {
  /** Milliseconds since the Unix epoch: what the wall says, for what is written down. It may be set at any time. */
  now(): number
  /**
   * Milliseconds since a moment of its own, which nobody can set: what deadlines, plans and pauses live by. A clock
   * without it is taken at its `now`, and whoever sets that moves them.
   */
  elapsed?(): number
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** What time it is, for a note that has to be made: by the host's clock where the given one fails. */
export function timeOf(clock: Clock): number {
  try {
    const now = clock.now()
    if (Number.isFinite(now)) return now
  } catch {
    // Below.
  }
  return Date.now()
}

/**
 * How much time has passed by a clock, in milliseconds since a moment that means nothing: for differences, which nobody who
 * sets a clock can change. Taken at `now` where the clock has no `elapsed`; throws what the clock throws.
 *
 * @example
 * ```ts
 * import { elapsedOf, systemClock } from '@reelay/core'
 * const startedAt = elapsedOf(systemClock)
 * const tookMs = elapsedOf(systemClock) - startedAt
 * ```
 */
export const elapsedOf = (clock: Clock): number => (clock.elapsed ? clock.elapsed() : clock.now())

/** The same for a note that has to be made: by the host's clock where the given one fails. */
export function passedOf(clock: Clock): number {
  try {
    const elapsed = elapsedOf(clock)
    if (Number.isFinite(elapsed)) return elapsed
  } catch {
    // Below.
  }
  return clock.elapsed ? performance.now() : Date.now()
}

/** Sleeps by the given clock, or by the host's where that one fails: a limit has to end some time. */
export async function sleepBy(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (thrown) {
    if (signal.aborted) throw thrown
    await systemClock.sleep(ms, signal)
  }
}

// setTimeout turns a delay over 2^31-1 ms into 1 ms, which would be a busy loop (HTML, timers section).
const longestTimer = 2_147_483_647

/** What `setTimeout` takes for a delay of `ms`; it drops fractions, and would ring before its time. */
const timerMs = (ms: number): number => Math.min(Math.max(0, Math.ceil(ms)), longestTimer)

/**
 * The host's own clock.
 *
 * @example
 * ```ts
 * import { systemClock } from '@reelay/core'
 * await systemClock.sleep(1_000, AbortSignal.timeout(500)).catch(() => 'aborted')
 * ```
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, timerMs(ms))
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/**
 * Rings once, after `ms` milliseconds by the given clock, or by the host's where that one fails; returns how to stop it. By
 * the host's clock without a signal, since aborting one takes longer than all else about a timer that hardly ever rings.
 */
export function ringAfter(clock: Clock, ms: number, ring: () => void): () => void {
  if (clock === systemClock) {
    const timer = setTimeout(ring, timerMs(ms))
    return () => clearTimeout(timer)
  }
  const stop = new AbortController()
  sleepBy(clock, ms, stop.signal).then(ring, () => undefined)
  return () => stop.abort('settled') // without a reason it would make a DOMException with its stack
}

/**
 * The longest that a server's own word (`Retry-After` and its like) is obeyed, in milliseconds: 5 minutes. Results die
 * within the hour at some providers, and a proxy's typing error must not stop a program for a day.
 */
export const longestObeyedMs: number = 5 * 60_000

/** How long to wait by what a server asked for, in milliseconds; 0 for what is no wait. */
export const obeyed = (askedMs: number | undefined): number =>
  askedMs !== undefined && askedMs > 0 ? Math.min(askedMs, longestObeyedMs) : 0

/** How far the clocks of a provider, a buyer and a receiver may be apart while none has said what time it is. */
export const clockErrorMs: number = 15 * 60_000

/** The caller's own work, waited for until an abort: then its reason is thrown, and the work goes on unheard. */
export async function unlessAborted<Value>(
  work: Promise<Value> | undefined,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  if (!work || !signal) return work
  const settled = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    settled.abort()
  }
}

// Clocks that are kept right are corrected by less, and a provider's may be off by more.
const apartMs = 60_000

/** Looks whether a clock is being set. */
export interface ClockWatch {
  /**
   * Milliseconds since the epoch, for windows that must not open by themselves: what the wall says, unless more than a
   * minute lies between that and what it would say had nobody set it since the watch began. Then the earlier of the two.
   */
  earlier(): number
  /**
   * The setting of more than a minute that was not told of before: by how many milliseconds the wall went ahead of the time
   * that has passed; below 0 where it was set back.
   */
  step(): { readonly byMs: number } | undefined
}

/**
 * Watches what the wall says against the time that has passed, from now on. A machine that slept looks like one whose
 * clock was set forward. A step before the watch began cannot be seen, nor any of a clock without `elapsed`.
 */
export function watchClock(clock: Clock): ClockWatch {
  /** When the time that passes began, by the wall; the same for ever while nobody sets that. */
  const begin = (): number => timeOf(clock) - passedOf(clock)
  const first = begin()
  let told = first
  return {
    earlier() {
      const wall = timeOf(clock)
      const unset = first + passedOf(clock)
      return Math.abs(wall - unset) <= apartMs ? wall : Math.min(wall, unset)
    },
    step() {
      const now = begin()
      const byMs = Math.round(now - told)
      if (Math.abs(byMs) <= apartMs) return undefined
      told = now
      return { byMs }
    },
  }
}

/** Remembers how a clock was set, for times that were written down by it. */
export interface ClockSettings {
  /** Milliseconds since the epoch at which the time that passes began, by the wall. */
  begin(): number
  /**
   * Between how many milliseconds what this clock said earlier has to be corrected by, to be told by what it says now: 0
   * and 0 while nobody sets it, -3,600,000 and 0 once it was set back by an hour.
   */
  span(): readonly [least: number, most: number]
}

/** Looks at each call what the wall says; what was written down between two of them is off by either. */
export function clockSettings(clock: Clock): ClockSettings {
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  function begin(): number {
    const begun = timeOf(clock) - passedOf(clock)
    earliest = Math.min(earliest, begun)
    latest = Math.max(latest, begun)
    return begun
  }
  begin()
  return {
    begin,
    span() {
      const now = begin()
      return [now - latest, now - earliest]
    },
  }
}

/**
 * A clock whose failure is noticed: a timer that never comes, because whoever should ring it threw, would leave those who
 * wait by it waiting for ever. Asked for the time it answers in any case.
 *
 * @param broke Told of what was thrown, each time.
 */
export function watchedClock(clock: Clock, broke: (thrown: unknown) => void): Required<Clock> {
  function read(name: 'now' | 'elapsed', host: () => number): number {
    try {
      const value = name === 'elapsed' && clock.elapsed ? clock.elapsed() : clock.now()
      if (Number.isFinite(value)) return value
      throw new TypeError(`${name}() of the clock is not a number`)
    } catch (thrown) {
      broke(thrown)
      return host()
    }
  }
  return {
    now: () => read('now', Date.now),
    elapsed: () => read('elapsed', () => (clock.elapsed ? performance.now() : Date.now())),
    async sleep(ms, signal) {
      try {
        await clock.sleep(ms, signal)
      } catch (thrown) {
        if (!signal?.aborted) broke(thrown)
        throw thrown
      }
    },
  }
}
