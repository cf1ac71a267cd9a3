import { ReelayError } from '@reelay/core'
import type { PostgresPool } from './client.ts'

const refused = (message: string): ReelayError =>
  new ReelayError('ERR_CONFIG', `postgresJournal: ${message} Nothing was sent.`, { outcome: 'none' })

const form = "postgresJournal('postgres://user:password@host:5432/database')"
// NAMEDATALEN - 1 (postgresql.org/docs/current/sql-syntax-lexical.html, 2026-11-26): what is longer would be cut off.
const longestName = 63

/** What `postgres://user@/database?host=/run/postgresql` says, which is no address for `URL`. */
function parsed(server: string): URL | null {
  const address = server.replace('@/', '@localhost/')
  return URL.canParse(address) ? new URL(address) : null
}

/** An address of a server, or a pool. Its text is never shown: it carries a password. */
export function checkedServer(server: unknown): string | PostgresPool {
  if (typeof server === 'string') {
    if (!/^postgres(ql)?:\/\//i.test(server) || !parsed(server))
      throw refused(
        `the address has to be one of a PostgreSQL server, such as ${form}, with whatever is special in it percent-encoded.`,
      )
    return server
  }
  if (typeof (server as PostgresPool | undefined)?.connect === 'function') return server as PostgresPool
  throw refused(`it takes the address of a server, such as ${form}, or a Pool of pg.`)
}

/** A name for the schema. */
export function checkedSchema(schema: unknown): string {
  const fits = typeof schema === 'string' && schema !== '' && !schema.includes('\0')
  if (fits && !schema.startsWith('pg_') && new TextEncoder().encode(schema).length <= longestName)
    return schema
  throw refused(
    `schema has to be a name of 1 to ${longestName} bytes that does not begin with pg_, not ${JSON.stringify(schema)}.`,
  )
}

/** Which clock. */
export function checkedTime(time: unknown): 'server' | 'caller' {
  if (time === 'server' || time === 'caller') return time
  throw refused(`time has to be 'server' or 'caller', not ${JSON.stringify(time)}.`)
}

/** What errors call the journal; without names and passwords. */
export function titleOf(server: string | PostgresPool, schema: string): string {
  if (typeof server !== 'string') return `The journal in PostgreSQL (schema ${schema})`
  const url = parsed(server)
  const host = url?.searchParams.get('host') ?? url?.host
  return `The journal in PostgreSQL (${host}${url?.pathname}, schema ${schema})`
}

/** A name as SQL has it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
