import { sniff } from './sniff.ts'

/**
 * Bytes with their media type, for when the type cannot be read from the bytes.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import type { ImageToVideoRequest, MediaBytes } from '@reelay/core'
 * const startImage: MediaBytes = { data: await readFile('boat.heic'), mediaType: 'image/heic' }
 * export const request: ImageToVideoRequest = { kind: 'image-to-video', startImage, prompt: 'The boat drifts' }
 * ```
 */
export interface MediaBytes {
  readonly data: Uint8Array
  readonly mediaType: string
}

/**
 * An image, clip or sound as input: an `https:` URL, a `data:` URI, bytes, a `Blob`, or bytes with their type.
 * Local paths are not media: read the file first, since core runs where there is no file system.
 *
 * @example
 * ```ts
 * import type { Media } from '@reelay/core'
 * const byUrl: Media = 'https://example.com/boat.png'
 * const byBytes: Media = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
 * ```
 */
export type Media = string | URL | Uint8Array | Blob | MediaBytes

/**
 * How a provider takes media in a request body.
 * `url`: an address the provider fetches. `base64`: the bare text. `data-uri`: with its media type before it. `upload`: brought
 * to the provider first, see {@link UploadFile}.
 *
 * @example
 * ```ts
 * import type { MediaForm, MediaRule } from '@reelay/core'
 * const mustBePublic = ({ forms }: MediaRule): boolean => forms.every((form: MediaForm) => form === 'url')
 * ```
 */
export type MediaForm = 'url' | 'base64' | 'data-uri' | 'upload'

/**
 * What a provider accepts for one kind of input; pure data in its catalogue.
 *
 * @example
 * ```ts
 * import type { MediaRule } from '@reelay/core'
 * export const images: MediaRule = {
 *   forms: ['url', 'base64'],
 *   mediaTypes: ['image/jpeg', 'image/png'],
 *   maxBytes: 10_000_000,
 *   minSide: 300,
 *   maxRatio: 2.5,
 * }
 * ```
 */
export interface MediaRule {
  /** In order of preference; a URL is passed on as it is wherever `url` is listed. */
  readonly forms: readonly MediaForm[]
  readonly mediaTypes: readonly string[]
  /** Set where an upload of the caller's own brings bytes to the provider, which takes URLs only. */
  readonly uploadedBy?: 'caller'
  /** Largest file in bytes. */
  readonly maxBytes: number
  /** Largest file to be written into the request itself, where larger ones are uploaded; in bytes. */
  readonly inlineMaxBytes?: number
  /** Shortest and longest clip or sound, in seconds; held against files whose header says how long they are. */
  readonly seconds?: readonly [shortest: number, longest: number]
  /** Shortest side in pixels. */
  readonly minSide?: number
  /** Longest side in pixels. */
  readonly maxSide?: number
  /** Longest side over shortest side. */
  readonly maxRatio?: number
}

/** Media as the engine handles it: a link, or bytes that may still have to be read. */
export type OpenMedia =
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly mediaType: string | undefined }
  | { readonly type: 'blob'; readonly blob: Blob }
  | { readonly type: 'invalid'; readonly why: string }

/** Whether a value has the shape of {@link Media}. */
export function isMedia(value: unknown): value is Media {
  if (typeof value === 'string') return value !== ''
  if (value instanceof URL || value instanceof Uint8Array || value instanceof Blob) return true
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as MediaBytes).data instanceof Uint8Array &&
    typeof (value as MediaBytes).mediaType === 'string'
  )
}

const dataUri = /^data:([^;,]*)((?:;[^;,]*)*),([\s\S]*)$/

function openString(text: string): OpenMedia {
  const match = dataUri.exec(text)
  if (match) {
    const [, mediaType = '', parameters = '', payload = ''] = match
    if (!parameters.endsWith(';base64')) return { type: 'invalid', why: 'its data URI is not base64' }
    const bytes = fromBase64(payload)
    if (!bytes) return { type: 'invalid', why: 'its data URI is not valid base64' }
    return { type: 'bytes', bytes, mediaType: mediaType || undefined }
  }
  // Before it is parsed: a drive letter reads as a scheme.
  if (/^([a-z]:[\\/]|~?[\\/](?![\\/])|\.{1,2}[\\/])/i.test(text)) {
    return {
      type: 'invalid',
      why: 'it is a path, neither a URL nor a data URI; read the file and pass its bytes',
    }
  }
  if (!URL.canParse(text)) {
    const bare = text.length > 64 && /^[A-Za-z0-9+/\s]+={0,2}$/.test(text)
    const hint = bare ? '; for plain base64, put data:image/png;base64, before it' : ''
    return { type: 'invalid', why: `it is neither a URL nor a data URI${hint}` }
  }
  // Parsing would drop or escape them, and each provider's client does that in a way of its own.
  if (/[\s\p{Cc}\p{Cs}]/u.test(text)) {
    return { type: 'invalid', why: `it has spaces or control characters in it; write ${new URL(text).href}` }
  }
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') {
    return { type: 'invalid', why: `a provider cannot fetch ${protocol} addresses` }
  }
  if (username || password) return { type: 'invalid', why: 'it carries a user name or password' }
  return { type: 'url', url: text }
}

/** What a {@link Media} value is, without reading anything. */
export function openMedia(media: Media): OpenMedia {
  if (typeof media === 'string') return openString(media)
  if (media instanceof URL) return openString(media.href)
  if (media instanceof Uint8Array) return { type: 'bytes', bytes: media, mediaType: sniff(media)?.mediaType }
  if (media instanceof Blob) return { type: 'blob', blob: media }
  return { type: 'bytes', bytes: media.data, mediaType: media.mediaType }
}

/** The bytes of a base64 text, or `undefined` if it is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/**
 * Plain base64, with padding.
 *
 * @example
 * ```ts
 * import { toBase64 } from '@reelay/core/adapter'
 * toBase64(new Uint8Array([1, 2, 3])) // 'AQID'
 * ```
 */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // In slices: spreading a whole clip into one call overflows the stack.
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000))
  }
  return btoa(binary)
}
