import type { Descriptor, Manifest, ProviderSetup, World } from '@reelay/testing'
import { createWorld, schemes } from '../../../kling/test/world.ts'
import { createWorld as createPiapiWorld } from '../../../piapi/test/world.ts'
import { type Journal, memoryJournal, type OwnPrice, type VideoProvider } from '../../src/index.ts'

/** A composition of what a world makes, the journal shared by all that are made in it. */
export type Compose = (world: World, setup: ProviderSetup | undefined, journal: Journal) => VideoProvider

/** Prices of the user's own where the list has none, so that a choice among several may buy those rows too. */
const prices: readonly OwnPrice[] = [
  { kind: 'extend', per: 'clip', usd: 0.5 },
  { kind: 'reference-to-video', model: 'kling-v1-6', per: 'clip', usd: 0.5 },
  { kind: 'lip-sync', model: 'kling-lip-sync-2025', per: 'clip', usd: 0.25 },
  { kind: 'virtual-try-on', model: 'kling-try-on-v3', per: 'image', usd: 0.1 },
]

/** The emulated PiAPI, at a price of the user's own for what has none. */
export const piapiWith = (): World =>
  createPiapiWorld({
    options: {
      prices: [
        { kind: 'extend', per: 'clip', usd: 0.5 },
        ...(['kling-v1', 'kling-v1-5', 'kling-v2-1', 'kling-v2-master'] as const).map((model) => ({
          model,
          per: 'second' as const,
          usd: 0.1,
        })),
      ],
    },
  })

/** The emulated Kling, by the first of its ways to prove who one is, at a price for everything it sells. */
export function klingWith(): World {
  const [scheme] = Object.values(schemes)
  if (!scheme) throw new Error('the adapter has a way to authenticate')
  return createWorld(scheme, { prices })
}

/** The contract's own world, with a composition in the place of its provider, which is no adapter. */
export function composed(
  name: string,
  { adapter: _, ...manifest }: Manifest,
  createOne: () => World,
  compose: Compose,
): Descriptor {
  return {
    name,
    manifest,
    world() {
      const [world, journal] = [createOne(), memoryJournal()]
      return { ...world, createProvider: (setup) => compose(world, setup, journal) }
    },
  }
}

/**
 * Another provider, of which nobody knows the price, and from which nothing may be bought. The manifest describes the one
 * that is bought from; what only this one can do is left out.
 */
export function unpriced(createSpare: () => World, world: World, setup?: ProviderSetup): VideoProvider {
  const { cancel: _, ...spare } = createSpare().createProvider({ clock: setup?.clock ?? world.clock })
  return { ...spare, quote: () => ({ type: 'unknown', why: 'It is a spare.' }), submit: never }
}

/** What is not to be bought from was bought from. */
export async function never(): Promise<never> {
  throw new Error('a provider was used that should have been passed over')
}

/** What two providers promise together, the first of which is bought from. */
export const both = (first: Manifest, second: Manifest): Manifest => ({
  ...first,
  reservedOptions: { ...first.reservedOptions, ...second.reservedOptions },
})
