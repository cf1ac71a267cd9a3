import { type Script, sql } from '../script.ts'
import { type Span, slotsOf, spansSince, within } from './slots.ts'

const addOne = '(?, ?, ?, ?)'
const ofSpan = 'FROM reelay_sums WHERE budget = ? AND level = ? AND slot >= ? AND slot < ?'

/** Counts an amount, or the difference to what was counted before, against a budget at a time. */
export function* count(budget: string, at: number, amount: number): Script<void> {
  if (amount === 0) return
  const slots = slotsOf(at)
  const text = `INSERT INTO reelay_sums (budget, level, slot, amount) VALUES ${slots.map(() => addOne).join(', ')} ON CONFLICT (budget, level, slot) DO UPDATE SET amount = reelay_sums.amount + excluded.amount`
  yield* sql(text, ...slots.flatMap((slot, level) => [budget, level, slot, amount]))
}

/** What counts against a budget from a time on, in micro-USD. */
export function* usedSince(budget: string, since: number): Script<number> {
  const spans = spansSince(since)
  const text = spans.map(() => `SELECT COALESCE(SUM(amount), 0) AS amount ${ofSpan}`).join(' UNION ALL ')
  const rows = yield* sql(text, ...spans.flatMap(({ level, from, before }) => [budget, level, from, before]))
  return rows.reduce((sum, row) => sum + Number(row.amount), 0)
}

/** Walks through a span, oldest first; the millisecond at which the amount is reached, or what is missing. */
function* reach(
  budget: string,
  { level, from, before }: Span,
  amount: number,
): Script<{ at?: number; missing: number }> {
  const rows = yield* sql(`SELECT slot, amount ${ofSpan} ORDER BY slot`, budget, level, from, before)
  let missing = amount
  for (const row of rows) {
    const slot = Number(row.slot)
    if (Number(row.amount) < missing) missing -= Number(row.amount)
    else if (level === 0) return { at: slot, missing: 0 }
    else return yield* reach(budget, within(level, slot), missing)
  }
  return { missing }
}

/** The millisecond by which this much had been used since a time; undefined when it is not that much. */
export function* reachedAt(budget: string, since: number, amount: number): Script<number | undefined> {
  let missing = amount
  for (const span of spansSince(since)) {
    const reached = yield* reach(budget, span, missing)
    if (reached.at !== undefined) return reached.at
    missing = reached.missing
  }
  return undefined
}
