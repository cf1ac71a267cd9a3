import type { Exchange } from '../engine/exchange.ts'
import { isRecord, stringAt } from '../http/json.ts'
import { methodNotAllowed, noSuchPath } from './answers.ts'
import { detail } from './failures.ts'
import { etagOf, joined, type StoredFile } from './files.ts'
import { admit } from './gate.ts'
import type { FalState } from './state.ts'
import { lifeMs } from './submit.ts'

const kinds: Readonly<Record<string, 'upload' | 'multipart'>> = {
  '/storage/upload/initiate': 'upload',
  '/storage/upload/initiate-multipart': 'multipart',
}

// Public, so that receivers can check a webhook's signature.
const JWKS_PATH = '/.well-known/jwks.json'

/** The REST host: public keys, and where an upload begins. It hands out a place to write to and the address the file will have. */
export async function restAnswer(state: FalState, exchange: Exchange): Promise<Response> {
  if (exchange.path === JWKS_PATH) {
    return exchange.method === 'GET' ? Response.json(await state.webhookKeys.jwks()) : methodNotAllowed()
  }
  const kind = kinds[exchange.path]
  if (!kind) return noSuchPath()
  if (exchange.method !== 'POST') return methodNotAllowed()
  const account = admit(state, exchange, { app: 'storage', credit: true })
  if (account instanceof Response) return account
  const { json, headers } = exchange
  const contentType = stringAt(json, 'content_type')
  const name = stringAt(json, 'file_name')
  if (contentType === undefined || name === undefined) {
    const missing = contentType === undefined ? 'content_type' : 'file_name'
    const errors = [detail(['body', missing], 'missing', 'Field required', { input: json ?? null })]
    return Response.json({ detail: errors }, { status: 422 })
  }
  const ids = state.ids.uuid().replaceAll('-', '')
  const folder = ids.slice(0, 8)
  const safeName = name.replaceAll(/[^\w.-]/g, '_')
  const path = `/files/b/${folder}/${safeName}`
  // The client and the pages spell the header differently.
  const life = headers.get('x-fal-object-lifecycle') ?? headers.get('x-fal-object-lifecycle-preference')
  state.files.set(path, {
    path,
    contentType,
    multipart: kind === 'multipart',
    signature: ids.slice(8),
    parts: new Map(),
    lifeMs: lifeMs(life, state.settings.mediaTtlMs),
  })
  const media = exchange.siteURL('media')
  const query = kind === 'upload' ? 'signature' : 'token'
  return Response.json({
    upload_url: `${media}/files/b/${kind}/${folder}/${safeName}?${query}=${ids.slice(8)}`,
    file_url: `${media}${path}`,
  })
}

const uploadPath = /^\/files\/b\/(upload|multipart)\/([0-9a-f]{8})\/([^/]+)(?:\/(\d+|complete))?$/

/** Writes to the CDN: the secret is in the address, so no key is asked for. */
export async function writeAnswer(state: FalState, exchange: Exchange): Promise<Response> {
  const [, kind, folder, name, step] = uploadPath.exec(exchange.path) ?? []
  const file = state.files.get(`/files/b/${folder}/${name}`)
  if (!kind || !file || file.multipart !== (kind === 'multipart')) return noSuchPath()
  const { searchParams } = exchange.url
  const secret = searchParams.get(kind === 'upload' ? 'signature' : 'token')
  if (secret !== file.signature) return Response.json({ detail: 'Forbidden' }, { status: 403 })
  const { method, body } = exchange
  if (kind === 'upload' && step === undefined) {
    return method === 'PUT' ? stored(state, file, body) : methodNotAllowed()
  }
  if (step === undefined) return noSuchPath()
  if (step === 'complete')
    return method === 'POST' ? complete(state, file, exchange.json) : methodNotAllowed()
  if (method !== 'PUT') return methodNotAllowed()
  const etag = await etagOf(body)
  file.parts.set(Number(step), { etag, bytes: body })
  return Response.json({ partNumber: Number(step), etag })
}

function stored(state: FalState, file: StoredFile, bytes: Uint8Array<ArrayBuffer>): Response {
  file.bytes = bytes
  file.storedAt = state.clock.now()
  return new Response(null, { status: 200 })
}

function complete(state: FalState, file: StoredFile, json: unknown): Response {
  const listed = isRecord(json) && Array.isArray(json.parts) ? json.parts.filter(isRecord) : []
  const parts = listed.map(({ partNumber, etag }) => {
    const part = typeof partNumber === 'number' ? file.parts.get(partNumber) : undefined
    return part?.etag === etag ? part?.bytes : undefined
  })
  const whole = parts.filter((part) => part !== undefined)
  if (whole.length === 0 || whole.length < parts.length) {
    return Response.json({ detail: 'Unknown part' }, { status: 400 })
  }
  return stored(state, file, joined(whole))
}
