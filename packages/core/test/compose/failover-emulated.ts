import { createEmulator, demoCredentials, type Emulator, type ProviderId } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import type { RequestOf, VideoProvider } from '../../src/index.ts'

/** What all four providers sell, at about the same price. */
export const boat: RequestOf<'text-to-video'> = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  duration: 5,
}

export const providerIds: readonly ProviderId[] = ['kling', 'piapi', 'fal', 'replicate']

/** The real adapters of four providers, before one emulator, on one clock. */
export interface Emulated {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  /**
   * Fresh instances, as in another process; one of them with the runtime's own `fetch` instead of the one given.
   * `soleSubmitter` is fal's.
   */
  create(
    cutOff?: ProviderId,
    options?: { readonly soleSubmitter?: boolean | undefined },
  ): Readonly<Record<ProviderId, VideoProvider>>
  /** Paid tasks at one provider, or at all of them. */
  charged(provider?: ProviderId): number
}

/** @param fetch Given to the adapters; they use the global one when absent. */
export function createEmulated(
  fetch?: (emulated: typeof globalThis.fetch) => typeof globalThis.fetch,
): Emulated {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1 })
  const given = fetch && { fetch: fetch(clock.track(emulator.fetch)) }
  return {
    clock,
    emulator,
    create(cutOff, { soleSubmitter } = {}) {
      const own = (id: ProviderId) => (id === cutOff ? {} : given)
      return {
        kling: createKling({ clock, apiKey: demoCredentials.kling.apiKey, ...own('kling') }),
        piapi: createPiapi({ clock, apiKey: demoCredentials.piapi.apiKey, ...own('piapi') }),
        fal: createFal({ clock, apiKey: demoCredentials.fal.key, soleSubmitter, ...own('fal') }),
        replicate: createReplicate({
          clock,
          apiKey: demoCredentials.replicate.apiToken,
          ...own('replicate'),
        }),
      }
    },
    charged: (provider) =>
      emulator.control.ledger().filter((entry) => provider === undefined || entry.provider === provider)
        .length,
  }
}
