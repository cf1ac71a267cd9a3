import { imageSize } from 'image-size'
import { type Refusal, refuse } from './errors.ts'

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

// Image input rule of the V1 pages: jpg or png, 10 MB, 300 px a side, 1:2.5 to 2.5:1.
const MAX_BYTES = 10 * 1024 * 1024
const MIN_SIDE = 300
const MAX_RATIO = 2.5
// JPEG keeps its size behind any EXIF thumbnail; this is far more than either needs.
const HEAD_CHARS = 512 * 1024

const isURL = (value: string): boolean => /^https?:\/\//i.test(value)

/**
 * An image field holds a public URL or raw base64. A `data:` prefix is refused, and base64 has to be a real
 * picture: that is stricter than anyone has observed, on purpose. A URL is not fetched, so its size is unknown.
 */
export function checkImage(field: string, value: string): Refusal | { readonly size?: Size } {
  const bad = (why: string): Refusal => refuse(1201, `${field} is invalid: ${why}`)
  if (isURL(value)) return URL.canParse(value) ? {} : bad('not a URL')
  if (value.startsWith('data:')) return bad('base64 must come without a data: prefix')
  if ((value.length * 3) / 4 > MAX_BYTES) return bad('larger than 10 MB')
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return bad('neither a URL nor base64')
  const size = readSize(value)
  if (!size) return bad('not a jpg or png picture')
  if (Math.min(size.width, size.height) < MIN_SIDE) return bad(`a side is shorter than ${MIN_SIDE} px`)
  const ratio = size.width / size.height
  if (ratio > MAX_RATIO || ratio < 1 / MAX_RATIO) return bad('aspect ratio is outside 1:2.5 to 2.5:1')
  return { size }
}

function readSize(base64: string): Size | undefined {
  try {
    const binary = atob(base64.slice(0, HEAD_CHARS))
    const { width, height, type } = imageSize(Uint8Array.from(binary, (char) => char.charCodeAt(0)))
    return type === 'jpg' || type === 'png' ? { width, height } : undefined
  } catch {
    return undefined
  }
}
