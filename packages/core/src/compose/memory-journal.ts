import type { Journal, JournalEntry } from './journal.ts'
import { isReservation } from './journal-entry.ts'
import { usedSince } from './used.ts'

/**
 * A journal that lives and dies with the process: for tests, and for budgets that need not outlast a run. It survives no
 * crash; use a file for that.
 *
 * @example
 * ```ts
 * import { memoryJournal } from '@reelay/core'
 * const journal = memoryJournal()
 * await journal.claim('order-77', 'hash') // { state: 'new' }
 * await journal.claim('order-77', 'hash') // { state: 'taken', requestHash: 'hash' }
 * ```
 */
export function memoryJournal(): Journal {
  const lines: JournalEntry[] = []
  const claims = new Map<string, string>()
  return {
    async append(entry) {
      lines.push(entry)
    },
    async *entries() {
      yield* [...lines]
    },
    async claim(purchase, requestHash) {
      const taken = claims.get(purchase)
      if (taken !== undefined) return { state: 'taken', requestHash: taken }
      claims.set(purchase, requestHash)
      return { state: 'new' }
    },
    async unclaim(purchase) {
      claims.delete(purchase)
    },
    // Nothing awaits between looking and writing, so nobody can come in between.
    async reserve(entry, limit, since) {
      const used = usedSince(lines.filter(isReservation), entry.budget, since)
      if (used + entry.amount > limit) return { state: 'exceeded', used }
      lines.push(entry)
      return { state: 'reserved' }
    },
  }
}
