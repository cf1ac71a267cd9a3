import { Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import { isRecord } from '../http/json.ts'
import { hmac } from '../webhooks/standard.ts'
import type { ReplicateAccount } from './options.ts'
import { pageOf } from './pages.ts'
import { isRefusal, type Refusal, refusalAnswer, refusals } from './tables.ts'
import type { ReplicateState, UploadedFile } from './task.ts'
import { jsonAnswer, timestamp } from './views.ts'

const encoder = new TextEncoder()

/** A request whose owner is known. */
export type ApiEnv = ExchangeEnv & { Variables: { account: ReplicateAccount } }

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

async function md5Of(bytes: Uint8Array): Promise<string> {
  // Web Crypto has no MD5.
  const { createHash } = await import('node:crypto')
  return createHash('md5').update(bytes).digest('hex')
}

const MAX_NAME_BYTES = 255
const required = (description: string): Refusal =>
  refusals.invalid([{ type: 'required', field: 'content', description }])

/** Stores a `multipart/form-data` upload: `content` with a file name, and `metadata` as JSON. */
async function storeUpload(
  state: ReplicateState,
  account: ReplicateAccount,
  body: Uint8Array<ArrayBuffer>,
  contentType: string | null,
): Promise<UploadedFile | Refusal> {
  const form = await readForm(body, contentType)
  if (!form) return refusals.badRequest('The request body must be multipart/form-data.')
  const content = form.get('content')
  if (!(content instanceof File)) return required('content is required, with a file name')
  const metadata = await readMetadata(form.get('metadata'))
  if (!metadata) return refusals.invalidValue('metadata', 'Must be a JSON object')
  const name = textPart(form.get('filename')) ?? content.name
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) {
    return refusals.invalidValue('filename', `Must not be longer than ${MAX_NAME_BYTES} bytes`)
  }
  if (content.size >= state.settings.maxFileBytes) return refusals.fileTooLarge()

  const bytes = new Uint8Array(await content.arrayBuffer())
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes))
  const md5 = await md5Of(bytes)
  const storedAt = state.clock.now()
  const file: UploadedFile = {
    // Recorded ids are a UUID in base64.
    id: btoa(state.ids.uuid()),
    account: account.name,
    name,
    contentType: textPart(form.get('type')) ?? (content.type || 'application/octet-stream'),
    bytes,
    sha256,
    md5,
    metadata,
    storedAt,
    expiresAt: storedAt + state.settings.fileTtlMs,
  }
  state.files.put(file.id, file)
  return file
}

async function readForm(
  body: Uint8Array<ArrayBuffer>,
  contentType: string | null,
): Promise<FormData | undefined> {
  if (!contentType?.toLowerCase().startsWith('multipart/form-data')) return undefined
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData()
  } catch {
    return undefined
  }
}

const textPart = (part: FormDataEntryValue | null): string | undefined =>
  typeof part === 'string' && part !== '' ? part : undefined

async function readMetadata(
  part: FormDataEntryValue | null,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (part === null) return {}
  try {
    const value: unknown = JSON.parse(typeof part === 'string' ? part : await part.text())
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A file as the API shows it: never its bytes. */
const fileView = (file: UploadedFile, api: string): Record<string, unknown> => ({
  id: file.id,
  name: file.name,
  content_type: file.contentType,
  size: file.bytes.length,
  etag: file.md5,
  checksums: { sha256: file.sha256, md5: file.md5 },
  metadata: file.metadata,
  created_at: timestamp(file.storedAt, 3),
  expires_at: timestamp(file.expiresAt, 3),
  urls: { get: `${api}/v1/files/${file.id}` },
})

/** Whether a file download is signed by its owner: `owner`, `expiry` (Unix seconds) and `signature` in the query. */
async function isSignedDownload(
  account: ReplicateAccount,
  fileId: string,
  query: URLSearchParams,
): Promise<boolean> {
  const expected = await hmac(
    encoder.encode(account.filesSecret),
    `${account.name} ${fileId} ${query.get('expiry')}`,
  )
  return query.get('owner') === account.name && query.get('signature') === expected
}

/** The files API: `guarded` behind the token, `open` for the download, whose signature takes its place. */
export function mountFiles(state: ReplicateState): {
  readonly open: Hono<ApiEnv>
  readonly guarded: Hono<ApiEnv>
} {
  const { files, clock, accounts } = state
  const missing = (): Response => refusalAnswer(refusals.noFile())
  const find = ({ name }: ReplicateAccount, id: string): UploadedFile | undefined => {
    const file = files.live(id, clock.now())
    return file?.account === name ? file : undefined
  }

  const open = new Hono<ApiEnv>()
  open.get('/v1/files/:id/download', async (c) => {
    const id = c.req.param('id')
    const { searchParams } = new URL(c.req.url)
    const owner = accounts.owner(({ name }) => name === searchParams.get('owner'))
    if (!owner || !(await isSignedDownload(owner, id, searchParams))) {
      return refusalAnswer(refusals.forbidden('The signature is not valid.'))
    }
    const expiry = Number(searchParams.get('expiry'))
    // Also refuses an expiry that is no number.
    if (!(clock.now() / 1000 <= expiry)) return refusalAnswer(refusals.forbidden('The link has expired.'))
    const file = find(owner, id)
    if (!file) return missing()
    const headers = { 'content-type': file.contentType, 'content-length': String(file.bytes.length) }
    return new Response(file.bytes, { headers })
  })

  const guarded = new Hono<ApiEnv>()
  guarded.post('/v1/files', async (c) => {
    const { exchange } = c.env
    const file = await storeUpload(state, c.var.account, exchange.body, exchange.headers.get('content-type'))
    if (isRefusal(file)) return refusalAnswer(file)
    return jsonAnswer(fileView(file, exchange.siteURL('api')), 201)
  })

  guarded.get('/v1/files', (c) => {
    const api = c.env.exchange.siteURL('api')
    const url = new URL(`${api}/v1/files${new URL(c.req.url).search}`)
    const own = files
      .all(clock.now())
      .filter(({ account }) => account === c.var.account.name)
      .map((file) => ({ file, createdAt: file.storedAt }))
    const page = pageOf(own.reverse(), url)
    if (isRefusal(page)) return refusalAnswer(page)
    return jsonAnswer({ ...page, results: page.results.map(({ file }) => fileView(file, api)) })
  })

  guarded.get('/v1/files/:id', (c) => {
    const file = find(c.var.account, c.req.param('id'))
    return file ? jsonAnswer(fileView(file, c.env.exchange.siteURL('api'))) : missing()
  })

  guarded.delete('/v1/files/:id', (c) => {
    const file = find(c.var.account, c.req.param('id'))
    if (!file) return missing()
    files.remove(file.id)
    return new Response(null, { status: 204, headers: { 'content-type': 'text/plain; charset=UTF-8' } })
  })
  return { open, guarded }
}
