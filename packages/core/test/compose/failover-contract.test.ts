import {
  type Descriptor,
  describeProvider,
  type Manifest,
  type ProviderSetup,
  type World,
} from '@reelay/testing'
import { manifest as fal, createWorld as falWorld } from '../../../fal/test/world.ts'
import { manifest as kling, createWorld as klingWorld, schemes } from '../../../kling/test/world.ts'
import { manifest as replicate, createWorld as replicateWorld } from '../../../replicate/test/world.ts'
import { failover, type VideoProvider } from '../../src/index.ts'

type Make = (world: World, setup: ProviderSetup | undefined) => readonly VideoProvider[]

function klingWith(): World {
  const [scheme] = Object.values(schemes)
  if (!scheme) throw new Error('the adapter has a way to authenticate')
  return klingWorld(scheme)
}

/** The contract's own world, with a failover in the place of its provider. */
function composed(
  name: string,
  { adapter: _, ...manifest }: Manifest,
  createWorld: () => World,
  make: Make,
): Descriptor {
  return {
    name,
    manifest,
    world() {
      const world = createWorld()
      return { ...world, createProvider: (setup) => failover(make(world, setup)) }
    },
  }
}

const alone: Make = (world, setup) => [world.createProvider(setup)]

/** The first leaf has no key, so that whatever the second one serves is served by moving on. */
const afterKeyless: Make = (world, setup) => [
  world.createProvider({
    ...setup,
    account: `${setup?.account ?? 'default'}-without-key`,
    credentials: 'missing',
  }),
  world.createProvider(setup),
]

/** The second leaf is another provider that nothing may ever be bought from, since nobody knows its price. */
const beforeUnpriced =
  (createSpare: () => World): Make =>
  (world, setup) => {
    // The manifest describes the leaf that is bought from; what only the other one can do is left out.
    const { cancel: _cancel, ...spare } = createSpare().createProvider({ clock: setup?.clock ?? world.clock })
    const never = async (): Promise<never> => {
      throw new Error('an unpriced leaf was used without leave')
    }
    const first = world.createProvider(setup)
    const quote = () => ({ type: 'unknown', why: 'It is a spare.' }) as const
    return [first, { ...spare, quote, submit: never }]
  }

const both = (first: Manifest, second: Manifest): Manifest => ({
  ...first,
  reservedOptions: { ...first.reservedOptions, ...second.reservedOptions },
})

describeProvider(composed('failover([kling])', kling, klingWith, alone))
describeProvider(composed('failover([fal])', fal, falWorld, alone))
describeProvider(composed('failover([kling without a key, kling])', kling, klingWith, afterKeyless))
describeProvider(
  composed('failover([replicate without a key, replicate])', replicate, replicateWorld, afterKeyless),
)
describeProvider(
  composed(
    'failover([kling, an unpriced replicate])',
    both(kling, replicate),
    klingWith,
    beforeUnpriced(replicateWorld),
  ),
)
describeProvider(
  composed(
    'failover([replicate, an unpriced fal])',
    both(replicate, fal),
    replicateWorld,
    beforeUnpriced(falWorld),
  ),
)
