import type { Amendment, Reserved } from '@reelay/core/adapter'
import type { Dialect } from '../driver.ts'
import { type Row, type Script, sql } from '../script.ts'
import { fromColumn, toColumn } from '../text.ts'
import { count } from './sums.ts'

const columns = 'id, budget, key, task, amount, at, spent'

const reservedOf = (row: Row): Reserved => ({
  id: fromColumn(row.id),
  budget: fromColumn(row.budget),
  key: fromColumn(row.key),
  ...(row.task !== null && { task: fromColumn(row.task) }),
  amount: Number(row.amount),
  at: Number(row.at),
  spent: Number(row.spent) === 1,
})

/** The reservation of a name. */
export function* reservation(id: string): Script<Reserved | undefined> {
  const [row] = yield* sql(`SELECT ${columns} FROM reelay_reservations WHERE id = ?`, toColumn(id))
  return row && reservedOf(row)
}

/** Those of a budget for a task or under a key, oldest first. */
export function* reservations(
  budget: string,
  of: { readonly task: string } | { readonly key: string },
): Script<readonly Reserved[]> {
  const [column, text] = 'task' in of ? ['task', of.task] : ['key', of.key]
  const query = `SELECT ${columns} FROM reelay_reservations WHERE ${column} = ? AND budget = ? ORDER BY at, id`
  return (yield* sql(query, toColumn(text), toColumn(budget))).map(reservedOf)
}

/** Writes a new one down, and counts it. */
export function* insert({ id, budget, key, amount, at }: Reserved): Script<void> {
  const text =
    'INSERT INTO reelay_reservations (id, budget, key, task, amount, at, spent) VALUES (?, ?, ?, NULL, ?, ?, 0)'
  yield* sql(text, toColumn(id), toColumn(budget), toColumn(key), amount, at)
  yield* count(toColumn(budget), at, amount)
}

/** Changes one, whose budget is locked, and what is counted. */
export function* change(known: Reserved, { spent, amount = spent, task }: Amendment): Script<void> {
  const { id, budget, at } = known
  const next = { ...known, ...(amount !== undefined && { amount }), ...(task !== undefined && { task }) }
  const text = 'UPDATE reelay_reservations SET amount = ?, spent = ?, task = ? WHERE id = ?'
  const named = next.task === undefined ? null : toColumn(next.task)
  yield* sql(text, next.amount, known.spent || spent !== undefined ? 1 : 0, named, toColumn(id))
  yield* count(toColumn(budget), at, next.amount - known.amount)
}

/** Some of all there are. */
export function* page(after: string, size: number): Script<readonly Reserved[]> {
  const text = `SELECT ${columns} FROM reelay_reservations WHERE id > ? ORDER BY id LIMIT ${size}`
  return (yield* sql(text, after)).map(reservedOf)
}

/** What the lock of a budget is called. */
export const lockOf = (budget: string): string => `budget ${budget}`

/** Changes one; `false` when it is not known. */
export function* amend(dialect: Dialect, id: string, amendment: Amendment): Script<boolean> {
  const known = yield* reservation(id)
  if (!known) return false
  yield* dialect.lock(lockOf(known.budget))
  // Somebody may have changed it while we waited for the lock.
  const current = yield* reservation(id)
  if (current) yield* change(current, amendment)
  return current !== undefined
}
