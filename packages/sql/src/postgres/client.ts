/** What the journal needs of a connection; a client of `pg` has it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<unknown>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * What the journal needs of a pool of connections; a `Pool` of `pg`, or of whatever is made like it, has it.
 *
 * @example
 * ```ts
 * import type { PostgresPool } from '@reelay/sql'
 * declare const pool: PostgresPool
 * const client = await pool.connect()
 * client.release()
 * ```
 */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
}

/** Where connections come from. */
export interface Source {
  connect(): Promise<PostgresClient>
  close(): Promise<void>
}

/** The user's own, which is left as it is. */
export const sourceOfPool = (pool: PostgresPool): Source => ({
  connect: () => pool.connect(),
  close: async () => undefined,
})
