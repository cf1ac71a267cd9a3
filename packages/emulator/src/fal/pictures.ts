import { imageSize } from 'image-size'
import { detail, type ErrorDetail } from './failures.ts'
import { fileNamed } from './files.ts'
import type { FalState } from './state.ts'

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

interface Checked {
  readonly error?: ErrorDetail
  readonly size?: Size
}

// The Kling pages of fal: 300 px a side at least.
const MIN_SIDE = 300
// JPEG keeps its size behind any EXIF thumbnail; this is far more than either needs.
const HEAD_CHARS = 512 * 1024

/**
 * Looks at one picture field as a running app would: data URIs and files of the emulated CDN are opened, any other
 * address counts as good. Nothing is fetched, so a host under `.invalid` (RFC 6761) stands for an address that fails.
 */
export function checkPicture(state: FalState, field: string, value: string, at: number): Checked {
  const loc = ['body', field]
  const bad = (type: string, msg: string): Checked => ({ error: detail(loc, type, msg, { input: value }) })
  if (value.startsWith('data:')) {
    const bytes = dataURIBytes(value)
    const size = bytes && readSize(bytes)
    return size ? sized(loc, value, size) : bad('image_load_error', 'The image could not be read')
  }
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    return bad('file_download_error', 'The file could not be downloaded')
  }
  const url = new URL(value)
  if (url.hostname.endsWith('.invalid')) return bad('file_download_error', 'The file could not be downloaded')
  if (!isOwnMedia(url)) return {}
  const file = fileNamed(state.files, url.pathname, at)
  if (!file?.bytes) return bad('file_download_error', 'The file could not be downloaded')
  const size = readSize(file.bytes)
  return size ? sized(loc, value, size) : bad('image_load_error', 'The image could not be read')
}

function sized(loc: readonly string[], input: string, size: Size): Checked {
  if (Math.min(size.width, size.height) >= MIN_SIDE) return { size }
  const ctx = { min_height: MIN_SIDE, min_width: MIN_SIDE }
  const msg = `The image is smaller than ${MIN_SIDE}x${MIN_SIDE} pixels`
  return { error: detail(loc, 'image_too_small', msg, { ctx, input }) }
}

const isOwnMedia = ({ hostname, pathname }: URL): boolean =>
  /^v3b?\.fal\.media$/.test(hostname) || pathname.startsWith('/fal/media/')

function dataURIBytes(uri: string): Uint8Array | undefined {
  const base64 = /^data:[\w.+-]+\/[\w.+-]+;base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri)?.[1]
  if (base64 === undefined || base64.length % 4 !== 0) return undefined
  return Uint8Array.from(atob(base64.slice(0, HEAD_CHARS)), (char) => char.charCodeAt(0))
}

function readSize(bytes: Uint8Array): Size | undefined {
  try {
    const { width, height } = imageSize(bytes)
    return { width, height }
  } catch {
    return undefined
  }
}
