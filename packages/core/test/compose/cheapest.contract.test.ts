import { contractCases, describeProvider, runCase, type World } from '@reelay/testing'
import { describe, expect, it } from 'vitest'
import { manifest as fal, createWorld as falWorld } from '../../../fal/test/world.ts'
import { manifest as kling } from '../../../kling/test/world.ts'
import { manifest as replicate, createWorld as replicateWorld } from '../../../replicate/test/world.ts'
import {
  cheapest,
  journaled,
  type Quote,
  ReelayError,
  type RenderRequest,
  type VideoProvider,
} from '../../src/index.ts'
import { both, type Compose, composed, klingWith, never, unpriced } from './composed.ts'

/** Another provider stands beside it that cannot be the cheapest, since nobody knows its price. */
const besideUnpriced =
  (createSpare: () => World): Compose =>
  (world, setup) =>
    cheapest([world.createProvider(setup), unpriced(createSpare, world, setup)])

/** Another account comes first that sells the same, at ten times the price. */
const behindDearer: Compose = (world, setup) => {
  const spare = world.createProvider({ ...setup, account: `${setup?.account ?? 'default'}-dear` })
  function quote(request: RenderRequest): Quote {
    const usual = spare.quote(request)
    if (usual.type === 'exact') return { ...usual, microUsd: usual.microUsd * 10 }
    return usual.type === 'bounded' ? { ...usual, min: usual.max * 9, max: usual.max * 10 } : usual
  }
  return cheapest([{ ...spare, quote, submit: never }, world.createProvider(setup)])
}

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
