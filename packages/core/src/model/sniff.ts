/**
 * What the first bytes of a file say it is.
 *
 * @example
 * ```ts
 * import { type Sniffed, sniff } from '@reelay/core/adapter'
 * const isPortrait = ({ width = 0, height = 0 }: Sniffed): boolean => height > width
 * const accepts = (file: Uint8Array): boolean => {
 *   const seen = sniff(file)
 *   return seen !== undefined && seen.mediaType.startsWith('image/') && !isPortrait(seen)
 * }
 * ```
 */
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
 * import { sniff } from '@reelay/core/adapter'
 * sniff(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))?.mediaType // 'image/jpeg'
 * ```
 */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return { mediaType: 'image/png', ...pngSize(bytes) }
  if (startsWith(bytes, '\xff\xd8\xff')) return { mediaType: 'image/jpeg', ...jpegSize(bytes) }
  const row = signatures.find(([text, at, more, moreAt]) => {
    return startsWith(bytes, text, at) && (more === undefined || startsWith(bytes, more, moreAt))
  })
  const mediaType = row?.[4] ?? boxesOf(bytes) ?? frameOf(bytes)
  return mediaType === undefined ? undefined : { mediaType }
}

type Signature = readonly [text: string, at: number, more: string | undefined, moreAt: number, type: string]

const one = (text: string, type: string): Signature => [text, 0, undefined, 0, type]
const riff = (form: string, type: string): Signature => ['RIFF', 0, form, 8, type]

// Sources: the WHATWG's MIME Sniffing standard, section 6, and file(1)'s magic.
const signatures: readonly Signature[] = [
  one('GIF8', 'image/gif'),
  riff('WEBP', 'image/webp'),
  riff('WAVE', 'audio/wav'),
  riff('AVI ', 'video/x-msvideo'),
  ['FORM', 0, 'AIFF', 8, 'audio/aiff'],
  one('ID3', 'audio/mpeg'),
  one('fLaC', 'audio/flac'),
  one('OggS', 'audio/ogg'),
  one('#!AMR', 'audio/amr'),
  one('FLV\x01', 'video/x-flv'),
  one('\0\0\x01\xba', 'video/mpeg'),
  one('II*\0', 'image/tiff'),
  one('MM\0*', 'image/tiff'),
  // EBML (RFC 8794); the name of what is in it stands in its header.
  ['\x1a\x45\xdf\xa3', 0, 'webm', 24, 'video/webm'],
  ['\x1a\x45\xdf\xa3', 0, 'webm', 31, 'video/webm'],
  one('\x1a\x45\xdf\xa3', 'video/x-matroska'),
]

// Major brands (ISO/IEC 14496-12, section 4.3; registered at mp4ra.org) of what is no MP4 film.
const brands = new Map<string, string>([
  ['qt  ', 'video/quicktime'],
  ['M4A ', 'audio/mp4'],
  ['M4B ', 'audio/mp4'],
  ['avif', 'image/avif'],
  ['avis', 'image/avif'],
  ['heic', 'image/heic'],
  ['heix', 'image/heic'],
  ['mif1', 'image/heif'],
])
// What a film may begin with that says no brand: a segment, room left for a header, or QuickTime before there were brands.
const firstBoxes = new Map<string, string>([
  ...['styp', 'free', 'skip', 'moof', 'sidx', 'uuid'].map((name) => [name, 'video/mp4'] as const),
  ...['moov', 'mdat', 'wide', 'pnot'].map((name) => [name, 'video/quicktime'] as const),
])

const latin = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))

function boxesOf(bytes: Uint8Array): string | undefined {
  const name = latin(bytes, 4, 8)
  return name === 'ftyp' ? (brands.get(latin(bytes, 8, 12)) ?? 'video/mp4') : firstBoxes.get(name)
}

/** A frame of MPEG audio: eleven bits set, then version, layer (none for AAC) and what is never all ones. */
function frameOf([first, second = 0, third = 0xff]: Uint8Array): string | undefined {
  if (first !== 0xff || (second & 0xe0) !== 0xe0 || (second & 0x18) === 0x08) return undefined
  if ((second & 0xf6) === 0xf0) return 'audio/aac'
  return (second & 0x06) !== 0 && third >>> 4 !== 15 && (third & 0x0c) !== 0x0c ? 'audio/mpeg' : undefined
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
