import type { Dialect } from '../driver.ts'
import { sql } from '../script.ts'

/** SQLite: one writer at a time, so that whoever writes has every lock there is. */
export const sqliteDialect: Dialect = {
  clustered: 'WITHOUT ROWID',
  *hasTable(name) {
    return (yield* sql("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name)).length > 0
  },
  *lock() {},
  *now(at) {
    const [row] = yield* sql("SELECT value FROM reelay_meta WHERE name = 'newest'")
    return Math.max(Number.isFinite(at) ? Math.floor(at) : 0, Number(row?.value ?? 0))
  },
  *wrote(now) {
    yield* sql(
      "INSERT INTO reelay_meta (name, value) VALUES ('newest', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > reelay_meta.value",
      now,
    )
  },
}
