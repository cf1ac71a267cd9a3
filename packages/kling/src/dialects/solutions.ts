import { type Draft, type HttpRequest, type Kind, present, type Route } from '@reelay/core/adapter'
import type { Dialect } from './dialect.ts'

/** One of the things that a Solutions create is made from; which types there are, each product says. */
export type Content = { readonly type: string } & Readonly<Record<string, unknown>>

const created = (path: string): Route => ({ path, idempotency: 'external-id', find: 'external-id' })

/**
 * The Solutions (since 2026-08): one path per product for creates, and one for all of them to be read at. They take API
 * keys only. Read on the Chinese pages; the English update log announces each of them for the international hosts too.
 */
export const solutions: Dialect = {
  routes: {
    virtual_try_on: created('/solutions/virtual_try_on'),
  },
  query: (_route, id) => ask({ task_ids: id }),
  find: (_route, externalId) => ask({ external_task_ids: externalId }),
}

/** Most tasks of one read (virtual-try-on page, 2026-09). */
export const solutionsPerRead = 20

/** Asks for tasks by name; those that it does not know are missing in the answer. */
function ask(query: NonNullable<HttpRequest['query']>): HttpRequest {
  return { method: 'GET', path: '/solutions', query }
}

/** Asks for several tasks at once. */
export const queryMany = (ids: readonly string[]): HttpRequest => ask({ task_ids: ids.join(',') })

/**
 * The create of a Solutions product: what it is made from, how, and what is ours to say of it. The watermark is asked for
 * in a spelling of its own (`watermark`, elsewhere `watermark_info`).
 */
export function solution(
  { path }: Route,
  { options: { watermark_info: watermark, ...own }, externalId, webhookUrl }: Draft<Kind>,
  contents: readonly Content[],
  settings: Readonly<Record<string, unknown>>,
): HttpRequest {
  const options = present({ callback_url: webhookUrl, external_task_id: externalId, watermark })
  const given = { contents, settings: present(settings), options }
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  const json = {
    ...own,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => Object.keys(value).length > 0)),
  }
  return { method: 'POST', path, json }
}
