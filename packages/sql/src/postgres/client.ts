/**
 * What the journal needs of a connection; a client of `pg` has it.
 *
 * @example
 * ```ts
 * import type { PostgresClient } from '@reelay/sql'
 * // For tests: every statement is printed on its way to a connection of `pg`.
 * const printed = (client: PostgresClient): PostgresClient => ({
 *   query: (text, values) => {
 *     console.log(text)
 *     return client.query(text, values)
 *   },
 *   release: (destroy) => client.release(destroy),
 *   on: (event, listener) => client.on(event, listener),
 *   removeListener: (event, listener) => client.removeListener(event, listener),
 * })
 * ```
 */
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
