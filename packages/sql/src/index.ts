export type { PostgresClient, PostgresPool } from './postgres/client.ts'
export { type PostgresJournalOptions, postgresJournal } from './postgres-journal.ts'
export { type SqliteJournalOptions, sqliteJournal } from './sqlite-journal.ts'
