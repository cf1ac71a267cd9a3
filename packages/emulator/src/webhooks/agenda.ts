import type { EmulatorClock } from '../clock.ts'

/** What is to happen later, on the emulator's clock. However much there is, only one sleep is under way. */
export interface Agenda {
  /** Runs `act` at a time, milliseconds since the Unix epoch. Returns the function that takes it off again. */
  add(at: number, act: () => void): () => void
  /** Runs whatever is due and has not run yet. */
  run(): void
  clear(): void
}

interface Entry {
  readonly at: number
  readonly act: () => void
  ran: boolean
}

export function createAgenda(clock: EmulatorClock): Agenda {
  // In order of time; entries of one moment stay in the order in which they came.
  const entries: Entry[] = []
  let sleep: { readonly until: number; readonly end: AbortController } | undefined
  let running = false

  const arm = (): void => {
    const next = entries[0]?.at
    if (running || next === sleep?.until) return
    sleep?.end.abort()
    sleep = undefined
    if (next === undefined) return
    const end = new AbortController()
    const own = { until: next, end }
    sleep = own
    clock.sleep(next - clock.now(), end.signal).then(
      () => {
        if (sleep === own) sleep = undefined
        run()
      },
      () => {},
    )
  }

  const run = (): void => {
    if (running) return
    running = true
    try {
      for (let entry = entries[0]; entry && entry.at <= clock.now(); entry = entries[0]) {
        entries.shift()
        entry.ran = true
        entry.act()
      }
    } finally {
      running = false
      arm()
    }
  }

  return {
    add: (at, act) => {
      const entry: Entry = { at, act, ran: false }
      entries.splice(placeFor(entries, at), 0, entry)
      arm()
      return () => {
        const index = entry.ran ? -1 : entries.indexOf(entry)
        if (index >= 0) entries.splice(index, 1)
        arm()
      }
    },
    run,
    clear: () => {
      entries.length = 0
      arm()
    },
  }
}

/** Behind every entry that is not later. */
function placeFor(entries: readonly Entry[], at: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
