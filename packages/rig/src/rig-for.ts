import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { contractOf, type Manifest, type World } from '@reelay/testing'
import { createRig, type Rig } from './rig.ts'
import type { EmulatedOptions, Seller } from './seller.ts'
import { createStub, type Sent, type Stub, type StubAnswer } from './stub.ts'
import { createWorld, type WorldOptions } from './world.ts'

/** Everything the tests of one adapter stand on. */
export interface RigFor<Id extends string, Options, Provider> {
  /** What the contract holds it to. */
  readonly manifest: Manifest
  createWorld(options?: WorldOptions<Id, Options>): World
  createRig(options?: Options, emulated?: EmulatedOptions<Id>): Rig<Id, Options, Provider>
  stub(answer: (sent: Sent, number: number) => StubAnswer | undefined, options?: Options): Stub<Id, Provider>
}

/** The rig of one adapter. */
export function rigFor<
  Id extends string,
  Options extends ProviderOptionsBase,
  Provider extends VideoProvider,
>(seller: Seller<Id, Options, Provider>): RigFor<Id, Options, Provider> {
  return {
    manifest: contractOf(seller.manifest, seller.keys, {
      reservedOptions: { [seller.id]: seller.reserved },
      ...((seller.steps ?? []).length > 0 && { steps: true }),
    }),
    createWorld: (options) => createWorld(seller, options),
    createRig: (options, emulated) => createRig(seller, options, emulated),
    stub: (answer, options) => createStub(seller, answer, options),
  }
}
