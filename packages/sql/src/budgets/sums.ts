import { type Script, sql } from '../script.ts'

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

// What is used in a window has to be known exactly to the millisecond, at any number of purchases, without reading them
// all: the amounts of each budget are summed by milliseconds, by 64 of them, by 64 of those, and so on. A window is then at
// most 63 rows of each level, and all time is the few rows of the uppermost.
const radix = 64

/** Milliseconds a slot of the uppermost level spans: 2.2 years. */
export const levels = 7

/** Slots of one level, `before` excluded. */
export interface Span {
  readonly level: number
  readonly from: number
  readonly before: number
}

/** The slot of each level that a time falls into. */
export const slotsOf = (at: number): readonly number[] =>
  Array.from({ length: levels }, (_, level) => Math.floor(at / radix ** level))

/** The slots one level below that a slot is made of. */
export const within = (level: number, slot: number): Span => ({
  level: level - 1,
  from: slot * radix,
  before: (slot + 1) * radix,
})

/** As few slots as cover everything from a time on, the earliest first. */
export function spansSince(since: number): readonly Span[] {
  const spans: Span[] = []
  let from = Math.max(0, Math.ceil(since))
  for (let level = 0; level < levels - 1; level += 1) {
    const next = Math.ceil(from / radix)
    if (next * radix > from) spans.push({ level, from, before: next * radix })
    from = next
  }
  return [...spans, { level: levels - 1, from, before: Number.MAX_SAFE_INTEGER }]
}
