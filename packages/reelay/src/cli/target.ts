import type { Clock, VideoProvider } from '@reelay/core'
import type { ProviderAccess } from '@reelay/emulator'
import { createProvider, type ProviderConfig } from '../config/create-provider.ts'
import { adapters } from '../config/registry.ts'

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

/** Which provider and account. */
export interface TargetOptions {
  readonly use: string
  readonly account?: string
  readonly baseURL?: string | undefined
}

/** The real service, or whatever stands at `baseURL`, with credentials from the environment. */
export async function liveTarget(options: TargetOptions): Promise<Target> {
  // Results of an emulator lie on its own port; those of the real service never lie on this machine.
  const allowLoopback = options.baseURL !== undefined
  return { provider: await createProvider(options), live: true, download: { allowLoopback } }
}

/** The options by which an adapter takes the credentials that an emulator accepts. */
function credentials(use: string, env: ProviderAccess['env']): Partial<ProviderConfig> {
  const secrets = Object.entries(adapters[use]?.secrets ?? {})
  const known = secrets.map(
    ([option, names]) => [option, names.map((name) => env[name]).find(Boolean)] as const,
  )
  return Object.fromEntries(known.filter(([, value]) => value !== undefined))
}

/** An emulator in this process: no key, no network, no money. */
export async function emulatedTarget({ use }: TargetOptions): Promise<Target> {
  const { createEmulator } = await import('@reelay/emulator')
  const emulator = createEmulator({ speed: demoSpeed })
  const { clock, fetch } = emulator
  const everybody: Readonly<Record<string, ProviderAccess>> = emulator.providers('http://127.0.0.1')
  const access = everybody[use]
  const config: ProviderConfig = {
    use,
    account: 'demo',
    clock,
    fetch,
    baseURL: access?.hosts ?? access?.baseURL,
    ...credentials(use, access?.env ?? {}),
  }
  return {
    provider: await createProvider(config),
    live: false,
    download: { fetch, allowLoopback: true, clock },
  }
}
