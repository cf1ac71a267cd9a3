import { readdirSync, readFileSync } from 'node:fs'
import type { HttpReply } from '@reelay/core'

type Body = Record<string, unknown>

/** A recorded or documented exchange; `source` and `basis` say which. */
export interface Fixture {
  readonly file: string
  readonly source: string
  readonly basis: string
  readonly request: { readonly method: string; readonly url: string; readonly body: Body }
  readonly response: { readonly status: number; readonly body: Body }
}

const folder = new URL('../fixtures/', import.meta.url)

/** Every fixture of this package, by file name without its ending. */
export const fixtures: ReadonlyMap<string, Fixture> = new Map(
  readdirSync(folder).map((name) => {
    const file = name.replace(/\.json$/, '')
    return [file, { file, ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }]
  }),
)

/** One fixture. */
export function fixture(file: string): Fixture {
  const found = fixtures.get(file)
  if (!found) throw new Error(`no fixture ${file}`)
  return found
}

/** Its response as the transport hands it over. */
export function replyOf({ response }: Fixture): HttpReply {
  return { status: response.status, headers: {}, body: response.body }
}

/** A reply made up by a test. */
export function reply(body: unknown, status = 200): HttpReply {
  return { status, headers: {}, body }
}
