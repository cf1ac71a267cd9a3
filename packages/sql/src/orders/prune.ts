import { isOpenOrder, isReadable } from '@reelay/core'
import { readOrder } from '@reelay/core/adapter'
import type { Dialect, Driver } from '../driver.ts'
import { type Script, sql } from '../script.ts'
import { fromColumn } from '../text.ts'
import { lockOf } from './change.ts'
import { type Mark, start } from './look-up.ts'

// So many at a time, that nobody waits long for the next one to be bought.
const size = 200

interface Pruned {
  readonly forgotten: number
  readonly last: Mark | undefined
}

/** Forgets an order with its reservations. The sums of their budgets stay. */
function* forget(dialect: Dialect, key: string, before: number): Script<boolean> {
  yield* dialect.lock(lockOf(fromColumn(key)))
  const text = 'DELETE FROM reelay_orders WHERE key = ? AND open = 0 AND at < ? RETURNING key'
  if ((yield* sql(text, key, before)).length === 0) return false
  yield* sql('DELETE FROM reelay_names WHERE key = ?', key)
  yield* sql('DELETE FROM reelay_reservations WHERE key = ? AND at < ?', key, before)
  return true
}

function* forgetSome(dialect: Dialect, before: number, after: Mark): Script<Pruned> {
  const text = `SELECT key, at, doc FROM reelay_orders WHERE open = 0 AND at < ? AND (at, key) > (?, ?) ORDER BY at, key LIMIT ${size}`
  const rows = yield* sql(text, before, after.at, after.key)
  let forgotten = 0
  for (const row of rows) {
    const found = readOrder(fromColumn(row.key), row.doc)
    // Nobody can say of what cannot be read that it is closed.
    if (!isReadable(found) || isOpenOrder(found)) continue
    if (yield* forget(dialect, String(row.key), before)) forgotten += 1
  }
  const last = rows.length < size ? undefined : rows.at(-1)
  return { forgotten, last: last && { at: Number(last.at), key: String(last.key) } }
}

/** Forgets closed orders that nothing happened to for so long; how many. */
export async function prune(
  { dialect }: Driver,
  write: Driver['write'],
  olderThanMs: number,
  at: number,
): Promise<number> {
  const now = await write(() => dialect.now(at))
  // Columns hold whole numbers, and PostgreSQL takes no others.
  const before = Math.max(Math.ceil(now - olderThanMs), Number.MIN_SAFE_INTEGER)
  let forgotten = 0
  for (let after: Mark | undefined = start; after; ) {
    const from: Mark = after
    const pruned: Pruned = await write(() => forgetSome(dialect, before, from))
    forgotten += pruned.forgotten
    after = pruned.last
  }
  return forgotten
}
