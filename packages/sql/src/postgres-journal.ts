import type { Journal } from '@reelay/core'
import { journalOver } from './journal.ts'
import { type PostgresPool, sourceOfPool } from './postgres/client.ts'
import { postgresDriver } from './postgres/driver.ts'
import { sourceOfAddress } from './postgres/own-pool.ts'
import { checkedSchema, checkedServer, checkedTime, titleOf } from './postgres/place.ts'
import { checkedTimeout } from './timeout.ts'

/**
 * Options of {@link postgresJournal}.
 *
 * @example
 * ```ts
 * import type { PostgresJournalOptions } from '@reelay/sql'
 * export const options: PostgresJournalOptions = { schema: 'film_reelay', lockTimeoutMs: 5_000 }
 * ```
 */
export interface PostgresJournalOptions {
  /** The schema that its tables are in, made when it is not there; `reelay` when absent. */
  readonly schema?: string | undefined
  /**
   * Milliseconds for which a call waits: for others who write, for a server that starts again, for what has to be tried
   * again; then it ends in `ERR_CONFIG`, at most two seconds later. 10 s when absent, at most 10 minutes. The server ends a
   * transaction in which nothing happens for half of that, such as one of a process that was stopped.
   */
  readonly lockTimeoutMs?: number | undefined
  /** Whose clock rules; the server's when absent. `caller` is for tests with a clock of their own. */
  readonly time?: 'server' | 'caller' | undefined
}

/**
 * A journal in PostgreSQL 12 or later, for any number of machines. What is written is on the server's disk before anything
 * is sent. The schema and its tables are made at first use.
 *
 * Every method throws ReelayError `ERR_CONFIG`, outcome `none`, when the database cannot be read or written: no server, no
 * right, a full disk, somebody who holds what it needs for longer than `lockTimeoutMs`, a later version's tables.
 *
 * @param server Its address (`postgres://user:password@host:5432/database`; needs the package `pg`), or a `Pool` of `pg` or of
 * one made like it, which stays yours to close.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an address or an option that cannot be one.
 *
 * @example
 * ```ts
 * import { journaled, type VideoProvider } from '@reelay/core'
 * import { postgresJournal } from '@reelay/sql'
 * declare const kling: VideoProvider
 * const provider = journaled(kling, postgresJournal('postgres://reelay:secret@db.internal/app'))
 * ```
 */
export function postgresJournal(
  server: string | PostgresPool,
  options: PostgresJournalOptions = {},
): Required<Journal> {
  const place = checkedServer(server)
  const schema = checkedSchema(options.schema ?? 'reelay')
  const time = checkedTime(options.time ?? 'server')
  const patienceMs = checkedTimeout('postgresJournal', options.lockTimeoutMs)
  const title = titleOf(place, schema)
  const source = typeof place === 'string' ? sourceOfAddress(title, place, patienceMs) : sourceOfPool(place)
  return journalOver(postgresDriver({ title, source, schema, time, patienceMs }))
}
