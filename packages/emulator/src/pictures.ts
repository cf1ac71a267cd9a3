import { isLoopback, webURL } from './webhooks/address.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The start image of a task, when it is asked for: its bytes, or in words why there are none. */
export type Shown = () => Promise<Bytes | string>

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
export type Pictures = (value: string, own?: (url: string) => Uint8Array | undefined) => Shown

const TIMEOUT_MS = 10_000
const MAX_BYTES = 50 * 1024 * 1024

export function createPictures({ fetch: given }: PictureOptions = {}): Pictures {
  return (value, own) => {
    const url = webURL(value)
    // Decoded when a clip is made: thousands of tasks may hold a picture that nobody looks at.
    if (!url) return async () => inline(value) ?? 'The start image could not be read.'
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
function inline(value: string): Bytes | undefined {
  try {
    const base64 = value.startsWith('data:') ? value.slice(value.indexOf(',') + 1) : value
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
