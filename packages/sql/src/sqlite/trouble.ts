import { ReelayError } from '@reelay/core'

// SQLite's own texts, the same out of every client; Deno gives no codes (sqlite.org/rescode.html, 2026-11-26).
const busy = /database (?:table |schema )?is locked/i

const causes: readonly (readonly [RegExp, string])[] = [
  [/database or disk is full/i, 'The disk is full: make room.'],
  [
    /readonly database/i,
    'It may not be written by this process: check the rights of the file, its folder, and whether the disk is mounted for reading only.',
  ],
  [
    /unable to open database file/i,
    'It cannot be opened: check that its folder is there and that this process may write in it.',
  ],
  [
    /disk I\/O error/i,
    'The disk failed, is full, or does not do what SQLite needs: it has to be a local one.',
  ],
  [/not a database/i, 'It is another kind of file: give the journal a path of its own.'],
  [/malformed/i, 'It is damaged: restore it from a copy, with the files -wal and -shm beside it moved away.'],
]

/** Somebody else has the database just now. */
export class Busy extends Error {}

/** What something failed with that is no error of ours yet, as one that a person can act on. */
function troubleOf(title: string, error: unknown): Error {
  if (ReelayError.isInstance(error)) return error as ReelayError
  const text = error instanceof Error ? error.message : String(error)
  if (busy.test(text)) return new Busy(text)
  const next = causes.find(([is]) => is.test(text))?.[1] ?? 'See the cause.'
  const message = `${title} cannot be used (${text}). ${next} Nothing is sent without it.`
  return new ReelayError('ERR_CONFIG', message, { outcome: 'none', cause: error })
}

/**
 * Runs something of the disk or the database.
 *
 * @throws Busy when somebody else has it; else ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function inWords<Result>(title: string, run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    throw troubleOf(title, error)
  }
}
