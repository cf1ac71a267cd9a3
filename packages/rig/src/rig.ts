import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { createEmulator, type Emulator, type RequestRecord } from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import type { EmulatedOptions, Seller } from './seller.ts'

/** An emulated provider and adapters that talk to it, all on one virtual clock; the first under the provider's id. */
export type Rig<Id extends string, Options, Provider> = Readonly<Record<Id, Provider>> & {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  /** A further instance, as in another process; of the rig's own options unless given others. */
  create(options?: Options): Provider
  /** The requests of one kind, in order. */
  requests(op: RequestRecord['op']): readonly RequestRecord[]
}

/** One rig; nothing is shared between two. */
export function createRig<
  Id extends string,
  Options extends ProviderOptionsBase,
  Provider extends VideoProvider,
>(
  { id, create: createProvider, keys, valid }: Seller<Id, Options, Provider>,
  options: Options | undefined,
  emulated: EmulatedOptions<Id> | undefined,
): Rig<Id, Options, Provider> {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, [id]: emulated ?? {} })
  const fetch = clock.track(emulator.fetch)
  const create = (more: object = {}): Provider => {
    const given = { ...options, ...more }
    // Not beside others: a key pair does not go to a relay, whatever else there is.
    const own = Object.keys(given).some((option) => option in keys) ? {} : (valid ?? keys)
    return createProvider({ fetch, clock, ...own, ...given } as unknown as Options)
  }
  const rest = {
    clock,
    emulator,
    create,
    requests: (op: RequestRecord['op']) => emulator.control.requests().filter((request) => request.op === op),
  }
  return { ...rest, [id]: create() } as unknown as Rig<Id, Options, Provider>
}
