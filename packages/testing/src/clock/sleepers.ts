/** Who sleeps: the code under test, or the server inside a call of it. */
export type Side = 'client' | 'server'

interface Sleeper {
  readonly wakeAt: number
  readonly side: Side
  /** A server-side sleep that no call in flight waits for: its caller gave up, or there never was one. */
  outside: boolean
  wake(): void
}

/** The sleeps that have not ended. */
export interface Sleepers {
  add(wakeAt: number, side: Side, signal: AbortSignal | undefined): Promise<void>
  /** The earliest moment somebody wants to be woken at; `undefined` when nobody does. */
  next(): number | undefined
  /** The sleeps due at a moment, in the order in which they are to end. Waking one that has ended does nothing. */
  due(now: number): readonly Sleeper[]
  /** Of `inFlight` calls, how many a server-side sleep keeps waiting. */
  held(inFlight: number): number
}

const byTime = (a: Sleeper, b: Sleeper): number => a.wakeAt - b.wakeAt

/** `changed` is called whenever a sleep begins or is aborted. */
export function createSleepers(changed: () => void): Sleepers {
  const pending = new Set<Sleeper>()

  const servers = (): Sleeper[] => [...pending].filter(({ side }) => side === 'server')

  // Which call an aborted sleep belonged to is not known, so it takes the place of one that was counted out.
  const recount = (ended: Sleeper): void => {
    const other = ended.outside ? undefined : servers().find(({ outside }) => outside)
    if (other) other.outside = false
  }

  return {
    add: (wakeAt, side, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          pending.delete(sleeper)
          recount(sleeper)
          changed()
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          wakeAt,
          side,
          outside: false,
          wake: () => {
            if (!pending.delete(sleeper)) return
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        pending.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
        changed()
      }),

    next: () => {
      const times = [...pending].map(({ wakeAt }) => wakeAt).filter(Number.isFinite)
      return times.length === 0 ? undefined : Math.min(...times)
    },

    // Sorting is stable and a Set keeps its order: sleeps of one moment end in the order in which they began.
    due: (now) => [...pending].filter(({ wakeAt }) => wakeAt <= now).sort(byTime),

    held: (inFlight) => {
      const inside = servers().filter(({ outside }) => !outside)
      for (const sleeper of inside.splice(inFlight)) sleeper.outside = true
      return inside.length
    },
  }
}
