import { type Owned, ownerKey, taskKey } from '../../model/handle.ts'
import type { MicroUsd, NativeAmount } from '../../model/money.ts'
import type { Quote } from '../../model/quote.ts'
import type { UsageReport, UsageRow } from '../../provider/usage.ts'
import type { Purchase } from '../journal/order.ts'

/** What a purchase was charged, and who says so. */
export interface Bill {
  /** Absent where it is told in nothing that can be counted in dollars. */
  readonly microUsd?: MicroUsd
  readonly native?: NativeAmount
  readonly basis: 'reported' | 'list' | 'derived'
  /** `books`: the provider's usage. `task`: the finished task itself. `free`: it failed, and such failures are never charged. */
  readonly by: 'books' | 'task' | 'free'
}

/** The books of all reports, by task and by owner. */
export interface Ledgers {
  readonly ofOwner: ReadonlyMap<string, readonly UsageReport[]>
  /** Charges by {@link taskKey}. */
  readonly ofTask: ReadonlyMap<string, readonly UsageRow[]>
}

/**
 * Reports of overlapping times hold the same charge, and an older one as it then stood: still open, or estimated. So what
 * a task was charged at a moment is what the last report that was read says of it.
 */
export function ledgersOf(reports: readonly UsageReport[]): Ledgers {
  const ofTask = new Map<string, UsageRow[]>()
  const readOf = new Map<string, UsageReport>()
  for (const report of [...new Set(reports)].sort((one, other) => other.readAt - one.readAt)) {
    for (const row of report.rows) {
      if (row.taskId === undefined) continue
      const key = taskKey({ ...accountOf(report), id: row.taskId })
      const moment = `${row.at} ${key}`
      const last = readOf.get(moment)
      if (last !== undefined && last !== report) continue
      readOf.set(moment, report)
      const rows = ofTask.get(key)
      if (rows) rows.push(row)
      else ofTask.set(key, [row])
    }
  }
  return { ofOwner: Map.groupBy(reports, (report) => ownerKey(accountOf(report))), ofTask }
}

/** Whose a report is: the books of a relay are nobody's. */
export const accountOf = ({ provider, account }: Pick<UsageReport, 'provider' | 'account'>): Owned => ({
  provider,
  account,
})

/** Whose a purchase is. */
export const buyerOf = ({ submission: { provider, account, host } }: Purchase): Owned => ({
  provider,
  account,
  ...(host !== undefined && { host }),
})

const tidy = (amount: number): number => Number(amount.toFixed(6))

/** All charges of one task together. */
function summed(rows: readonly UsageRow[]): Pick<Bill, 'microUsd' | 'native' | 'basis'> {
  const dollars = rows.map(({ microUsd }) => microUsd)
  const units = new Set(rows.map(({ native }) => native.unit))
  const [unit] = units
  const amount = tidy(rows.reduce((sum, { native }) => sum + native.amount, 0))
  const microUsd = dollars.reduce<number | undefined>(
    (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
    0,
  )
  return {
    ...(microUsd !== undefined && { microUsd }),
    ...(units.size === 1 && unit !== undefined && { native: { amount, unit } }),
    basis: rows.every(({ basis }) => basis === 'reported') ? 'reported' : 'derived',
  }
}

/**
 * Whoever has bought units for less than their list price knows it, and the books do not: units count at the price by
 * which the purchase was quoted.
 */
function atOwnPrice(bill: Bill, quote: Quote): Bill {
  if (quote.type !== 'exact' || quote.basis !== 'yours' || bill.basis !== 'derived') return bill
  const { native: quoted } = quote
  if (!quoted || quoted.amount === 0 || quoted.unit !== bill.native?.unit || quoted.unit === 'usd')
    return bill
  return { ...bill, microUsd: Math.round((bill.native.amount * quote.microUsd) / quoted.amount) }
}

// By how much the clocks of the journal's machines may be off the provider's, and its books count whole seconds: what was
// bought or ended so near the edge of a report may lie outside of it.
const clockSkewMs = 5 * 60_000

/** Whether the books of a time that is over name the charge of every task: then one without a charge had none. */
export function isCovered(books: Ledgers, purchase: Purchase): boolean {
  const { submission, ended } = purchase
  if (!ended) return false
  return (books.ofOwner.get(ownerKey(buyerOf(purchase))) ?? []).some(
    ({ from, completeUntil, gaps }) =>
      submission.startedAt - clockSkewMs >= from &&
      ended.at + clockSkewMs < completeUntil &&
      gaps.every(({ what }) => what !== 'summed' && what !== 'scope' && what !== 'rows'),
  )
}

/** What the books say that a purchase was charged; `undefined` where they do not name it, or only for now. */
export function bookedOf(books: Ledgers, purchase: Purchase): Bill | undefined {
  const { handle, quote } = purchase
  const rows = (handle && books.ofTask.get(taskKey(handle))) ?? []
  if (rows.length === 0 || rows.some(({ open }) => open)) return undefined
  return atOwnPrice({ ...summed(rows), by: 'books' }, quote)
}

/** What the finished task says that it was charged. */
export function toldOf({ ended, quote }: Purchase): Bill | undefined {
  const cost = ended?.cost
  if (cost) return atOwnPrice({ ...cost, by: 'task' }, quote)
  return ended?.free ? { microUsd: 0, basis: 'reported', by: 'free' } : undefined
}
