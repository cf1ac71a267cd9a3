/**
 * The time source of an emulator. Both members are in milliseconds; `now` counts from the Unix epoch.
 *
 * @example
 * ```ts
 * import { setTimeout as delay } from 'node:timers/promises'
 * import type { EmulatorClock } from '@reelay/emulator'
 *
 * const wallClock: EmulatorClock = {
 *   now: () => Date.now(),
 *   sleep: async (ms, signal) => void (await delay(ms, undefined, signal && { signal })),
 * }
 * ```
 */
export interface EmulatorClock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The default clock: it runs `speed` times faster than real time and can be pushed forward by hand. */
export interface AdvanceableClock extends EmulatorClock {
  advance(ms: number): void
  /** The same time for whom the process need not stay alive. */
  readonly background: EmulatorClock
}

interface Sleeper {
  readonly wakeAt: number
  readonly background: boolean
  wake(): void
}

// setTimeout fires at once above 2^31-1 ms, so longer sleeps are re-armed.
const LONGEST_TIMER_MS = 2_147_483_647

/** `speed` 0 makes a clock that stands still until `advance`. */
export function createClock(speed = 1): AdvanceableClock {
  const base = Date.now()
  const started = performance.now()
  let advanced = 0
  const sleepers = new Set<Sleeper>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const now = (): number => Math.floor(base + (performance.now() - started) * speed + advanced)

  const wakeDue = (): void => {
    for (const sleeper of [...sleepers].sort((a, b) => a.wakeAt - b.wakeAt)) {
      if (sleeper.wakeAt <= now()) sleeper.wake()
    }
    arm()
  }

  const arm = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (sleepers.size === 0 || speed <= 0) return
    const next = Math.min(...[...sleepers].map((sleeper) => sleeper.wakeAt))
    // Whoever sleeps for ever must not keep the process alive.
    if (next === Number.POSITIVE_INFINITY) return
    timer = setTimeout(wakeDue, Math.min(Math.max(Math.ceil((next - now()) / speed), 1), LONGEST_TIMER_MS))
    // Where timers are numbers, nothing waits for a page or a worker either.
    if (typeof timer === 'object' && [...sleepers].every(({ background }) => background)) timer.unref()
  }

  const sleeping =
    (background: boolean) =>
    (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (ms <= 0) return resolve()
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          arm()
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          wakeAt: now() + ms,
          background,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
        arm()
      })

  const advance = (ms: number): void => {
    advanced += ms
    wakeDue()
  }

  return { now, sleep: sleeping(false), advance, background: { now, sleep: sleeping(true) } }
}

/** Pending until the signal aborts, then rejects with its reason. Without a signal it never settles. */
export function untilAborted(signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
