import type { Clock, TaskHandle, VideoProvider } from '@reelay/core'
import type { ProviderAccess } from '@reelay/emulator'
import { createProvider, type ProviderConfig } from '../config/create-provider.ts'
import { adapters, optionsOf } from '../config/registry.ts'
import type { Configured, Picked } from './config.ts'
import { UsageError } from './failure.ts'

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

/** An address that only a configuration or a flag makes count: with it set, nobody knows where the money shall go. */
function refuseIdleAddress({ use, baseURL }: ProviderConfig): void {
  const variable = `REELAY_${use.toUpperCase()}_BASE_URL`
  if (baseURL !== undefined || !process.env[variable]?.trim()) return
  throw new UsageError(
    `${variable} is set, and nothing says whether it counts. Pass --base-url "$${variable}", or unset it for the real ${use}. Nothing was sent.`,
  )
}

/** The real service, or whatever stands at `baseURL`, with credentials from the configuration or the environment. */
export async function liveTarget({ entry }: Picked, baseURL?: string | undefined): Promise<Target> {
  const config = baseURL === undefined ? entry : { ...entry, baseURL }
  refuseIdleAddress(config)
  const provider = await createProvider(config)
  // Results of an emulator lie on its own port; those of a service elsewhere never lie on this machine.
  return { provider, live: true, download: { allowLoopback: provider.host?.network === 'loopback' } }
}

/**
 * Who answers for a task that was bought earlier: the configured provider that owns it, else its adapter with
 * credentials from the environment.
 *
 * @throws UsageError when nobody does.
 */
export async function ownerTarget(
  config: Configured,
  handle: TaskHandle,
  baseURL?: string | undefined,
): Promise<Target> {
  const { host } = handle
  let trouble: unknown
  for (const picked of config.owners(handle)) {
    try {
      const target = await liveTarget(picked, baseURL)
      if (target.provider.owns(handle)) return target
      // Whoever says where a relay is may not know what its tasks call it.
      if (baseURL === undefined || host === undefined || picked.entry.relay !== undefined) continue
      const named = await liveTarget({ ...picked, entry: { ...picked.entry, relay: host } }, baseURL)
      if (named.provider.owns(handle)) return named
    } catch (error) {
      // The first is the likeliest, and its trouble the one to mend.
      trouble ??= error
    }
  }
  if (trouble !== undefined) throw trouble
  const how =
    host === undefined
      ? 'Give it to a provider of reelay.config.ts.'
      : 'Say where that is: with --base-url, or as the baseURL of a provider in reelay.config.ts.'
  const where = host === undefined ? '' : `, at the relay ${host}`
  const owner = `${handle.provider} (account ${handle.account}${where})`
  throw new UsageError(`The task belongs to ${owner}, for which nobody here answers. ${how}`)
}

/** The options by which an adapter takes the credentials that an emulator accepts. */
function credentials(use: string, env: ProviderAccess['env']): Partial<ProviderConfig> {
  const manifest = adapters[use]?.manifest
  const known = (manifest ? optionsOf(manifest) : []).map(
    ([option, { env: names = [] }]) =>
      [option, names.map((name) => env[String(name)]).find(Boolean)] as const,
  )
  return Object.fromEntries(known.filter(([, value]) => value !== undefined))
}

/** An emulator in this process: no key, no network, no money. */
export async function emulatedTarget({ entry: { use } }: Picked): Promise<Target> {
  const { createEmulator } = await import('@reelay/emulator')
  const emulator = createEmulator({
    speed: demoSpeed,
    // What may have been retired is rendered where it is named: nothing is paid for.
    kling: { unverifiedModels: 'accept' },
  })
  const { clock, fetch } = emulator
  const everybody: Readonly<Record<string, ProviderAccess>> = emulator.providers('http://127.0.0.1')
  const access = everybody[use]
  const config: ProviderConfig = {
    use,
    account: 'demo',
    clock,
    fetch,
    baseURL: access?.hosts ?? access?.baseURL,
    ...(access && { official: access.official }),
    ...credentials(use, access?.env ?? {}),
  }
  return {
    provider: await createProvider(config),
    live: false,
    download: { fetch, allowLoopback: true, clock },
  }
}
