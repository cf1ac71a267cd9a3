import { type Found, isOpenOrder, type Order } from '@reelay/core'
import { anothersTask, namesOf, readableOrder, type Transition, taskNamesOf } from '@reelay/core/adapter'
import type { Dialect } from '../driver.ts'
import { type Script, sql } from '../script.ts'
import { toColumn } from '../text.ts'
import { order } from './look-up.ts'

/** What the lock of an order is called. */
export const lockOf = (key: string): string => `order ${key}`

function* rename(key: string, names: ReadonlySet<string>): Script<void> {
  const rows = yield* sql('SELECT name FROM reelay_names WHERE key = ?', key)
  const before = new Set(rows.map((row) => String(row.name)))
  for (const name of before)
    if (!names.has(name)) yield* sql('DELETE FROM reelay_names WHERE name = ? AND key = ?', name, key)
  for (const name of names)
    if (!before.has(name)) yield* sql('INSERT INTO reelay_names (name, key) VALUES (?, ?)', name, key)
}

function* put(key: string, next: Order): Script<void> {
  const text =
    'INSERT INTO reelay_orders (key, began, at, open, doc) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET began = excluded.began, at = excluded.at, open = excluded.open, doc = excluded.doc'
  yield* sql(text, key, next.began, next.at, isOpenOrder(next) ? 1 : 0, JSON.stringify(next))
  yield* rename(key, new Set(namesOf(next).map(toColumn)))
}

/** A task is one order's. */
function* assertOwn(dialect: Dialect, key: string, names: readonly string[]): Script<void> {
  for (const name of names) {
    yield* dialect.lock(name)
    const text = 'SELECT key FROM reelay_names WHERE name = ? AND key <> ? LIMIT 1'
    if ((yield* sql(text, toColumn(name), toColumn(key))).length > 0) throw anothersTask(key, name)
  }
}

/** Reads an order, decides and writes. */
export function* change<Result>(
  dialect: Dialect,
  key: string,
  at: number,
  transition: Transition<Result>,
): Script<Result> {
  yield* dialect.lock(lockOf(key))
  const now = yield* dialect.now(at)
  const found: Found | undefined = yield* order(key)
  const before = readableOrder(found)
  const { order: next, result } = transition(before, now)
  if (next) {
    const had = before ? taskNamesOf(before) : []
    yield* assertOwn(
      dialect,
      key,
      taskNamesOf(next).filter((name) => !had.includes(name)),
    )
    yield* put(toColumn(key), next)
    yield* dialect.wrote(now)
  }
  return result
}
