import type { Descriptor } from '@reelay/testing'
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

/** The same worlds, with something around each provider. */
export function around(
  descriptor: Descriptor,
  what: string,
  wrap: (provider: VideoProvider) => VideoProvider,
): Descriptor {
  return {
    ...descriptor,
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
