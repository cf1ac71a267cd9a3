import type { Descriptor, Manifest } from '@reelay/testing'
import { createWorld, manifest, schemes } from '../../../kling/test/world.ts'
import { fakeDescriptor } from '../../../testing/test/fake/world.ts'
import type { ReelayError, VideoProvider } from '../../src/index.ts'

const scheme = schemes['an API key']
if (!scheme) throw new Error('the world of Kling has lost its API key')

/** The emulated Kling, and a provider that can look for nothing. */
export const descriptors: readonly Descriptor[] = [
  { name: 'kling', manifest, world: () => createWorld(scheme) },
  fakeDescriptor('plain'),
]

/** The books are an adapter's own: what is around it passes on what the interface names only. */
export function withoutBooks(contract: Manifest): Manifest {
  const { adapter } = contract
  if (!adapter) return contract
  const manifest = { ...adapter.manifest, can: { ...adapter.manifest.can, usage: false, account: false } }
  return { ...contract, adapter: { ...adapter, manifest } }
}

/** The same worlds, with something around each provider. */
export function around(
  descriptor: Descriptor,
  what: string,
  wrap: (provider: VideoProvider) => VideoProvider,
): Descriptor {
  return {
    ...descriptor,
    manifest: withoutBooks(descriptor.manifest),
    name: `${what}(${descriptor.name})`,
    async world() {
      const world = await descriptor.world()
      return { ...world, createProvider: (setup) => wrap(world.createProvider(setup)) }
    },
  }
}

/** What a call is rejected with. */
export async function rejection(work: Promise<unknown>): Promise<ReelayError> {
  return work.then(
    () => {
      throw new Error('it should have been rejected')
    },
    (reason: unknown) => reason as ReelayError,
  )
}
