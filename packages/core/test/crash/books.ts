import { sqliteJournal } from '@reelay/sql'
import type { Journal } from '../../src/index.ts'

/** Where the journal of a batch is, as a child can be told. */
export type Books = { readonly sqlite: string } | { readonly postgres: string; readonly schema: string }

/** Opens it; on PostgreSQL by the caller's clock, which runs faster here than the server's. */
export function openBooks(books: Books): Journal {
  if ('sqlite' in books) return sqliteJournal(books.sqlite)
  throw new Error('no PostgreSQL yet')
}
