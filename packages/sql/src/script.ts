/** What a statement takes. */
export type Value = string | number | null

/** A row as the database gives it; numbers may come as text. */
export type Row = Readonly<Record<string, unknown>>

/** A statement; each `?` is one of its values, in their order. No text has a `?` of another meaning. */
export interface Statement {
  readonly text: string
  readonly values: readonly Value[]
}

/**
 * What is done in a transaction, told statement by statement: the same for a driver that answers at once, so that nobody
 * comes in between, and for one that has to wait for a server. It may be run again from its start.
 */
export type Script<Result> = Generator<Statement, Result, readonly Row[]>

/** One statement of a script. */
export function* sql(text: string, ...values: readonly Value[]): Script<readonly Row[]> {
  return yield { text, values }
}
