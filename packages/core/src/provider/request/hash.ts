import { withClipNames } from '../../kinds/clip.ts'
import type { RenderRequest } from '../../kinds/kinds.ts'
import { withFiles } from '../../kinds/media-places.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import { isMedia, type Media, openMedia } from '../../model/media.ts'

/** JSON with sorted keys and no `undefined`, so that equal requests have equal text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

type HashNow = (algorithm: string, text: string) => string
type Load = (name: 'node:crypto') => { readonly hash?: HashNow } | undefined

// FIPS 180-4 of an empty text.
const ofNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

let found: { readonly hash: HashNow | undefined } | undefined

/**
 * Node's own `hash`, hexadecimal, which answers at once: WebCrypto hands each text to a thread, which takes fifty times as
 * long (measured with Node 24.21, 2026-11-27). By `process.getBuiltinModule`, so that bundlers see no import of Node's.
 */
function hashNow(): HashNow | undefined {
  if (found) return found.hash
  try {
    const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: Load } }
    const hash = process?.getBuiltinModule?.('node:crypto')?.hash
    // Stand-ins have one that only throws (unenv 2.0.0-rc.24), polyfills one that answers in bytes: another external id.
    found = { hash: hash?.('sha256', '') === ofNothing ? hash : undefined }
  } catch {
    found = { hash: undefined }
  }
  return found.hash
}

// Longer ones would hold everything else up.
const longestNow = 65_536

/** SHA-256 as lower-case hex. */
export async function sha256Hex(content: string | Uint8Array): Promise<string> {
  if (typeof content === 'string' && content.length <= longestNow) {
    const hex = hashNow()?.('sha256', content)
    if (hex !== undefined) return hex
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The id we give a provider for a task. Derived from the key, the request, the route and the number of the purchase, so
 * that one key can never bring back another request's clip, and so that a restarted process arrives at the same id.
 */
export async function externalIdFor({
  idempotencyKey,
  requestHash,
  route,
  number = 1,
}: Pick<Submission, 'idempotencyKey' | 'requestHash' | 'route' | 'number'>): Promise<string> {
  const parts = [idempotencyKey, requestHash, route, ...(number === 1 ? [] : [number])]
  return `reelay-${(await sha256Hex(canonicalJson(parts))).slice(0, 40)}`
}

async function contentOf(field: string, media: Media): Promise<string> {
  const unreadable = (): never => {
    const message = `The request has a ${field} that cannot be read. Nothing was sent; give a URL, bytes or a Blob.`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'none' })
  }
  if (!isMedia(media)) return unreadable()
  const opened = openMedia(media)
  if (opened.type === 'url') return opened.url
  if (opened.type === 'bytes') return sha256Hex(opened.bytes)
  return opened.type === 'blob'
    ? sha256Hex(new Uint8Array(await opened.blob.arrayBuffer().catch(unreadable)))
    : opened.why
}

/**
 * SHA-256, hex, of a request as the caller gave it, before any default: fields in order, those that are `undefined` left
 * out, media by their bytes, addresses as text. A presigned address is another one each time it is signed: whoever wants
 * to submit such a request twice under one key passes bytes, or an address that stays.
 */
export async function hashAsGiven(request: RenderRequest): Promise<string> {
  return sha256Hex(canonicalJson(await withFiles(withClipNames(request), contentOf)))
}
