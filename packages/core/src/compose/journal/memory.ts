import type { Journal } from './journal.ts'
import { keptJournal } from './kept.ts'

/**
 * A journal that lives and dies with the process: for tests, and for budgets that need not outlast a run. It survives no
 * crash; use `sqliteJournal` of `@reelay/sql` for that.
 *
 * @example
 * ```ts
 * import { memoryJournal, openPurchases } from '@reelay/core'
 * const journal = memoryJournal()
 * await openPurchases(journal) // []
 * ```
 */
export function memoryJournal(): Journal {
  return keptJournal({
    load: async () => [],
    put: async () => undefined,
    drop: async () => undefined,
  })
}
