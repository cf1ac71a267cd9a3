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

/** The real service, with credentials from the environment. */
export function liveTarget(): Target {
  return { provider: createKling(), live: true, download: {} }
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
