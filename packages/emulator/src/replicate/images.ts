import { imageSize } from 'image-size'
import { isDataURI } from './job.ts'

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

// Image rule of the v3 card, taken for all: jpg or png, 10 MB, 300 px a side, 1:2.5 to 2.5:1.
const MAX_BYTES = 10_000_000
const MIN_SIDE = 300
const MAX_RATIO = 2.5

/** What is wrong with a picture, or its size. */
export function checkPicture(
  field: string,
  bytes: Uint8Array,
): { readonly error: string } | { readonly size: Size } {
  const bad = (why: string): { readonly error: string } => ({ error: `${field} ${why}` })
  if (bytes.length > MAX_BYTES) return bad('is larger than 10MB')
  const size = readSize(bytes)
  if (!size) return bad('is not a jpg or png picture')
  if (Math.min(size.width, size.height) < MIN_SIDE) return bad(`must be at least ${MIN_SIDE}px a side`)
  const ratio = size.width / size.height
  return ratio > MAX_RATIO || ratio < 1 / MAX_RATIO
    ? bad('must have an aspect ratio between 1:2.5 and 2.5:1')
    : { size }
}

function readSize(bytes: Uint8Array): Size | undefined {
  try {
    const { width, height, type } = imageSize(bytes)
    return type === 'jpg' || type === 'png' ? { width, height } : undefined
  } catch {
    return undefined
  }
}

/** Bytes of a base64 `data:` URI; undefined where it is none. */
export function bytesOfDataURI(value: unknown): Uint8Array | undefined {
  if (!isDataURI(value)) return undefined
  const base64 = /^data:[^,]*;base64,(.*)$/s.exec(value)?.[1]
  try {
    return base64 === undefined ? undefined : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
