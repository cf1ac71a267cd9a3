import { journaled, memoryJournal } from '@reelay/core'
import { type Descriptor, describeProvider } from '@reelay/testing'
import { manifest as falManifest, createWorld as falWorld } from '../../../fal/test/world.ts'
import { manifest as klingManifest, createWorld as klingWorld, schemes } from '../../../kling/test/world.ts'
import { withoutBooks } from './guard-worlds.ts'

/** One journal for all providers of a world, as for all processes of an application. */
function withJournal({ name, manifest, world: createWorld }: Descriptor): Descriptor {
  return {
    name: `journaled(${name})`,
    manifest: { ...withoutBooks(manifest), journal: true },
    async world() {
      const [world, journal] = [await createWorld(), memoryJournal()]
      return { ...world, createProvider: (setup) => journaled(world.createProvider(setup), journal) }
    },
  }
}

const scheme = schemes['an API key'] ?? { valid: {}, wrong: {} }
describeProvider(withJournal({ name: 'kling', manifest: klingManifest, world: () => klingWorld(scheme) }))
describeProvider(withJournal({ name: 'fal', manifest: falManifest, world: falWorld }))
