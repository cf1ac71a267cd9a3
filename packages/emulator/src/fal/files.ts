import type { Exchange } from '../engine/exchange.ts'
import { htmlAnswer } from '../http/answers.ts'
import { joined } from '../http/body.ts'
import { isRecord, stringAt } from '../http/json.ts'
import { fileAnswer } from '../http/range.ts'
import { lifeMs } from './create.ts'
import { detail } from './failures.ts'
import { admit } from './gate.ts'
import { settle } from './schedule.ts'
import { methodNotAllowed, noSuchPath } from './tables.ts'
import { type FalState, type FalTask, fileNamed, statusAt, type UploadPlace } from './task.ts'
import { fileOf } from './views.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The file CDN. Reading needs nothing but the address; what has expired is gone for good. */
export async function mediaAnswer(state: FalState, request: Request, exchange: Exchange): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return writeAnswer(state, exchange)
  const now = state.clock.now()
  settle(state, now)
  const found = (await resultAt(state, exchange.path, now)) ?? uploadAt(state, exchange.path, now)
  if (!found) return htmlAnswer(404, '404 Not Found')
  const { bytes, contentType, modifiedAt } = found
  const answer = fileAnswer(request, bytes, { contentType, etag: await etagOf(bytes), modifiedAt })
  answer.headers.set('cache-control', 'public, max-age=5184000, immutable')
  answer.headers.set('access-control-allow-origin', '*')
  return answer
}

interface Served {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
  readonly modifiedAt: number
}

async function resultAt(state: FalState, path: string, now: number): Promise<Served | undefined> {
  const named = ({ folder, files }: FalTask): number =>
    files.findIndex((file) => path === `/files/b/${folder}/${file}`)
  const task = state.tasks.all().find((one) => named(one) !== -1)
  if (!task || statusAt(task, now) !== 'COMPLETED' || now >= expiryOf(task)) return undefined
  const made = await fileOf(state, task, named(task))
  return made && { ...made, modifiedAt: task.endsAt ?? now }
}

const expiryOf = ({ endsAt = 0, mediaMs, expiredAt = Number.POSITIVE_INFINITY }: FalTask): number =>
  Math.min(endsAt + mediaMs, expiredAt)

function uploadAt(state: FalState, path: string, now: number): Served | undefined {
  const file = fileNamed(state, path, now)
  return file && { ...file, modifiedAt: file.storedAt }
}

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
  state.places.set(path, {
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
async function writeAnswer(state: FalState, exchange: Exchange): Promise<Response> {
  const [, kind, folder, name, step] = uploadPath.exec(exchange.path) ?? []
  const path = `/files/b/${folder}/${name}`
  const place = state.places.get(path)
  if (!kind || !place || place.multipart !== (kind === 'multipart')) return noSuchPath()
  const { searchParams } = exchange.url
  const secret = searchParams.get(kind === 'upload' ? 'signature' : 'token')
  if (secret !== place.signature) return Response.json({ detail: 'Forbidden' }, { status: 403 })
  const { method, body } = exchange
  if (kind === 'upload' && step === undefined) {
    return method === 'PUT' ? stored(state, path, place, body) : methodNotAllowed()
  }
  if (step === undefined) return noSuchPath()
  if (step === 'complete')
    return method === 'POST' ? complete(state, path, place, exchange.json) : methodNotAllowed()
  if (method !== 'PUT') return methodNotAllowed()
  const etag = await etagOf(body)
  place.parts.set(Number(step), { etag, bytes: body })
  return Response.json({ partNumber: Number(step), etag })
}

function stored(
  { files, clock }: FalState,
  path: string,
  { contentType, lifeMs: life }: UploadPlace,
  bytes: Uint8Array<ArrayBuffer>,
): Response {
  const storedAt = clock.now()
  files.put(path, { bytes, contentType, storedAt, expiresAt: storedAt + life })
  return new Response(null, { status: 200 })
}

function complete(state: FalState, path: string, place: UploadPlace, json: unknown): Response {
  const listed = isRecord(json) && Array.isArray(json.parts) ? json.parts.filter(isRecord) : []
  const parts = listed.map(({ partNumber, etag }) => {
    const part = typeof partNumber === 'number' ? place.parts.get(partNumber) : undefined
    return part?.etag === etag ? part?.bytes : undefined
  })
  const whole = parts.filter((part) => part !== undefined)
  if (whole.length === 0 || whole.length < parts.length) {
    return Response.json({ detail: 'Unknown part' }, { status: 400 })
  }
  return stored(state, path, place, joined(whole))
}

async function etagOf(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `"${[...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}"`
}
