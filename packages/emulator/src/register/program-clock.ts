/** The time of a program on an emulator that runs faster than real time. */
export interface ProgramClock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Milliseconds since it was made. */
  elapsed(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** The same `fetch`; while it is waited for, no time passes faster than real time. */
  track(fetch: typeof globalThis.fetch): typeof globalThis.fetch
}

// How much real time may count at the emulator's speed at once.
const tickMs = 10

/**
 * A clock `speed` times as fast as real time while its program only waits. What the emulator and the program take to work
 * is real: a request has all the real seconds that its timeout gives it, and a process that the machine has not let run for
 * a while finds no deadline passed before it has read what came in.
 *
 * @param start What the emulator's clock says, in milliseconds since the Unix epoch.
 */
export function createProgramClock(start: number, speed: number): ProgramClock {
  let passed = 0
  let countedAt = performance.now()
  let underWay = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const sleepers = new Set<{ readonly wakeAt: number; wake(): void }>()

  function elapsed(): number {
    const now = performance.now()
    const real = now - countedAt
    countedAt = now
    passed += underWay > 0 ? real : Math.max(real, Math.min(real, tickMs) * speed)
    return passed
  }

  function tick(): void {
    timer = undefined
    const now = elapsed()
    for (const sleeper of [...sleepers].sort((a, b) => a.wakeAt - b.wakeAt))
      if (sleeper.wakeAt <= now) sleeper.wake()
    arm()
  }

  function arm(): void {
    if (sleepers.size > 0) timer ??= setTimeout(tick, tickMs)
    else {
      clearTimeout(timer)
      timer = undefined
    }
  }

  return {
    now: () => Math.floor(start + elapsed()),
    elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          arm()
          reject(signal?.reason)
        }
        const sleeper = {
          wakeAt: elapsed() + Math.max(0, ms),
          wake() {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
        arm()
      }),
    track: (fetch) => async (input, init) => {
      elapsed()
      underWay += 1
      try {
        return await fetch(input, init)
      } finally {
        elapsed()
        underWay -= 1
      }
    },
  }
}
