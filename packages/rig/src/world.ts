import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { createEmulator, type FaultSpec } from '@reelay/emulator'
import { createVirtualClock, createWire, type ProviderSetup, type World } from '@reelay/testing'
import { actOf, type EmulatedOptions, type Seller } from './seller.ts'

/** How one world of the contract differs from the usual one. */
export interface WorldOptions<Id extends string, Options> {
  readonly valid?: Options
  readonly wrong?: Options
  /** Options of every provider in it. */
  readonly options?: Options
  /** Options of the emulated provider. */
  readonly emulated?: EmulatedOptions<Id>
}

/** A fresh emulated provider for one case of the contract. */
export function createWorld<
  Id extends string,
  Options extends ProviderOptionsBase,
  Provider extends VideoProvider,
>(
  seller: Seller<Id, Options, Provider>,
  { emulated, options: own, ...given }: WorldOptions<Id, Options> = {},
): World {
  const { id, keys, always } = seller
  const clock = createVirtualClock()
  const { fetch, control } = createEmulator({ clock: clock.server, seed: 1, [id]: emulated ?? {} })
  const provider = id as NonNullable<FaultSpec['provider']>
  const { steps = [] } = seller
  const isStep = (path: string): boolean => steps.includes(path.slice(path.lastIndexOf('/') + 1))
  const wire = createWire({
    clock,
    fetch,
    paid: (request) =>
      !isStep(new URL(request.url).pathname) && (seller.paid?.(request) ?? request.method === 'POST'),
    tasks: () => control.tasks().filter(({ op }) => !isStep(op)).length,
    charges: () => control.ledger().filter(({ op }) => !isStep(op)).length,
    fault(name, options) {
      if (name === 'task-fails') control.failNext({ provider })
      const act = actOf(seller, name, options)
      const on = options.on === 'read' ? 'any-read' : 'create'
      if (act) control.fault({ ...act, provider, on, times: options.times ?? 1 } as FaultSpec)
      return act !== undefined || name === 'task-fails'
    },
  })
  const valid = given.valid ?? seller.valid ?? keys
  const wrong = given.wrong ?? seller.wrong
  const credentials = { valid, wrong, missing: {}, environment: {} }
  const secretsOf = seller.secretsOf ?? ((key: string) => [key])
  const told = [always ?? {}, valid, wrong].flatMap((one) => Object.entries(one))
  return {
    clock,
    wire,
    request: seller.boat,
    secrets: told.flatMap(([option, text]) =>
      seller.manifest.options[option]?.secret && typeof text === 'string' ? secretsOf(text) : [],
    ),
    createProvider({ credentials: which = 'valid', options, ...setup }: ProviderSetup = {}) {
      const all = { fetch: wire.fetch, clock, ...always, ...own, ...credentials[which], ...setup, ...options }
      return seller.create(all as unknown as Options)
    },
  }
}
