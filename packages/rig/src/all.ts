import type { ProviderOptionsBase, RequestOf, VideoProvider } from '@reelay/core'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  emulatorEnvironment,
  type ProviderId,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { providers } from '../../reelay/src/providers.ts'

/** What all providers sell, at about the same price. */
export const boat: RequestOf<'text-to-video'> = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  duration: 5,
}

export const providerIds: readonly ProviderId[] = Object.keys(providers) as ProviderId[]

/** An adapter's `createX`, as far as all adapters agree; a key where it is absent is the emulator's. */
export type Create = (options?: ProviderOptionsBase & { readonly apiKey?: string }) => VideoProvider

const variables = emulatorEnvironment('http://127.0.0.1')

/** Every adapter by id, as the list of providers has it. */
export const creates: Readonly<Record<ProviderId, Create>> = Object.fromEntries(
  await Promise.all(
    Object.entries(providers).map(async ([id, { manifest, load }]) => {
      const adapter = (await load()) as Readonly<Record<string, unknown>>
      const create = adapter[manifest.create] as Create
      const [name = ''] = manifest.options.apiKey?.env?.flat() ?? []
      const apiKey = variables[name]
      if (apiKey === undefined) throw new Error(`${id}: the emulator has no key under ${name}`)
      return [id, (options) => create({ apiKey, ...options })] satisfies [string, Create]
    }),
  ),
) as Record<ProviderId, Create>

/** The real adapters of all providers, before one emulator, on one clock. */
export interface Emulated {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  /** Fresh instances, as in another process; one of them with the runtime's own `fetch` instead of the one given. */
  create(
    cutOff?: ProviderId,
    options?: { readonly [id in ProviderId]?: object | undefined },
  ): Readonly<Record<ProviderId, VideoProvider>>
  /** Paid tasks at one provider, or at all of them. */
  charged(provider?: ProviderId): number
}

/**
 * @param fetch Given to the adapters; they use the global one when absent.
 * @param options Of the emulator.
 */
export function createEmulated(
  fetch?: (emulated: typeof globalThis.fetch) => typeof globalThis.fetch,
  options: EmulatorOptions = {},
): Emulated {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, ...options })
  const given = fetch && { fetch: fetch(clock.track(emulator.fetch)) }
  return {
    clock,
    emulator,
    create: (cutOff, own = {}) =>
      Object.fromEntries(
        providerIds.map((id) => [id, creates[id]({ clock, ...(id === cutOff ? {} : given), ...own[id] })]),
      ) as Record<ProviderId, VideoProvider>,
    charged: (provider) =>
      emulator.control.ledger().filter((entry) => provider === undefined || entry.provider === provider)
        .length,
  }
}
