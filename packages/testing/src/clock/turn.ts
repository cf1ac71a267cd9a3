import { otherThreads } from './other-threads.ts'

// Taken at import, so that a test's fake timers cannot stop virtual time.
const immediate = typeof setImmediate === 'function' ? setImmediate : undefined

/** One macrotask turn: everything that is ready (promise chains, socket events) runs first. No timer is involved. */
export function turn(): Promise<void> {
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

const rounds = 5

/**
 * Lets work that needs no time come to rest: promise chains by a few turns, what runs on other threads by waiting for it.
 * `false` as soon as `quiet` says that something moved.
 */
export async function settle(quiet: () => boolean): Promise<boolean> {
  for (let round = 0; round < rounds; round++) {
    await turn()
    await otherThreads()
    if (!quiet()) return false
  }
  return true
}
