import type { Clock, VideoProvider } from '@reelay/core'
import { createKling } from '@reelay/kling'

/** Where a command renders: the real service, or an emulator inside this process. */
export interface Target {
  readonly provider: VideoProvider
  readonly live: boolean
  /** What downloads need to reach the target's results. */
  readonly download: {
    readonly fetch?: typeof fetch
    readonly allowLoopback?: boolean
    readonly clock?: Clock
  }
}

// Fast enough that a demo is over in seconds, slow enough to see it happen.
const demoSpeed = 12

/** The real service, or whatever stands at `baseURL`, with credentials from the environment. */
export function liveTarget(options: {
  readonly account?: string
  readonly baseURL?: string | undefined
}): Target {
  // Results of an emulator lie on its own port; those of the real service never lie on this machine.
  const allowLoopback = options.baseURL !== undefined
  return { provider: createKling(options), live: true, download: { allowLoopback } }
}

/** An emulator in this process: no key, no network, no money. */
export async function emulatedTarget(): Promise<Target> {
  const { createEmulator } = await import('@reelay/emulator')
  const emulator = createEmulator({ speed: demoSpeed })
  const { clock } = emulator
  const { baseURL, env } = emulator.providers('http://127.0.0.1').kling
  const { KLINGAI_ACCESS_KEY: accessKey, KLINGAI_SECRET_KEY: secretKey } = env
  const provider = createKling({
    accessKey,
    secretKey,
    baseURL,
    clock,
    fetch: emulator.fetch,
    account: 'demo',
  })
  return { provider, live: false, download: { fetch: emulator.fetch, allowLoopback: true, clock } }
}
