import type { ProviderSpec } from '@reelay/core'
import { readBody } from './wire.ts'

// Long enough for the longest queue; inputs are nobody's to keep.
const lifecycle = JSON.stringify({ expiration_duration_seconds: 86_400 })

/**
 * Brings a file to fal's storage: the key asks for an address, the bytes go there without it. Two names of the retention
 * header are in use, so both are sent (`@fal-ai/client` 1.10.1, files page, 2026-09).
 */
export const upload: NonNullable<ProviderSpec['upload']> = async ({ bytes, mediaType, name }, ask) => {
  const { body } = await ask({
    method: 'POST',
    host: 'rest',
    path: '/storage/upload/initiate',
    query: { storage_type: 'fal-cdn-v3' },
    headers: {
      'x-fal-object-lifecycle': lifecycle,
      'x-fal-object-lifecycle-preference': lifecycle,
    },
    json: { content_type: mediaType, file_name: name },
  })
  const { upload_url: url, file_url } = readBody(body)
  if (!url || !file_url) return undefined
  await ask({ method: 'PUT', url, body: bytes, headers: { 'content-type': mediaType } })
  return file_url
}
