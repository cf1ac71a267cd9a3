import { ReelayError } from '@reelay/core'
import type { Row, Value } from '../script.ts'

/** An open database, answering at once. */
export interface Database {
  /** Runs a statement; its rows. */
  all(text: string, values?: readonly Value[]): readonly Row[]
  close(): void
}

/** What of the runtime a journal in a file is made of. */
export interface Runtime {
  readonly fs: typeof import('node:fs')
  readonly path: typeof import('node:path')
  open(file: string): Database
}

/** Both clients have it. */
interface Statement {
  all(...values: readonly Value[]): unknown
}

interface Client {
  prepare(text: string): Statement
  close(): void
}

type Load = (name: string) => Record<string, unknown> | undefined

/** Statements are the few texts of this package: each is prepared once. */
function databaseOf(client: Client): Database {
  const prepared = new Map<string, Statement>()
  return {
    all(text, values = []) {
      const statement = prepared.get(text) ?? client.prepare(text)
      prepared.set(text, statement)
      return statement.all(...values) as readonly Row[]
    },
    close: () => client.close(),
  }
}

/**
 * SQLite and files, as this runtime has them. By `process.getBuiltinModule`, so that bundlers see no import of what the
 * target may not have.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, where there is none.
 */
export function loadRuntime(host: { readonly process?: unknown } = globalThis): Runtime {
  const { getBuiltinModule } = (host.process ?? {}) as { getBuiltinModule?: Load }
  const load: Load = (name) => {
    try {
      return getBuiltinModule?.(name)
    } catch {
      return undefined
    }
  }
  const fs = load('node:fs')
  const path = load('node:path')
  const Database = load('node:sqlite')?.DatabaseSync ?? load('bun:sqlite')?.Database
  if (!fs || !path || typeof Database !== 'function') {
    const message = `sqliteJournal: this runtime has no SQLite of its own. Nothing is sent without a journal. Use postgresJournal of @reelay/sql here, or Node 22.19 or later, Bun or Deno.`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
  const Client = Database as new (file: string) => Client
  return {
    fs: fs as unknown as Runtime['fs'],
    path: path as unknown as Runtime['path'],
    open: (file) => databaseOf(new Client(file)),
  }
}
