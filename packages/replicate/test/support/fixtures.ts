import { readFileSync } from 'node:fs'
import type { HttpReply } from '@reelay/core'

type Body = Record<string, unknown>

/** A recorded or documented exchange; `source` and `basis` say which. */
export interface Fixture {
  readonly source: string
  readonly basis: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body: Body
  }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: Body
  }
}

/** One fixture, by file name without its ending. */
export function fixture(file: string): Fixture {
  return JSON.parse(readFileSync(new URL(`../fixtures/${file}.json`, import.meta.url), 'utf8'))
}

/** Its response as the transport hands it over. */
export function replyOf(file: string): HttpReply {
  const { status, headers, body } = fixture(file).response
  return { status, headers, body }
}

/** A reply made up by a test. */
export function reply(body: unknown, status = 200): HttpReply {
  return { status, headers: {}, body }
}

/** Rows with the source of their fixture, for case names. */
export function sourced<Expected = object>(
  rows: readonly (readonly [file: string, expected: Expected])[],
): [file: string, source: string, expected: Expected][] {
  return rows.map(([file, expected]) => [file, fixture(file).source, expected])
}
