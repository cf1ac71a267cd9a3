import { ReelayError } from '@reelay/core'
import type { Row, Script } from '../script.ts'
import { type Identity, identityOf } from './place.ts'
import type { Database, Runtime } from './runtime.ts'
import { inWords } from './trouble.ts'

/** An open journal file. */
export interface Connection {
  /** Runs a script between `BEGIN` and `COMMIT`, without letting anybody in. */
  run<Result>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', script: () => Script<Result>): Result
  close(): void
}

const suffixes = ['', '-wal', '-shm'] as const

const same = (a: Identity | undefined, b: Identity | undefined): boolean =>
  a?.dev === b?.dev && a?.ino === b?.ino

function foreign(database: Database): boolean {
  const tables = database.all('SELECT name FROM sqlite_schema').map(({ name }) => name)
  return tables.length > 0 && !tables.includes('reelay_meta')
}

/** Sets up what the promises rest on, each of which SQLite might leave undone. */
function setUp(title: string, database: Database): void {
  const refuse = (what: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${title} ${what} Nothing is sent without it.`, { outcome: 'none' })
  // Waiting is ours: SQLite's own would stop the whole process meanwhile.
  database.all('PRAGMA busy_timeout = 0')
  if (foreign(database)) throw refuse('is a database of another program. Give the journal a file of its own.')
  const [mode] = database.all('PRAGMA journal_mode = WAL')
  if (mode?.journal_mode !== 'wal')
    throw refuse('lies where SQLite cannot share it between processes. Use a local disk.')
  // FULL: a commit is on the disk before anything is sent, and survives a power cut.
  database.all('PRAGMA synchronous = FULL')
  // 16 MB: the indexes of some 100,000 orders stay in memory.
  database.all('PRAGMA cache_size = -16000')
  // The first read in this mode makes the files beside it.
  database.all('SELECT count(*) FROM sqlite_schema')
}

function play<Result>(database: Database, script: Script<Result>): Result {
  let rows: readonly Row[] = []
  for (;;) {
    const step = script.next(rows)
    if (step.done) return step.value
    rows = database.all(step.value.text, step.value.values)
  }
}

/** A database whose failures are told in words; those of a script stay what they are. */
function inWordsOf(title: string, runtime: Runtime, file: string): Database {
  const database = inWords(title, () => runtime.open(file))
  return {
    all: (text, values) => inWords(title, () => database.all(text, values)),
    close: () => inWords(title, () => database.close()),
  }
}

/**
 * Opens a file.
 *
 * @throws Busy when somebody else has it; else ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function connect(title: string, runtime: Runtime, file: string, given: string): Connection {
  const database = inWordsOf(title, runtime, file)
  let seen: readonly (Identity | undefined)[]
  const look = (): readonly (Identity | undefined)[] =>
    inWords(title, () => suffixes.map((suffix) => identityOf(runtime, file + suffix)))
  try {
    setUp(title, database)
    seen = look()
  } catch (error) {
    database.close()
    throw error
  }

  /** Whoever opens the path now has to find the files that we write. */
  function assertThere(): void {
    const now = look()
    const gone = suffixes.filter((_, index) => !seen[index] || !same(seen[index], now[index]))
    // By the path as it was given too: a link on the way may lead to another file by now.
    if (
      !same(
        seen[0],
        inWords(title, () => identityOf(runtime, given)),
      )
    )
      gone.unshift('')
    if (gone.length === 0) return
    const names = gone.map((suffix) => file + suffix).join(', ')
    const message = `${title} was deleted, renamed or replaced while this process had it open (${names}). Nothing is sent without it. Put the files back as they were, all of them, and start the process again.`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }

  return {
    run(begin, script) {
      database.all(begin)
      try {
        assertThere()
        const result = play(database, script())
        database.all('COMMIT')
        return result
      } catch (error) {
        try {
          database.all('ROLLBACK')
        } catch {
          // SQLite has rolled back by itself.
        }
        throw error
      }
    },
    close: () => database.close(),
  }
}
