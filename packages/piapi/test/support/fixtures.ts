import { readFileSync } from 'node:fs'
import type { HttpReply } from '@reelay/core'

type Body = Record<string, unknown>

/** A recorded or documented exchange; `source` says which. */
export interface Fixture {
  readonly source: string
  readonly request: { readonly method: string; readonly url: string; readonly body: Body }
  readonly response: { readonly status: number; readonly body: Body }
}

/** One fixture, by file name without its ending. */
export function fixture(file: string): Fixture {
  return JSON.parse(readFileSync(new URL(`../fixtures/${file}.json`, import.meta.url), 'utf8'))
}

/** Its response as the transport hands it over. */
export function replyOf({ response }: Fixture): HttpReply {
  return { status: response.status, headers: {}, body: response.body }
}

/** A reply made up by a test. */
export function reply(body: unknown, status = 200): HttpReply {
  return { status, headers: {}, body }
}
