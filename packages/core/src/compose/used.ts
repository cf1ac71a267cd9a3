import type { MicroUsd } from '../model/money.ts'
import type { ReservationEntry } from './journal.ts'

/**
 * What of a budget is used since a moment: reservations still open, and what closed ones really cost. The one
 * definition of it, for every journal.
 */
export function usedSince(entries: Iterable<ReservationEntry>, budget: string, since: number): MicroUsd {
  const amounts = new Map<string, MicroUsd>()
  for (const entry of entries) {
    if (entry.budget !== budget) continue
    // The window asks when money was set aside, not when the provider got round to saying what it took.
    if (entry.type === 'reserved' && entry.at >= since) amounts.set(entry.id, entry.amount)
    else if (entry.type === 'spent' && amounts.has(entry.id)) amounts.set(entry.id, entry.amount)
  }
  return [...amounts.values()].reduce((sum, amount) => sum + amount, 0)
}
