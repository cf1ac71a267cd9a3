import { imageSize } from 'image-size'
import { invalid, type Refusal } from './errors.ts'
import type { PiapiSettings } from './options.ts'

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The bytes behind a URL, where the emulator holds them itself. */
export type Uploaded = (url: string) => Uint8Array | undefined

// Field descriptions of `image_url` and `image_tail_url`, 2024 to 2026.
const MAX_BYTES = 10 * 1024 * 1024
const MIN_SIDE = 300

/**
 * An image field holds a URL. Only a picture that was uploaded here, or came as a data URI where those are
 * accepted, is looked at; nothing is fetched.
 */
export function checkImage(
  field: string,
  value: string,
  uploaded: Uploaded,
  settings: PiapiSettings,
): Refusal | { readonly size?: Size } {
  if (value.startsWith('data:')) {
    if (settings.dataURIs === 'refuse') return invalid(field, 'must be a URL')
    const bytes = bytesInDataURI(value)
    return bytes ? checkBytes(field, bytes) : invalid(field, 'is not base64')
  }
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return invalid(field, 'must be a URL')
  const bytes = uploaded(value)
  return bytes ? checkBytes(field, bytes) : {}
}

function checkBytes(field: string, bytes: Uint8Array): Refusal | { readonly size: Size } {
  if (bytes.length > MAX_BYTES) return invalid(field, 'file size: maximum is 10mb')
  const size = sizeOf(bytes)
  if (!size) return invalid(field, 'is not a picture')
  return Math.min(size.width, size.height) > MIN_SIDE
    ? { size }
    : invalid(field, `must be wider and taller than ${MIN_SIDE} px`)
}

function sizeOf(bytes: Uint8Array): Size | undefined {
  try {
    const { width, height } = imageSize(bytes)
    return { width, height }
  } catch {
    return undefined
  }
}

/** Bytes of strict base64 without a prefix. */
export function fromBase64(value: string): Uint8Array<ArrayBuffer> | undefined {
  if (value.length === 0 || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return undefined
  return Uint8Array.from(atob(value), (char) => char.charCodeAt(0))
}

const bytesInDataURI = (value: string): Uint8Array | undefined =>
  fromBase64(value.slice(value.indexOf(',') + 1))
