import type { Kind } from '@reelay/core'
import { describe, it } from 'vitest'
import type { ContractCase } from './case.ts'
import { contractCases } from './cases/index.ts'
import { runCase } from './run-case.ts'
import type { Descriptor } from './world.ts'

function register(one: ContractCase, descriptor: Descriptor, kind?: Kind): void {
  const met = one.needs?.(descriptor.manifest) ?? true
  const title = `[${one.rule}] ${one.name}`
  it(met === true ? title : `${title} (not here: ${met})`, async (context) => {
    const result = await runCase(one, descriptor, kind)
    if (result.state === 'skipped') context.skip(result.reason)
  })
}

/**
 * Registers the whole contract with Vitest, one test per case, and one more for each kind that is sold where a case is
 * about any purchase. A case that does not apply says so in its name and
 * proves what happens instead; one that the wire cannot simulate is reported as skipped, with the reason.
 *
 * @example
 * ```ts
 * import { describeProvider, type World } from '@reelay/testing'
 * declare function createWorld(): World
 * describeProvider({
 *   name: 'mine',
 *   manifest: { idempotency: 'none', find: false, getMany: false, cancel: false },
 *   world: createWorld,
 * })
 * ```
 */
export function describeProvider(descriptor: Descriptor): void {
  // One at a time: some cases change the environment or the runtime's fetch for as long as they run.
  describe(`the contract of ${descriptor.name}`, { concurrent: false }, () => {
    for (const one of contractCases) register(one, descriptor)
    for (const kind of descriptor.manifest.kinds ?? []) {
      describe(kind, () => {
        for (const one of contractCases) if (one.everyKind) register(one, descriptor, kind)
      })
    }
  })
}
