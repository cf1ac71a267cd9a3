import type { EmulatorClock } from '../clock.ts'

const immediate = typeof setImmediate === 'function' ? setImmediate : undefined

/** One macrotask, so that a clock whose sleeps end at once leaves the work its turn. */
function turn(): Promise<void> {
  if (immediate) return new Promise((resolve) => void immediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/**
 * Waits for work that takes no time of the emulator's: signing, encoding a clip. A clock that jumps whenever nothing
 * seems to happen cannot see it; somebody who sleeps no time at all keeps such a clock where it is.
 */
export async function inNoTime<T>(clock: EmulatorClock, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  const finished = work.finally(() => done.abort())
  finished.catch(() => {})
  while (!done.signal.aborted) {
    const asleep = clock.sleep(0, done.signal).catch(() => {})
    await Promise.race([finished, Promise.all([asleep, turn()])])
  }
  return finished
}
