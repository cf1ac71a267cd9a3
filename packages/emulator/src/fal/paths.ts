import type { Operation } from '../engine/exchange.ts'
import type { Classified } from '../engine/wire.ts'

export type Action = 'status' | 'stream' | 'result' | 'cancel'

/** A path of the queue host, taken apart. */
export type QueuePath =
  | { readonly kind: 'endpoint'; readonly app: string; readonly path: string }
  | {
      readonly kind: 'request'
      /** `fal-ai/kling-video`, also when the whole endpoint id was sent. */
      readonly app: string
      /** What stood between the app and `/requests`; empty in the owner/alias form. */
      readonly path: string
      readonly id: string
      readonly action: Action
    }

const actions: Readonly<Record<string, Action>> = {
  '': 'result',
  response: 'result',
  status: 'status',
  'status/stream': 'stream',
  cancel: 'cancel',
}

/** The first segment of an id may be one of these; owner and alias then follow it. */
const namespaces: readonly string[] = ['workflows', 'comfy']

/** Only the first two segments name the app; the rest chooses a function inside it and belongs to submits alone. */
export function parsePath(pathname: string): QueuePath | undefined {
  const segments = pathname.split('/').slice(1)
  if (segments.at(-1) === '') segments.pop()
  const owner = namespaces.includes(segments[0] ?? '') ? 1 : 0
  const app = segments.slice(0, owner + 2).join('/')
  const rest = segments.slice(owner + 2)
  if (segments.length < owner + 2 || segments.includes('')) return undefined
  const at = rest.indexOf('requests')
  if (at === -1) return { kind: 'endpoint', app, path: rest.join('/') }
  const id = rest[at + 1]
  const action = actions[rest.slice(at + 2).join('/')]
  if (id === undefined || action === undefined) return undefined
  return { kind: 'request', app, path: rest.slice(0, at).join('/'), id, action }
}

const methods: Readonly<Record<Action, { readonly method: string; readonly op: Operation }>> = {
  status: { method: 'GET', op: 'query' },
  stream: { method: 'GET', op: 'query' },
  result: { method: 'GET', op: 'result' },
  cancel: { method: 'PUT', op: 'cancel' },
}

export const allows = (action: Action, method: string): boolean => methods[action].method === method

/** Of the platform API. */
export const HISTORY_PATH = '/v1/models/requests/by-endpoint'

const isUpload = (path: string): boolean => path.startsWith('/storage/upload/')

const byPath: Readonly<Record<string, (method: string, path: string) => Classified>> = {
  rest: (method, path) => ({ op: method === 'POST' && isUpload(path) ? 'upload' : 'other' }),
  media: (method) => ({ op: method === 'GET' || method === 'HEAD' ? 'download' : 'upload' }),
  api: (method, path) => ({ op: method === 'GET' && path === HISTORY_PATH ? 'list' : 'other' }),
}

/** What a request asks for, told from its host, path and method alone. */
export function classify(site: string, method: string, pathname: string): Classified {
  const other = byPath[site]
  if (other) return other(method, pathname)
  const parsed = parsePath(pathname)
  if (!parsed) return { op: 'other' }
  if (parsed.kind === 'endpoint') {
    return method === 'POST' ? { op: 'create', model: `${parsed.app}/${parsed.path}` } : { op: 'other' }
  }
  if (site === 'run' || !allows(parsed.action, method)) return { op: 'other' }
  return { op: methods[parsed.action].op, taskId: parsed.id }
}
