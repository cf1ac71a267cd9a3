import type { Found } from '@reelay/core'
import { readOrder } from '@reelay/core/adapter'
import { type Row, type Script, sql } from '../script.ts'
import { fromColumn, toColumn } from '../text.ts'

/** Where a list goes on: the order that was last. */
export interface Mark {
  readonly at: number
  readonly key: string
}

/** Before every order there can be. */
export const start: Mark = { at: Number.MIN_SAFE_INTEGER, key: '' }

const foundOf = (row: Row): Found => readOrder(fromColumn(row.key), row.doc)

/** The order under a key. */
export function* order(key: string): Script<Found | undefined> {
  const [row] = yield* sql('SELECT key, doc FROM reelay_orders WHERE key = ?', toColumn(key))
  return row && foundOf(row)
}

/** The orders that go by a name, oldest first. */
export function* named(name: string): Script<readonly Found[]> {
  const text =
    'SELECT o.key, o.doc FROM reelay_names n JOIN reelay_orders o ON o.key = n.key WHERE n.name = ? ORDER BY o.began, o.key'
  return (yield* sql(text, toColumn(name))).map(foundOf)
}

/** Some orders, or some of the open ones, oldest first. */
export function* page(
  which: 'open' | 'all',
  { at, key }: Mark,
  size: number,
): Script<{ readonly found: readonly Found[]; readonly last: Mark | undefined }> {
  const open = which === 'open' ? 'open = 1 AND ' : ''
  const text = `SELECT key, began, doc FROM reelay_orders WHERE ${open}(began, key) > (?, ?) ORDER BY began, key LIMIT ${size}`
  const rows = yield* sql(text, at, key)
  const last = rows.length < size ? undefined : rows.at(-1)
  return {
    found: rows.map(foundOf),
    last: last && { at: Number(last.began), key: String(last.key) },
  }
}
