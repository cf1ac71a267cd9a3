import {
  contractCases,
  type Descriptor,
  describeProvider,
  type Manifest,
  type ProviderSetup,
  runCase,
  type World,
} from '@reelay/testing'
import { describe, expect, it } from 'vitest'
import { manifest as fal, createWorld as falWorld } from '../../../fal/test/world.ts'
import { manifest as kling, createWorld as klingWorld, schemes } from '../../../kling/test/world.ts'
import { manifest as replicate, createWorld as replicateWorld } from '../../../replicate/test/world.ts'
import {
  cheapest,
  type Journal,
  journaled,
  memoryJournal,
  type Quote,
  ReelayError,
  type RenderRequest,
  type VideoProvider,
} from '../../src/index.ts'

type Make = (world: World, setup: ProviderSetup | undefined, journal: Journal) => VideoProvider

function klingWith(): World {
  const [scheme] = Object.values(schemes)
  if (!scheme) throw new Error('the adapter has a way to authenticate')
  return klingWorld(scheme)
}

/** The contract's own world, with a composition in the place of its provider. */
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
      const [world, journal] = [createWorld(), memoryJournal()]
      return { ...world, createProvider: (setup) => make(world, setup, journal) }
    },
  }
}

const never = async (): Promise<never> => {
  throw new Error('a provider that is not the cheapest was used')
}

/** Another provider stands beside it that nothing may ever be bought from, since nobody knows its price. */
const besideUnpriced =
  (createSpare: () => World): Make =>
  (world, setup) => {
    // The manifest describes the leaf that is bought from; what only the other one can do is left out.
    const { cancel: _cancel, ...spare } = createSpare().createProvider({ clock: setup?.clock ?? world.clock })
    const quote = (): Quote => ({ type: 'unknown', why: 'It does not say.' })
    return cheapest([world.createProvider(setup), { ...spare, quote, submit: never }])
  }

/** Another account comes first that sells the same, at ten times the price. */
const behindDearer: Make = (world, setup) => {
  const spare = world.createProvider({ ...setup, account: `${setup?.account ?? 'default'}-dear` })
  function quote(request: RenderRequest): Quote {
    const usual = spare.quote(request)
    return usual.type === 'exact' ? { ...usual, microUsd: usual.microUsd * 10 } : usual
  }
  return cheapest([{ ...spare, quote, submit: never }, world.createProvider(setup)])
}

const both = (first: Manifest, second: Manifest): Manifest => ({
  ...first,
  reservedOptions: { ...first.reservedOptions, ...second.reservedOptions },
})

describeProvider(
  composed(
    'cheapest([kling, an unpriced replicate])',
    both(kling, replicate),
    klingWith,
    besideUnpriced(replicateWorld),
  ),
)
describeProvider(composed('cheapest([a dearer fal, fal])', fal, falWorld, behindDearer))
describeProvider(
  composed('cheapest([journaled(kling)])', { ...kling, journal: true }, klingWith, (world, setup, journal) =>
    cheapest([journaled(world.createProvider(setup), journal)]),
  ),
)

/** What a composition that chooses could get wrong about money. */
const faults: Readonly<Record<string, (provider: VideoProvider) => Partial<VideoProvider>>> = {
  'buys elsewhere what has no verdict': (inner) => ({
    submit: (request, options) =>
      inner.submit(request, options).catch((error: unknown) => {
        if (ReelayError.isInstance(error) && error.outcome === 'unknown') return inner.submit(request)
        throw error
      }),
  }),
  'moves on after a refusal': (inner) => ({
    submit: (request, options) =>
      inner.submit(request, options).catch((error: unknown) => {
        if (ReelayError.isInstance(error) && error.outcome === 'rejected')
          return inner.submit(request, options)
        throw error
      }),
  }),
  'forgets who keeps the record': (inner) => ({
    submit: (request, { record: _, ...options } = {}) => inner.submit(request, options),
  }),
  'makes up a key of its own': (inner) => ({
    submit: (request, { idempotencyKey: _, ...options } = {}) => inner.submit(request, options),
  }),
  'reads whatever task it is asked for': () => ({ owns: () => true }),
  'loses the search': () => ({ find: undefined as unknown as NonNullable<VideoProvider['find']> }),
}

describe('a planted fault is noticed by the contract:', () => {
  it.each(Object.entries(faults))('it %s', async (_, plant) => {
    const descriptor = composed('broken', kling, klingWith, (world, setup) => {
      const inner = cheapest([world.createProvider(setup)])
      return { ...inner, ...plant(inner) }
    })
    for (const one of contractCases) {
      const verdict = await runCase(one, descriptor).catch((error: unknown) => error as Error)
      if (verdict instanceof Error) return expect(verdict.name).toBe('ContractViolation')
    }
    expect.unreachable('no case of the contract noticed it')
  })
})
