import { ReelayError } from '../../model/error.ts'
import { isMedia, type Media, openMedia } from '../../model/media.ts'
import { kinds, type RenderRequest } from '../../model/request/index.ts'
import { canonicalJson, sha256Hex } from './hash.ts'

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
  const plain: Record<string, unknown> = { ...request }
  for (const field of kinds[request?.kind]?.media ?? []) {
    if (plain[field] !== undefined) plain[field] = await contentOf(field, plain[field] as Media)
  }
  return sha256Hex(canonicalJson(plain))
}
