import { isRecord } from '../http/json.ts'
import type { ReplicateAccount } from './accounts.ts'
import { type Refusal, refusals } from './errors.ts'
import type { ReplicateState } from './state.ts'
import { timestamp } from './wire.ts'

/** An uploaded input. */
export interface StoredFile {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha256: string
  readonly md5: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number
  readonly expiresAt: number
}

export interface FileStore {
  add(file: StoredFile): void
  find(account: string, id: string, now: number): StoredFile | undefined
  /** Newest first. */
  list(account: string, now: number): readonly StoredFile[]
  remove(id: string): void
  clear(): void
}

export function createFileStore(): FileStore {
  const files = new Map<string, StoredFile>()
  const holds = (file: StoredFile | undefined, account: string, now: number): file is StoredFile =>
    file?.account === account && now < file.expiresAt
  return {
    add: (file) => void files.set(file.id, file),
    find: (account, id, now) => {
      const file = files.get(id)
      return holds(file, account, now) ? file : undefined
    },
    list: (account, now) => [...files.values()].filter((file) => holds(file, account, now)).reverse(),
    remove: (id) => void files.delete(id),
    clear: () => files.clear(),
  }
}

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
export async function storeUpload(
  state: ReplicateState,
  account: ReplicateAccount,
  body: Uint8Array<ArrayBuffer>,
  contentType: string | null,
): Promise<StoredFile | Refusal> {
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
  const createdAt = state.clock.now()
  const file: StoredFile = {
    // Recorded ids are a UUID in base64.
    id: btoa(state.ids.uuid()),
    account: account.name,
    name,
    contentType: textPart(form.get('type')) ?? (content.type || 'application/octet-stream'),
    bytes,
    sha256,
    md5,
    metadata,
    createdAt,
    expiresAt: createdAt + state.settings.fileTtlMs,
  }
  state.files.add(file)
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
export const fileView = (file: StoredFile, api: string): Record<string, unknown> => ({
  id: file.id,
  name: file.name,
  content_type: file.contentType,
  size: file.bytes.length,
  etag: file.md5,
  checksums: { sha256: file.sha256, md5: file.md5 },
  metadata: file.metadata,
  created_at: timestamp(file.createdAt, 3),
  expires_at: timestamp(file.expiresAt, 3),
  urls: { get: `${api}/v1/files/${file.id}` },
})

/** Bytes of the file that an input's URL names; `missing` where this account has none. */
export function readUpload(
  { files }: ReplicateState,
  account: ReplicateAccount,
  url: string,
  now: number,
): Uint8Array | 'missing' | undefined {
  const id = /\/v1\/files\/([^/?#]+)(?:\/download)?(?:[?#]|$)/.exec(url)?.[1]
  return id === undefined ? undefined : (files.find(account.name, id, now)?.bytes ?? 'missing')
}
