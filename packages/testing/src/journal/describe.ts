import { describe, it } from 'vitest'
import { CaseSkipped } from '../assert.ts'
import type { CaseResult } from '../run-case.ts'
import { journalCases } from './cases/index.ts'
import type { JournalCase, JournalDescriptor } from './journal-case.ts'

// Against a case that hangs, and nothing else: a real database waits for its disk, some hundred times.
const longestMs = 300_000

/**
 * Runs one case on a fresh journal, with any test runner or none.
 *
 * @throws when the promise is broken; the message says which and how.
 *
 * @example
 * ```ts
 * import { journalCases, type JournalDescriptor, runJournalCase } from '@reelay/testing'
 * declare const descriptor: JournalDescriptor
 * for (const one of journalCases) console.log(one.name, (await runJournalCase(one, descriptor)).state)
 * ```
 */
export async function runJournalCase(one: JournalCase, descriptor: JournalDescriptor): Promise<CaseResult> {
  const met = one.needs?.(descriptor.manifest) ?? true
  if (met !== true) return { state: 'skipped', reason: met }
  const world = await descriptor.world()
  try {
    await one.run(world)
    return { state: 'kept' }
  } catch (error) {
    if (error instanceof CaseSkipped) return { state: 'skipped', reason: error.message }
    throw error
  } finally {
    await world.close?.()
  }
}

/**
 * Registers the whole contract of journals with Vitest, one test per case. What does not apply to a journal is reported
 * as skipped, with the reason.
 *
 * @example
 * ```ts
 * import { memoryJournal } from '@reelay/core'
 * import { describeJournal } from '@reelay/testing'
 * describeJournal({
 *   name: 'memoryJournal',
 *   manifest: { clock: 'caller', damage: false },
 *   world() {
 *     const journal = memoryJournal()
 *     return { open: () => journal }
 *   },
 * })
 * ```
 */
export function describeJournal(descriptor: JournalDescriptor): void {
  describe(`the journal contract of ${descriptor.name}`, () => {
    for (const one of journalCases) {
      it(one.name, { timeout: longestMs }, async (context) => {
        const result = await runJournalCase(one, descriptor)
        if (result.state === 'skipped') context.skip(result.reason)
      })
    }
  })
}
