import { readdirSync, readFileSync } from 'node:fs'
import type { HttpReply } from '@reelay/core/adapter'

type Body = Record<string, unknown>

/** A recorded or documented exchange; `source`, with `basis` or `evidence`, says which. */
export interface Fixture {
  /** Its name: that of the file, without the ending. */
  readonly file: string
  readonly source: string
  readonly basis?: string
  readonly evidence?: string
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

/** The recorded pairs of one folder. */
export interface Fixtures {
  /** All of them, by name. */
  readonly fixtures: ReadonlyMap<string, Fixture>
  /** One of them. */
  fixture(name: string): Fixture
}

/** Reads every pair of a folder. */
export function fixturesIn(folder: URL): Fixtures {
  const fixtures = new Map(
    readdirSync(folder).map((name) => {
      const file = name.replace(/\.json$/, '')
      const { request, response, ...rest } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
      // Not every pair was recorded with its headers.
      const pair = { request: { headers: {}, ...request }, response: { headers: {}, ...response } }
      return [file, { file, ...rest, ...pair } as Fixture] as const
    }),
  )
  return {
    fixtures,
    fixture(name) {
      const found = fixtures.get(name)
      if (!found) throw new Error(`no fixture ${name}`)
      return found
    },
  }
}

/** A reply made up by a test, as the transport hands it over. */
export function reply(body: unknown, status = 200, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, body }
}

/** The response of a pair as the transport hands it over. */
export function replyOf({ response: { status, headers, body } }: Fixture): HttpReply {
  return { status, headers, body }
}
