import type { EmulatorClock } from './clock.ts'
import { type ClockReading, clockPath } from './clock-answer.ts'

// How long it is taken on trust that the emulator's clock runs on as it did: `advance` may push it at any time.
const TRUSTED_MS = 1000
// Between two looks at a clock that stands still until it is pushed, or whose speed is not known.
const LOOK_MS = 50

/**
 * The clock of an emulator that another process runs, read over HTTP from its port: `reelay emulate --speed 60`, or
 * `emulator.listen()`. Given to an adapter, `wait` and `generate` spend emulated seconds instead of real ones.
 *
 * Sleeping costs one small request a real second at most; on a clock that stands still, twenty.
 *
 * @param url The port, or any provider's base URL on it; only its origin counts.
 * @throws Error when no emulator answers there.
 *
 * @example
 * ```ts
 * import { createEmulatorClock } from '@reelay/emulator'
 * import { createKling } from '@reelay/kling'
 *
 * const baseURL = 'http://127.0.0.1:4010/kling'
 * const kling = createKling({ baseURL, official: true, clock: await createEmulatorClock(baseURL) })
 * ```
 */
export async function createEmulatorClock(
  url: string,
  options: { readonly fetch?: typeof globalThis.fetch } = {},
): Promise<EmulatorClock> {
  const { fetch = globalThis.fetch } = options
  const address = new URL(clockPath, url)
  let reading = await readClock(fetch, address)
  let readAt = performance.now()

  const look = async (): Promise<void> => {
    reading = await readClock(fetch, address)
    readAt = performance.now()
  }
  const now = (): number => Math.floor(reading.now + (performance.now() - readAt) * (reading.speed ?? 0))

  return {
    now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      if (ms <= 0) return
      const wakeAt = now() + ms
      while (now() < wakeAt) {
        const { speed } = reading
        const real = speed ? Math.min((wakeAt - now()) / speed, TRUSTED_MS) : LOOK_MS
        await pause(Math.max(real, 1), signal)
        // A look that fails leaves the last reading: a sleeper is no place to report a broken connection.
        await look().catch(() => {})
      }
    },
  }
}

/** @throws Error when no emulator answers there. */
export async function readClock(fetch: typeof globalThis.fetch, address: URL): Promise<ClockReading> {
  const answer = await fetch(address, { cache: 'no-store' }).catch((cause: unknown) => {
    throw new Error(
      `No emulator answers at ${address.origin}: start it with reelay emulate, or check the port.`,
      { cause },
    )
  })
  const reading: unknown = await answer.json().catch(() => undefined)
  if (!isReading(reading))
    throw new Error(`What answers at ${address.origin} is no emulator: it tells no time at ${clockPath}.`)
  return reading
}

const isReading = (value: unknown): value is ClockReading =>
  typeof value === 'object' &&
  value !== null &&
  'now' in value &&
  typeof value.now === 'number' &&
  'speed' in value

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
