import process from 'node:process'
import { turn } from '../clock/turn.ts'

const event = 'unhandledRejection'

/** The rejections that nobody handled while something ran; the test runner does not get to see them. */
export async function unheard(run: () => Promise<void>): Promise<readonly unknown[]> {
  const listeners = process.listeners(event)
  const rejections: unknown[] = []
  const listen = (reason: unknown): void => void rejections.push(reason)
  process.removeAllListeners(event)
  process.on(event, listen)
  try {
    await run()
    // They are announced when the microtasks of a turn have run.
    await turn()
    await turn()
  } finally {
    process.off(event, listen)
    for (const listener of listeners) process.on(event, listener)
  }
  return rejections
}
