import {
  type HttpRequest,
  type ListPage,
  pathPart,
  ReelayError,
  type Route,
  type Submission,
  type TaskHandle,
} from '@reelay/core/adapter'

/**
 * The create paths of the V1 API that this adapter serves. `external_task_id` is unique per account, a second create
 * with it answers "already exists", and it stands in the query path like a task id (dossier, section 3.4: official
 * pages 2026-02 to 2026-09, and live probes 2026-07-29/30).
 */
export const routes: Readonly<Record<string, Route>> = {
  text2video: { path: '/v1/videos/text2video', idempotency: 'external-id', find: 'external-id' },
  image2video: { path: '/v1/videos/image2video', idempotency: 'external-id', find: 'external-id' },
}

/**
 * The path of a route.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST` for a route this version does not have; its task may exist all the same.
 */
export function pathOf(route: string): string {
  const row = Object.hasOwn(routes, route) ? routes[route] : undefined
  if (row) return row.path
  const message = `kling has no route ${route}: the handle or submission is from another version of this adapter.`
  throw new ReelayError('ERR_INVALID_REQUEST', message, { provider: 'kling', outcome: 'unknown' })
}

// V1 is polled per product: there is no /v1/videos/<id>.
const read = (route: string, id: string): HttpRequest => ({
  method: 'GET',
  path: `${pathOf(route)}/${pathPart(id)}`,
})

/** Asks for one task. */
export function query(handle: TaskHandle): HttpRequest {
  return read(handle.route, handle.id)
}

/** Asks for the task of a submission by the id we gave it, in the place of Kling's own. */
export function find({ route, externalId }: Submission): HttpRequest | undefined {
  return externalId === undefined ? undefined : read(route, externalId)
}

/** Asks for a page of one route's tasks; there are 1,000 at most. */
export function list({ route, number, size }: ListPage): HttpRequest | undefined {
  if (number > 1_000) return undefined
  return { method: 'GET', path: pathOf(route), query: { pageNum: number, pageSize: size } }
}
