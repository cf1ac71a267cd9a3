import {
  type HttpReply,
  type HttpRequest,
  type ListPage,
  type Offer,
  pathPart,
  type Route,
  type SearchPage,
  type TaskHandle,
} from '@reelay/core/adapter'
import { readPage } from './history.ts'

/**
 * fal's apps. A create goes to an endpoint inside one, everything after it to owner and alias alone, which is what
 * `path` holds (queue reference and `@fal-ai/client` 1.10.1). fal takes no id of ours, so a create is never repeated, and a
 * lost one is searched for in the request history.
 */
export const routes: Readonly<Record<string, Route>> = {
  'kling-video': { path: '/fal-ai/kling-video', idempotency: 'none', find: 'search' },
  kling: { path: '/fal-ai/kling', idempotency: 'none', find: 'search' },
  'kling-image': { path: '/fal-ai/kling-image', idempotency: 'none', find: 'search' },
  'kling-v4': { path: '/kling/v4', idempotency: 'none', find: 'search' },
}

/** A request about a task: addresses are rebuilt from the route, those of replies are not followed. */
const about =
  (method: HttpRequest['method'], suffix: string) =>
  ({ route, id }: TaskHandle): HttpRequest => ({
    method,
    path: `${routes[route]?.path ?? ''}/requests/${pathPart(id)}${suffix}`,
  })

/** Asks where a task stands. */
export const query: (handle: TaskHandle) => HttpRequest = about('GET', '/status')

/**
 * Asks to be told where a task stands until it has ended: server-sent events, closed by fal after the last
 * (queue reference, 2026; no recording exists).
 */
export const follow = (handle: TaskHandle): HttpRequest => ({
  ...about('GET', '/status/stream')(handle),
  headers: { accept: 'text/event-stream' },
})

/** Asks for a finished task's result. */
export const result: (handle: TaskHandle) => HttpRequest = about('GET', '')

/** Asks to stop a task. */
export const cancel: (handle: TaskHandle) => HttpRequest = about('PUT', '/cancel')

/** Largest page of the request history (platform reference, 2026-08-21). */
export const tasksPerPage = 100

/**
 * Asks for a page of the account's requests, those that ended last first; the key needs the API scope. Which time
 * `start` is about is not stated: none of a request's is before its submit. Running requests may be missing.
 */
function history(
  endpoints: readonly string[],
  since: number,
  previous: HttpReply | undefined,
  more: NonNullable<HttpRequest['query']>,
): HttpRequest | undefined {
  const cursor = previous && readPage(previous)?.next
  if (previous && !cursor) return undefined
  return {
    method: 'GET',
    host: 'api',
    path: '/v1/models/requests/by-endpoint',
    query: {
      endpoint_id: endpoints.join(','),
      start: new Date(since).toISOString(),
      ...more,
      ...(cursor && { cursor }),
    },
  }
}

// Platform reference, 2026-08-21.
const mostEndpoints = 50

/** Where O1 and O3 take a video as reference: an endpoint beside the one for pictures; the same one for others. */
export const videoSibling = (endpoint: string): string =>
  endpoint.replace(/^(fal-ai\/kling-video\/o[13]\/.*?)reference-to-video$/, '$1video-to-video/reference')

/** Lip-sync's, of a sound and of words: which of them serves a request depends on what it has. */
export const lipSyncEndpoints: readonly string[] = [
  'fal-ai/kling-video/lipsync/audio-to-video',
  'fal-ai/kling-video/lipsync/text-to-video',
]

/** What the creates of a row may have gone to: which of the two of lip-sync, or of O1 and O3, depends on the request. */
export const endpointsOf = ({ nativeModel }: Pick<Offer, 'nativeModel'>): readonly string[] =>
  lipSyncEndpoints.includes(nativeModel)
    ? lipSyncEndpoints
    : [...new Set([nativeModel, videoSibling(nativeModel)])]

/** A page of what ended since the oldest task asked after, at the endpoints of the apps that those tasks are of. */
export function list(
  offers: readonly Offer[],
  { oldest, previous, size, handles }: ListPage,
): HttpRequest | undefined {
  const asked = offers.filter(({ route }) => handles.some((handle) => handle.route === route))
  const endpoints = [...new Set(asked.map(({ nativeModel }) => nativeModel))]
  return history(endpoints.slice(0, mostEndpoints), oldest, previous, { limit: size })
}

/** A page of what a lost submission may be among, each with the body it was made with. */
export const search = (
  endpoints: readonly string[],
  { from, previous }: SearchPage,
): HttpRequest | undefined => history(endpoints, from, previous, { limit: tasksPerPage, expand: 'payloads' })
