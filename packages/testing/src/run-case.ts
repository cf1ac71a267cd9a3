import type { Kind, Offer } from '@reelay/core'
import { CaseSkipped } from './assert.ts'
import type { ContractCase } from './case.ts'
import { mayBuy, nameOf, waysToBuy, worldFor } from './probe/every-kind.ts'
import type { Descriptor, World } from './world.ts'

/**
 * How a case ended that did not reject. `instead`: it does not apply, and what happens instead was proved. `skipped`:
 * the world cannot simulate what it takes.
 *
 * @example
 * ```ts
 * import type { CaseResult } from '@reelay/testing'
 * const print = (result: CaseResult): string => ('reason' in result ? result.reason : 'kept')
 * ```
 */
export type CaseResult =
  | { readonly state: 'kept' }
  | { readonly state: 'instead' | 'skipped'; readonly reason: string }

async function runIn(
  one: ContractCase,
  { manifest }: Descriptor,
  createWorld: () => World | Promise<World>,
): Promise<CaseResult> {
  const met = one.needs?.(manifest) ?? true
  let world: World | undefined
  try {
    world = await createWorld()
    if (met === true) await one.run(world, manifest)
    else await one.instead?.(world, manifest)
    return met === true ? { state: 'kept' } : { state: 'instead', reason: met }
  } catch (error) {
    if (error instanceof CaseSkipped) return { state: 'skipped', reason: error.message }
    throw error
  } finally {
    await world?.close?.()
  }
}

/** What holds for one row: one whose create takes no id of ours promises less than its provider. */
function describing({ manifest, ...rest }: Descriptor, { takesNoId }: Offer): Descriptor {
  if (!takesNoId) return { ...rest, manifest }
  const { find } = manifest
  return { ...rest, manifest: { ...manifest, idempotency: 'none', find: find && 'candidates' } }
}

/** Runs one case with one row; what it is about is part of whatever it says. */
async function runRow(one: ContractCase, given: Descriptor, offer: Offer): Promise<CaseResult> {
  const descriptor = describing(given, offer)
  try {
    const result = await runIn(one, descriptor, () => worldFor(offer, descriptor))
    return 'reason' in result ? { ...result, reason: `${nameOf(offer)}: ${result.reason}` } : result
  } catch (error) {
    if (error instanceof Error) error.message = `${nameOf(offer)}: ${error.message}`
    throw error
  }
}

/**
 * Runs one case in a fresh world, with any test runner or none.
 *
 * @param kind The kind to buy, for cases about any purchase: the smallest request there is, by each route of the
 *   provider's; what a wire does not sell of what is unverified is skipped. The world's own request when left out.
 * @throws when the promise is broken; the message says which and how.
 *
 * @example
 * ```ts
 * import { contractCases, type Descriptor, runCase } from '@reelay/testing'
 * declare const descriptor: Descriptor
 * for (const one of contractCases) console.log(one.name, (await runCase(one, descriptor)).state)
 * ```
 */
export async function runCase(one: ContractCase, descriptor: Descriptor, kind?: Kind): Promise<CaseResult> {
  const applies = (one.needs?.(descriptor.manifest) ?? true) === true
  const among = kind ?? (applies ? one.rows : undefined)
  if (among === undefined) return runIn(one, descriptor, () => descriptor.world())
  const world = await descriptor.world()
  const provider = world.createProvider()
  await world.close?.()
  const ways = waysToBuy(among, provider.catalog.offers)
  const results: CaseResult[] = []
  for (const offer of ways.filter((one) => mayBuy(provider, one)))
    results.push(await runRow(one, descriptor, offer))
  const skipped = results.find(({ state }) => state === 'skipped')
  return (
    skipped ??
    results[0] ?? {
      state: 'skipped',
      reason:
        ways.length === 0
          ? `the catalogue has no ${kind === undefined ? 'such row' : `row of ${kind}`} that is sold`
          : `a choice among several buys no ${kind ?? 'row'} whose price nobody knows`,
    }
  )
}
