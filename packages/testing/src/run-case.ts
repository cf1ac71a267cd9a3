import { CaseSkipped } from './assert.ts'
import type { ContractCase } from './case.ts'
import type { Descriptor } from './world.ts'

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

/**
 * Runs one case in a fresh world, with any test runner or none.
 *
 * @throws when the promise is broken; the message says which and how.
 *
 * @example
 * ```ts
 * import { contractCases, type Descriptor, runCase } from '@reelay/testing'
 * declare const descriptor: Descriptor
 * for (const one of contractCases) console.log(one.name, (await runCase(one, descriptor)).state)
 * ```
 */
export async function runCase(one: ContractCase, descriptor: Descriptor): Promise<CaseResult> {
  const { manifest } = descriptor
  const met = one.needs?.(manifest) ?? true
  const world = await descriptor.world()
  try {
    if (met === true) await one.run(world, manifest)
    else await one.instead?.(world, manifest)
    return met === true ? { state: 'kept' } : { state: 'instead', reason: met }
  } catch (error) {
    if (error instanceof CaseSkipped) return { state: 'skipped', reason: error.message }
    throw error
  } finally {
    await world.close?.()
  }
}
