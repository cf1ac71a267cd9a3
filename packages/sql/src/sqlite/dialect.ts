import type { Dialect } from '../driver.ts'
import { newestOr, noteNewest } from '../schema/newest.ts'
import { sql } from '../script.ts'

/** SQLite: one writer at a time, so that whoever writes has every lock there is. */
export const sqliteDialect: Dialect = {
  text: 'TEXT',
  clustered: 'WITHOUT ROWID',
  *hasTable(name) {
    return (yield* sql("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)).length > 0
  },
  *lock() {},
  *alone() {},
  now: newestOr,
  wrote: noteNewest,
}
