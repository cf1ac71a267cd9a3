import type { Classified } from '../engine/wire.ts'
import { stringAt } from '../http/json.ts'

/** What a request asks for, by its method and path alone. */
export function classify(site: string, method: string, path: string, json: unknown): Classified {
  const reads = method === 'GET' || method === 'HEAD'
  if (site === 'delivery') return { op: reads ? 'download' : 'other' }
  const [, version, root, ...rest] = path.split('/')
  if (version !== 'v1') return { op: 'other' }
  if (root === 'files') return { op: method === 'POST' && rest.length === 0 ? 'upload' : 'other' }
  if (root === 'models') {
    const [owner, name, last] = rest
    return method === 'POST' && last === 'predictions'
      ? { op: 'create', model: `${owner}/${name}` }
      : { op: 'other' }
  }
  return root === 'predictions' ? prediction(method, rest, json) : { op: 'other' }
}

function prediction(method: string, [id, verb]: readonly string[], json: unknown): Classified {
  if (id === undefined) {
    const model = stringAt(json, 'version')?.split(':')[0]
    if (method === 'POST') return { op: 'create', ...(model?.includes('/') ? { model } : {}) }
    return { op: method === 'GET' ? 'list' : 'other' }
  }
  if (method === 'POST' && verb === 'cancel') return { op: 'cancel', taskId: id }
  return method === 'GET' && verb === undefined ? { op: 'query', taskId: id } : { op: 'other' }
}
