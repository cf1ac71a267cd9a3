import type { H264MP4Encoder } from 'h264-mp4-encoder'

const processEvents = ['uncaughtException', 'unhandledRejection'] as const
type Listener = (...args: unknown[]) => void

/**
 * A fresh encoder. Its Emscripten build listens for the process's uncaught errors and rethrows them, which
 * would change how the host program fails (seen in h264-mp4-encoder 1.0.12); those listeners are taken out.
 */
export async function loadEncoder(): Promise<H264MP4Encoder> {
  const before = processEvents.map((event) => new Set(listenersOf(event)))
  const { default: module } = await import('h264-mp4-encoder')
  const made = module.createH264MP4Encoder()
  // At once, and not when it is ready: an error of the host's in between would print the encoder's whole bundle.
  for (const [index, event] of processEvents.entries()) {
    for (const listener of listenersOf(event)) {
      if (!before[index]?.has(listener)) process.off(event, listener)
    }
  }
  return made
}

const listenersOf = (event: (typeof processEvents)[number]): Listener[] =>
  typeof process === 'undefined' ? [] : (process.listeners(event as 'uncaughtException') as Listener[])
