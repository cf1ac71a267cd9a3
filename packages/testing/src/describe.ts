import { describe, it } from 'vitest'
import { contractCases } from './cases/index.ts'
import { runCase } from './run-case.ts'
import type { Descriptor } from './world.ts'

/**
 * Registers the whole contract with Vitest, one test per case. A case that does not apply says so in its name and
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
    for (const one of contractCases) {
      const met = one.needs?.(descriptor.manifest) ?? true
      const title = `[${one.rule}] ${one.name}`
      it(met === true ? title : `${title} (not here: ${met})`, async (context) => {
        const result = await runCase(one, descriptor)
        if (result.state === 'skipped') context.skip(result.reason)
      })
    }
  })
}
