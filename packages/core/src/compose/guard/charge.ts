import type { Cost, MicroUsd } from '../../model/money.ts'
import type { Reserved } from '../journal/journal.ts'

// A provider that charges more than this many times its quote has misplaced a comma, or been misread.
const mostTimes = 10

/** What counts of a charge, and how far it is to be believed. */
export interface Charge {
  /** Micro-USD. */
  readonly amount: MicroUsd
  readonly is: 'as-quoted' | 'above' | 'far-above'
}

/**
 * What of a charge counts against a budget: above what was set aside it counts in full, up to ten times that; beyond as ten
 * times. Nothing where no amount is told, or one that cannot be one: then what was set aside stands.
 *
 * @param reserved Micro-USD that were set aside, the most that the task was quoted at.
 */
export function chargeOf(cost: Cost | undefined, reserved: MicroUsd): Charge | undefined {
  const amount = cost?.microUsd
  if (amount === undefined || !Number.isFinite(amount) || amount < 0) return undefined
  if (amount <= reserved) return { amount, is: 'as-quoted' }
  const most = mostTimes * reserved
  // Where nothing was set aside, since nobody knew the price, there is nothing to compare it with.
  return reserved > 0 && amount > most ? { amount: most, is: 'far-above' } : { amount, is: 'above' }
}

/** A step's own reservation, and what is left for the create. */
export interface StepMoney {
  readonly own: Reserved
  readonly rest: Reserved
  /** Replaces it by what the step cost; 0 gives it back. */
  spent(amount: MicroUsd): Promise<void>
}
