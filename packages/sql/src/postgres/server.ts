import { ReelayError } from '@reelay/core'
import type { Session } from './session.ts'

const oldest = 12

/**
 * Refuses what speaks PostgreSQL's protocol and is not it: CockroachDB takes advisory locks without locking anything
 * (cockroachlabs.com/docs/stable/functions-and-operators, 2026-11-26), so that two would buy one order.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export async function assertServer(title: string, session: Session): Promise<void> {
  const [row] = await session.ask(
    "SELECT version() AS version, current_setting('server_version_num') AS number, pg_is_in_recovery() AS copy",
  )
  const version = String(row?.version)
  const refused = (what: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${title} ${what} Nothing is sent without it.`, { outcome: 'none' })
  const isIt = /^PostgreSQL \d/.test(version) && !/redshift|-YB-/i.test(version)
  if (!isIt || Math.floor(Number(row?.number) / 10_000) < oldest)
    throw refused(`needs PostgreSQL ${oldest} or later, and this server is "${version}".`)
  if (row?.copy === true)
    throw refused('lies on a standby, which cannot be written: give the address of the primary.')
}
