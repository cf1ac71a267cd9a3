import type { Journal } from '@reelay/core'
import { journalOver } from './journal.ts'
import { sqliteDriver } from './sqlite/driver.ts'
import { checkedPath } from './sqlite/place.ts'
import { checkedTimeout } from './timeout.ts'

/**
 * Options of {@link sqliteJournal}.
 *
 * @example
 * ```ts
 * import { sqliteJournal, type SqliteJournalOptions } from '@reelay/sql'
 * const patient: SqliteJournalOptions = { lockTimeoutMs: 60_000 }
 * export const journal = sqliteJournal('reelay.db', patient)
 * ```
 */
export interface SqliteJournalOptions {
  /**
   * Milliseconds for which a call waits while another process writes; then it ends in `ERR_CONFIG` that says who. 10 s when
   * absent, at most 10 minutes.
   */
  readonly lockTimeoutMs?: number | undefined
}

/**
 * A journal in one SQLite file on a local disk, for any number of processes and containers of one machine. SQLite comes
 * with the runtime (Node 22.19 or later, Bun, Deno). The file is opened, or made, at first use; what is written is on
 * the disk before anything is sent, and survives `kill -9` and power cuts.
 *
 * Every method throws ReelayError `ERR_CONFIG`, outcome `none`, when the file cannot be read or written: a full or
 * read-only disk, a process that holds it for longer than `lockTimeoutMs`, a file that was deleted or replaced meanwhile,
 * one that a later version has written.
 *
 * @param path Of the file; its folder is made when it is not there.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a path that cannot be one, or a `lockTimeoutMs` that is none.
 *
 * @example
 * ```ts
 * import { journaled, type VideoProvider } from '@reelay/core'
 * import { sqliteJournal } from '@reelay/sql'
 * declare const kling: VideoProvider
 * const provider = journaled(kling, sqliteJournal('reelay.db'))
 * ```
 */
export function sqliteJournal(path: string, options: SqliteJournalOptions = {}): Required<Journal> {
  const patienceMs = checkedTimeout('sqliteJournal', options.lockTimeoutMs)
  return journalOver(sqliteDriver(checkedPath(path), patienceMs))
}
