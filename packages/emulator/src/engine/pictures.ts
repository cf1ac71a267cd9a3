import { imageSize } from 'image-size'
import { isLoopback, webURL } from '../webhooks/address.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The start image of a task, when it is asked for: its bytes, or in words why there are none. */
export type Picture = () => Promise<Bytes | string>

/**
 * How the emulator gets at the images that requests name by a URL.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { createEmulator, type PictureOptions } from '@reelay/emulator'
 *
 * const pictures: PictureOptions = { fetch: async () => new Response(await readFile('start.png')) }
 * const emulator = createEmulator({ pictures })
 * ```
 */
export interface PictureOptions {
  /**
   * Fetches every image URL. Unless told it is the runtime's own `fetch`, and then only loopback addresses are fetched;
   * for any other the clip says that its start image was not.
   */
  readonly fetch?: typeof globalThis.fetch
}

/** Gets hold of the image that a request names, without making anybody wait; `own` knows the files uploaded here. */
export type Pictures = (value: string, own?: (url: string) => Uint8Array | undefined) => Picture

const TIMEOUT_MS = 10_000
const MAX_BYTES = 50 * 1024 * 1024

export function createPictures({ fetch: given }: PictureOptions = {}): Pictures {
  return (value, own) => {
    const url = webURL(value)
    // Decoded when a clip is made: thousands of tasks may hold a picture that nobody looks at.
    if (!url) return async () => bytesInline(value) ?? 'The start image could not be read.'
    const uploaded = own?.(value)
    if (uploaded) return async () => Uint8Array.from(uploaded)
    const short = `${url.host}${url.pathname}`.slice(0, 80)
    if (!given && !isLoopback(url)) {
      return async () => `The start image ${short} was not fetched: the emulator stays on this machine.`
    }
    // At once, as a provider does: whoever serves it may be gone when the clip is downloaded.
    const fetched = fetchPicture(url, given ?? globalThis.fetch).catch(
      (error: unknown) => `The start image ${short} could not be fetched: ${wordsOf(error)}.`,
    )
    return () => fetched
  }
}

async function fetchPicture(url: URL, fetch: typeof globalThis.fetch): Promise<Bytes> {
  const answer = await fetch(url.href, { redirect: 'follow', signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!answer.ok) {
    await answer.body?.cancel().catch(() => {})
    throw new Error(`HTTP ${answer.status}`)
  }
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes.length > MAX_BYTES) throw new Error('it is larger than 50 MB')
  return bytes
}

const wordsOf = (error: unknown): string => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return message + code
}

/** A data URI, or base64 without a prefix. */
const bytesInline = (value: string): Bytes | undefined =>
  bytesOfBase64(value.startsWith('data:') ? value.slice(value.indexOf(',') + 1) : value)

/** The bytes that base64 stands for; undefined where it is none. */
export function bytesOfBase64(base64: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The same without tolerance: digits and padding, and nothing else (RFC 4648 section 4). */
export const bytesOfStrictBase64 = (base64: string): Bytes | undefined =>
  base64.length > 0 && base64.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)
    ? bytesOfBase64(base64)
    : undefined

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of a picture, of any type unless told; undefined where it is none. */
export function sizeOf(bytes: Uint8Array, types?: readonly string[]): Size | undefined {
  try {
    const { width, height, type } = imageSize(bytes)
    return types === undefined || types.includes(type ?? '') ? { width, height } : undefined
  } catch {
    return undefined
  }
}

export const shortSide = ({ width, height }: Size): number => Math.min(width, height)

/** The longer side over the shorter one. */
export const stretchOf = ({ width, height }: Size): number =>
  Math.max(width, height) / Math.min(width, height)

/** Width divided by height, of the ratios that providers name. */
export const aspects: Readonly<Record<string, number>> = {
  '16:9': 16 / 9,
  '9:16': 9 / 16,
  '1:1': 1,
  '21:9': 21 / 9,
  '4:3': 4 / 3,
  '3:4': 3 / 4,
  '3:2': 3 / 2,
  '2:3': 2 / 3,
}
