import type { Journal } from '@reelay/core'
import { postgresJournal, sqliteJournal } from '@reelay/sql'

/** Where the journal of a batch is, as a child can be told. */
export type Books = { readonly sqlite: string } | { readonly postgres: string; readonly schema: string }

/** Opens it; on PostgreSQL by the caller's clock, since the emulated providers' runs faster than the server's. */
export function openBooks(books: Books): Required<Journal> {
  return 'sqlite' in books
    ? sqliteJournal(books.sqlite)
    : postgresJournal(books.postgres, { schema: books.schema, time: 'caller' })
}
