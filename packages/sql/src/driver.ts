import type { Script } from './script.ts'

/** Where the databases differ, as far as the journal is concerned. */
export interface Dialect {
  /** The type of a text that is compared byte by byte. */
  readonly text: string
  /** Ends a `CREATE TABLE` whose rows are to lie in the order of its primary key. */
  readonly clustered: string
  /** Whether a table is there. */
  hasTable(name: string): Script<boolean>
  /** Holds off every other transaction that asks for the same name, until this one ends. */
  lock(name: string): Script<void>
  /**
   * Makes ready for a change of the tables, of which this one is there if any is: from here to the end of the transaction
   * nobody reads or writes.
   */
  alone(table: string | undefined): Script<void>
  /** Milliseconds since the epoch by the journal's clock, given what the caller's says. Asked after `lock`. */
  now(at: number): Script<number>
  /** Notes that something was written at a time of that clock. */
  wrote(now: number): Script<void>
}

/**
 * A database. What a script throws is passed on as it is, and nothing of it is left behind then.
 *
 * Both throw ReelayError `ERR_CONFIG`, outcome `none`, when the database cannot be read or written, within a time that
 * the message states.
 */
export interface Driver {
  readonly dialect: Dialect
  /** Who may write at a time, see `Journal.writers`. */
  readonly writers: 'machine' | 'machines'
  /** What errors call it, such as `The journal /srv/reelay.db`. */
  readonly title: string
  /** Runs a script that only reads; what one statement reads is of one instant. */
  read<Result>(script: () => Script<Result>): Promise<Result>
  /** Runs a script in one transaction; it is on the disk once this resolves. */
  write<Result>(script: () => Script<Result>): Promise<Result>
  close(): Promise<void>
}
