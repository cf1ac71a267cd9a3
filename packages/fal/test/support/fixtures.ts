import { readdirSync, readFileSync } from 'node:fs'
import type { HttpReply } from '@reelay/core'

/** A recorded or documented exchange; `source` and `evidence` say which. */
export interface Fixture {
  readonly file: string
  readonly source: string
  readonly evidence: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body?: Record<string, unknown>
  }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: Record<string, unknown>
  }
}

const folder = new URL('../fixtures/', import.meta.url)

/** One fixture of this package, by file name without its ending. */
export function fixture(file: string): Fixture {
  return { file, ...JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) }
}

/** The names of all fixtures. */
export const fixtureNames: readonly string[] = readdirSync(folder).map((name) => name.replace(/\.json$/, ''))

/** Its response as the transport hands it over. */
export function replyOf({ response: { status, headers, body } }: Fixture): HttpReply {
  return { status, headers, body }
}

/** A reply made up by a test. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, body }
}
