import type { Dialect } from '../driver.ts'
import { newestOr, noteNewest } from '../schema/newest.ts'
import { type Script, sql } from '../script.ts'
import { quoted } from './place.ts'

function* serverTime(): Script<number> {
  // Not now(), which is when the transaction began: we may have waited for a lock since.
  const [row] = yield* sql('SELECT FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint AS now')
  return Number(row?.now)
}

/**
 * PostgreSQL, read committed: each statement sees what was committed before it, and whatever must not happen twice happens
 * under an advisory lock, which holds for rows that are not there yet as well.
 */
export function postgresDialect(schema: string, time: 'server' | 'caller'): Dialect {
  const byServer = time === 'server'
  return {
    // Bytes, whatever the database sorts by: an index by a locale breaks when the system's locales are updated
    // (postgresql.org/docs/current/collation.html, "Collation versions", 2026-11-26), and does not find what is there.
    text: 'TEXT COLLATE "C"',
    clustered: '',
    *hasTable(name) {
      // Not to_regclass(), which may answer with what this connection saw before it waited for a lock.
      const text = 'SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = ? AND tablename = ?'
      return (yield* sql(text, schema, name)).length > 0
    },
    *lock(name) {
      // Two names of one hash only wait for each other without need.
      const text = 'SELECT pg_advisory_xact_lock(hashtextextended(?, 0))'
      yield* sql(text, JSON.stringify(['reelay', schema, name]))
    },
    *alone(table) {
      // Every script reads the version first, and so keeps this from being had until it ends.
      if (table !== undefined) return void (yield* sql(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`))
      // Creating one that is there needs a right that its owner need not have.
      const there = yield* sql('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?', schema)
      if (there.length === 0) yield* sql(`CREATE SCHEMA ${quoted(schema)}`)
    },
    now: byServer ? serverTime : newestOr,
    *wrote(now) {
      if (!byServer) yield* noteNewest(now)
    },
  }
}
