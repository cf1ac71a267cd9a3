import type { Output } from '../../model/task.ts'
import { createInspector } from './inspect.ts'
import { aborted, type DownloadOptions, defaults, failure } from './options.ts'
import type { Source } from './source.ts'

// A multiple of three: base64 falls into groups of three bytes.
const pieceBytes = 3 * 256 * 1024

interface Held {
  readonly mediaType: string
  readonly size: number
  /** Bytes from one offset to another. */
  slice(from: number, to: number): Uint8Array
}

function sourceOf({ mediaType, size, slice }: Held, output: Output, options: DownloadOptions): Source {
  const { maxBytes = defaults.maxBytes } = options
  if (size > maxBytes) {
    const message = `The file has ${size} bytes, more than the ${maxBytes} allowed (maxBytes).`
    throw failure(options, message, { retryable: false })
  }
  const label = { mediaType, size, coding: undefined, version: undefined }
  const inspector = createInspector({ ...output, mediaType }, options, () => label)
  let at = 0
  let ended = false
  return {
    get mediaType() {
      return inspector.mediaType()
    },
    size,
    // What the caller gave stays the caller's.
    ownsMemory: false,
    async read() {
      if (ended) return undefined
      if (options.abortSignal?.aborted) throw aborted(options)
      const next = Math.min(at + pieceBytes, size)
      const bytes = inspector.take(slice(at, next), next === size)
      at = next
      ended = at === size
      return bytes
    },
    cancel: () => {
      ended = true
    },
  }
}

/** The file of an output that came as bytes. */
export function openBytes(output: Output, bytes: Uint8Array, options: DownloadOptions): Source {
  const { mediaType } = output
  const slice = (from: number, to: number): Uint8Array => bytes.subarray(from, to)
  return sourceOf({ mediaType, size: bytes.length, slice }, output, options)
}

const form = /^data:([^;,]*)((?:;[^;,]*)*),/i

/** Two characters at the end stand for nothing: RFC 4648, section 4. */
function decodedSize(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return Math.floor((base64.length * 3) / 4) - padding
}

function decode(base64: string): Uint8Array {
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/**
 * The file inside a `data:` URI, decoded piece by piece.
 *
 * @throws ReelayError `ERR_DOWNLOAD` when it is not base64 or too large.
 */
export function openDataUri(output: Output, uri: string, options: DownloadOptions): Source {
  const broken = 'The result is a data URI that is not valid base64.'
  const [head = '', type = '', parameters = ''] = form.exec(uri) ?? []
  if (!/;base64$/i.test(parameters)) throw failure(options, broken, { retryable: false })
  const base64 = uri.slice(head.length)
  const slice = (from: number, to: number): Uint8Array => {
    try {
      const piece = decode(base64.slice((from / 3) * 4, Math.ceil(to / 3) * 4))
      if (piece.length === to - from) return piece
    } catch {
      // Characters outside the alphabet.
    }
    throw failure(options, broken, { retryable: false })
  }
  const held = { mediaType: type || output.mediaType, size: decodedSize(base64), slice }
  return sourceOf(held, output, options)
}
