import { ReelayError, systemClock } from '@reelay/core'
import type { Driver } from '../driver.ts'
import type { Script } from '../script.ts'
import type { Source } from './client.ts'
import { postgresDialect } from './dialect.ts'
import { type Patience, patienceOf } from './patience.ts'
import { quoted } from './place.ts'
import { openSession, type Session } from './session.ts'
import { Again, isLost, isSilent, Lost, outOfPatience, troubleOf, unusable } from './trouble.ts'

// Pauses before it is tried again.
const shortestMs = 5
const longestMs = 250
// What a statement may take beyond waiting for locks.
const statementMs = 500

/** How a journal in PostgreSQL is set up. */
export interface PostgresSetup {
  readonly title: string
  readonly source: Source
  readonly schema: string
  readonly time: 'server' | 'caller'
  readonly patienceMs: number
}

type Kind = 'read' | 'write'

/** A server, for any number of processes of any number of machines. */
export function postgresDriver({ title, source, schema, time, patienceMs }: PostgresSetup): Driver {
  // Half of what others wait for, so that they need not give up for a process that is stopped in the middle.
  const idleMs = Math.max(1, Math.floor(patienceMs / 2))
  let closed = false
  let met = false

  /** One round trip: what the promises rest on, whatever the server, the user or a pooler in between are set to. */
  function beginning(kind: Kind, patience: Patience): string {
    const waitMs = Math.max(1, Math.ceil(patience.leftMs()))
    const settings = {
      search_path: `${quoted(schema)}, pg_temp`,
      lock_timeout: waitMs,
      statement_timeout: waitMs + statementMs,
      idle_in_transaction_session_timeout: idleMs,
      ...(kind === 'write' && { synchronous_commit: 'on' }),
    }
    return [
      `BEGIN ISOLATION LEVEL READ COMMITTED READ ${kind === 'read' ? 'ONLY' : 'WRITE'}`,
      ...Object.entries(settings).map(([name, value]) => `SET LOCAL ${name} TO ${value}`),
      `SELECT ${kind === 'read' ? 'NULL' : 'txid_current()'} AS id`,
    ].join('; ')
  }

  async function session(patience: Patience): Promise<Session> {
    try {
      return await openSession(title, source, patience)
    } catch (error) {
      // A server that has answered before is coming back; for one that never did the address is wrong.
      if (!met && isSilent(error)) throw unusable(title, error)
      throw troubleOf(title, error, patience.waitedMs())
    }
  }

  async function commit(own: Session, id: string, patience: Patience): Promise<void> {
    try {
      await own.send('COMMIT')
      return
    } catch (error) {
      if (!isLost(error)) throw troubleOf(title, error, patience.waitedMs())
    }
    own.end()
    const fate = await fateOf(id, () => session(patience), patience)
    if (fate === 'aborted') throw new Lost('the connection was lost')
    const why = 'was lost in the middle of a commit, and could not be asked whether it was written'
    if (fate !== 'committed') throw outOfPatience(title, why, patience.waitedMs())
  }

  async function once<Result>(kind: Kind, script: () => Script<Result>, patience: Patience): Promise<Result> {
    const own = await session(patience)
    try {
      const [begun] = await own.ask(beginning(kind, patience))
      if (!met) await assertServer(title, own)
      met = true
      const result = await own.play(script())
      if (kind === 'write') await commit(own, String(begun?.id), patience)
      return result
    } finally {
      await own.undo()
      own.end()
    }
  }

  async function run<Result>(kind: Kind, script: () => Script<Result>): Promise<Result> {
    const patience = patienceOf(patienceMs)
    for (let pauseMs = shortestMs; ; pauseMs = Math.min(pauseMs * 2, longestMs)) {
      if (closed)
        throw new ReelayError('ERR_CONFIG', `${title} was closed. Nothing is sent without it.`, {
          outcome: 'none',
        })
      try {
        return await once(kind, script, patience)
      } catch (error) {
        if (!(error instanceof Again)) throw error
        const why = error instanceof Lost ? 'could not be reached' : 'was in the way of other transactions'
        if (patience.leftMs() <= pauseMs)
          throw outOfPatience(title, `${why} (${error.message})`, patience.waitedMs())
      }
      // Not in step with the others who wait.
      await systemClock.sleep(pauseMs * (0.5 + Math.random() / 2))
    }
  }

  return {
    dialect: postgresDialect(schema, time),
    writers: 'machines',
    title,
    read: (script) => run('read', script),
    write: (script) => run('write', script),
    async close() {
      closed = true
      await source.close()
    },
  }
}

// A server that starts again, or still waits for its copies, is asked so often.
const pauseMs = 50

async function ask(id: string, open: () => Promise<Session>): Promise<unknown> {
  let session: Session | undefined
  try {
    session = await open()
    const [row] = await session.send('SELECT txid_status(?::bigint) AS status', [id])
    return row?.status
  } catch {
    return undefined
  } finally {
    await session?.undo()
    session?.end()
  }
}

/** What became of a transaction whose commit got no answer; undefined when the server does not say within our patience. */
export async function fateOf(
  id: string,
  open: () => Promise<Session>,
  patience: Patience,
): Promise<'committed' | 'aborted' | undefined> {
  do {
    const status = await ask(id, open)
    if (status === 'committed' || status === 'aborted') return status
    await systemClock.sleep(pauseMs)
  } while (patience.leftMs() > 0)
  return undefined
}

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
