import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Journal } from '@reelay/core'
import { UsageError } from '../failure.ts'

/** A journal in a file. */
export interface JournalFile extends Required<Journal> {
  /** As it was given. */
  readonly path: string
}

/** The journal of what was bought into a folder. */
export const journalIn = (folder: string): string => join(folder, 'journal.db')

/** Flag of the commands that work on what was bought. */
export const journalArg = {
  type: 'string',
  default: 'renders/journal.db',
  description: 'Database file with the purchases',
  valueHint: 'file',
} as const

/** Opens a journal, or makes it at the first use. */
async function openFile(path: string): Promise<JournalFile> {
  const { sqliteJournal } = await import('@reelay/sql')
  return { ...sqliteJournal(path), path }
}

/** Only what is surely not there is absent; everything else is told when it is opened. */
const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  )

async function use<Result>(
  journal: JournalFile,
  run: (journal: JournalFile) => Promise<Result>,
): Promise<Result> {
  const result = await run(journal).catch(async (error: unknown) => {
    // What went wrong first is what is to be told.
    await journal.close().catch(() => undefined)
    throw error
  })
  await journal.close()
  return result
}

/** Works with a journal that is made where there is none. */
export const withJournal = async <Result>(
  path: string,
  run: (journal: JournalFile) => Promise<Result>,
): Promise<Result> => use(await openFile(path), run)

/** Works with a journal if there is one. */
export const withJournalIfAny = async <Result>(
  path: string,
  run: (journal: JournalFile | undefined) => Promise<Result>,
): Promise<Result> => ((await isThere(path)) ? withJournal(path, run) : run(undefined))

/**
 * Works with the journal that a person has named.
 *
 * @throws UsageError when there is none, or when the path is one of the journal as JSON lines.
 */
export async function withNamedJournal<Result>(
  path: string,
  run: (journal: JournalFile) => Promise<Result>,
): Promise<Result> {
  if (/\.jsonl$/i.test(path)) {
    const database = path.replace(/\.jsonl$/i, '.db')
    throw new UsageError(
      `--journal ${path}: the journal is a database, not JSON lines. Name that one: --journal ${database}`,
    )
  }
  if (!(await isThere(path))) throw new UsageError(`There is no journal ${path}. Name one with --journal.`)
  return withJournal(path, run)
}
