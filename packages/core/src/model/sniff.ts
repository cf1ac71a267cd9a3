/** What the first bytes of a file say it is. */
export interface Sniffed {
  readonly mediaType: string
  /** Pixels; for images whose header we read. */
  readonly width?: number
  readonly height?: number
}

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((c, index) => bytes[at + index] === c.charCodeAt(0))

/**
 * The media type of a file, from its own bytes rather than from what somebody calls it.
 *
 * @example
 * ```ts
 * import { sniff } from '@reelay/core'
 * sniff(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))?.mediaType // 'image/jpeg'
 * ```
 */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return { mediaType: 'image/png', ...pngSize(bytes) }
  if (startsWith(bytes, '\xff\xd8\xff')) return { mediaType: 'image/jpeg', ...jpegSize(bytes) }
  if (startsWith(bytes, 'GIF8')) return { mediaType: 'image/gif' }
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return { mediaType: 'image/webp' }
  if (startsWith(bytes, 'ftyp', 4)) {
    return { mediaType: startsWith(bytes, 'qt  ', 8) ? 'video/quicktime' : 'video/mp4' }
  }
  return undefined
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

type Size = { width: number; height: number }

// PNG, section 11.2.2: IHDR is the first chunk, its width and height are big-endian at offsets 16 and 20.
function pngSize(bytes: Uint8Array): Size | undefined {
  if (bytes.length < 24) return undefined
  return { width: view(bytes).getUint32(16), height: view(bytes).getUint32(20) }
}

// ITU-T T.81, B.2.2: the frame header is the first SOF marker (C0 to CF but C4, C8, CC); height comes before width.
function jpegSize(bytes: Uint8Array): Size | undefined {
  const data = view(bytes)
  for (let at = 2; at + 9 < bytes.length; ) {
    const type = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) return undefined
    if (type === 0xff) {
      at += 1
      continue
    }
    if (type >= 0xc0 && type <= 0xcf && type !== 0xc4 && type !== 0xc8 && type !== 0xcc) {
      return { width: data.getUint16(at + 7), height: data.getUint16(at + 5) }
    }
    at += 2 + data.getUint16(at + 2)
  }
  return undefined
}
