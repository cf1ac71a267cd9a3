import { type Descriptor, describeProvider } from '@reelay/testing'
import { createWorld, manifest, schemes } from '../../../kling/test/world.ts'
import {
  failover,
  govern,
  guard,
  type Journal,
  journaled,
  memoryJournal,
  usd,
  type VideoProvider,
} from '../../src/index.ts'

type Stack = (kling: VideoProvider, journal: Journal) => VideoProvider

/** Wide enough for everything the contract buys, so that what is tried is the passing through. */
const limits = {
  maxCostPerTask: usd(50),
  budget: { amount: usd(1_000), windowMs: 3_600_000 },
  confirm: async () => true,
}

// Told not to wait: what govern sits out is proved in govern-contract.test.ts.
const impatient = { concurrency: 50, maxWaitMs: 0 }

/** The four compositions in two orders; the journal is outermost in one, inside guard and govern in the other. */
const stacks: Readonly<Record<string, Stack>> = {
  'journaled(guard(govern(failover([kling]))))': (kling, journal) =>
    journaled(guard(govern(failover([kling]), impatient), { ...limits, journal }), journal),
  'guard(govern(journaled(failover([kling]))))': (kling, journal) =>
    guard(govern(journaled(failover([kling]), journal), impatient), { ...limits, journal }),
}

// A composition is no adapter: it has no manifest of its own.
const { adapter: _, ...promised } = manifest

function stacked(name: string, stack: Stack): Descriptor {
  return {
    name,
    manifest: { ...promised, journal: true },
    world() {
      const scheme = schemes['an API key']
      if (!scheme) throw new Error('the world of Kling has lost its API key')
      const [world, journal] = [createWorld(scheme), memoryJournal()]
      return { ...world, createProvider: (setup) => stack(world.createProvider(setup), journal) }
    },
  }
}

for (const [name, stack] of Object.entries(stacks)) describeProvider(stacked(name, stack))
