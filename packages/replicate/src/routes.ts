import { type HttpReply, type HttpRequest, pathPart, type Route, type TaskHandle } from '@reelay/core/adapter'
import { readNext } from './read.ts'

/**
 * Official models only: their body has no `version`. There is no idempotency, neither a header nor an id of ours
 * (OpenAPI 1.0.0-a1, copy of 2026-04-09), so a lost task is searched for by the input it echoes.
 */
export const routes: Readonly<Record<string, Route>> = {
  predictions: { path: '/models/{model}/predictions', idempotency: 'none', find: 'search' },
}

const path = ({ id }: TaskHandle): string => `/predictions/${pathPart(id)}`

/** Asks for one prediction. */
export const query = (handle: TaskHandle): HttpRequest => ({ method: 'GET', path: path(handle) })

/** Asks to stop one. */
export const stop = (handle: TaskHandle): HttpRequest => ({ method: 'POST', path: `${path(handle)}/cancel` })

/**
 * The account's predictions since a time, newest first, 100 a page: the first page, or the one that `previous` names;
 * `undefined` after the last.
 */
export function list(
  since: number,
  previous: HttpReply | undefined,
  until?: number,
): HttpRequest | undefined {
  const next = previous && readNext(previous)
  if (previous && !next) return undefined
  return {
    method: 'GET',
    path: '/predictions',
    // A cursor was recorded without the other parameters, and would walk on into older times.
    query: {
      created_after: new Date(since).toISOString(),
      ...(until === undefined ? {} : { created_before: new Date(until).toISOString() }),
      ...next,
    },
  }
}
