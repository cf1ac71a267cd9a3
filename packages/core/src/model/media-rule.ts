import { type Media, type MediaForm, type MediaRule, openMedia, toBase64 } from './media.ts'
import { type Problem, problem } from './problem.ts'
import { sniff } from './sniff.ts'
import { printable } from './text.ts'

/**
 * A size and its limit as a person says them, both in the unit of the limit: providers that say 10 MB mean 10 x 1,024 x
 * 1,024 bytes or ten million of them. With as many digits as it takes to tell them apart.
 */
function sizes(size: number, most: number): readonly [size: string, most: string] {
  const unit = most % 1_000_000 === 0 ? 1_000_000 : 1_048_576
  const inUnits = (bytes: number, digits: number): string => String(Number((bytes / unit).toFixed(digits)))
  const digits = [1, 2, 3].find((count) => inUnits(size, count) !== inUnits(most, count)) ?? 6
  return [`${inUnits(size, digits)} MB`, `${inUnits(most, digits)} MB`]
}

// What the bytes of these types begin with is known, so bytes that do not are something else.
const recognised =
  /^(image\/(png|jpeg|gif|webp|avif|heic|heif)|video\/(mp4|quicktime|webm)|audio\/(mpeg|wav|mp4))$/

// A frame more or less, and what a header rounds.
const slackS = 0.05

// Other names of types, as browsers and tools give them to files (IANA's media types name few of them).
const sameType: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
}

const isSvg = (bytes: Uint8Array): boolean =>
  /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(
    new TextDecoder().decode(bytes.subarray(0, 1_024)),
  )

function bytesProblems(
  field: string,
  bytes: Uint8Array,
  declared: string | undefined,
  rule: MediaRule,
  name: string,
  lengthOf: LengthReader | undefined,
): Problem[] {
  const found = sniff(bytes) ?? (isSvg(bytes) ? { mediaType: 'image/svg+xml' } : undefined)
  const called = declared === undefined ? undefined : (sameType[declared] ?? declared)
  const mediaType = found?.mediaType ?? called
  const allowed = rule.mediaTypes.join(', ')
  const refuse = (what: string, fix: string): Problem[] => [
    problem(field, 'media-type', `${name} is ${what}; accepted are ${allowed}.`, fix),
  ]
  if (mediaType === undefined || !rule.mediaTypes.includes(mediaType)) {
    return refuse(mediaType ?? 'of no type we recognise', `Convert it to ${rule.mediaTypes[0]}.`)
  }
  // The bytes decide, whatever it is called; of a Blob not yet read there are none.
  if (!found && bytes.byteLength > 0 && recognised.test(mediaType)) {
    return refuse(`called ${mediaType}, and its bytes are not`, 'Pass the file itself, whole.')
  }
  const [shortest, longest] = rule.seconds ?? [0, Number.POSITIVE_INFINITY]
  const seconds = rule.seconds && lengthOf?.(bytes)
  if (seconds !== undefined && (seconds < shortest - slackS || seconds > longest + slackS)) {
    const message = `${name} lasts ${Number(seconds.toFixed(2))} s; ${shortest} to ${longest} s are accepted.`
    return [problem(field, 'media-size', message, seconds > longest ? 'Cut it.' : 'Pass a longer one.')]
  }
  const { width, height } = found ?? {}
  if (width === undefined || height === undefined) return []
  const image = name === 'The file' ? 'The image' : name
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (rule.minSide !== undefined && short < rule.minSide) {
    const message = `${image} is ${width}x${height} px; each side needs at least ${rule.minSide} px.`
    return [problem(field, 'media-size', message, 'Scale it up, or use a larger original.')]
  }
  if (rule.maxSide !== undefined && long > rule.maxSide) {
    const message = `${image} is ${width}x${height} px; at most ${rule.maxSide} px a side are accepted.`
    return [problem(field, 'media-size', message, 'Scale it down.')]
  }
  if (rule.maxRatio !== undefined && long / short > rule.maxRatio) {
    const message = `${image} is ${width}x${height} px; one side may be at most ${rule.maxRatio} times the other.`
    return [problem(field, 'media-size', message, 'Crop it.')]
  }
  return []
}

/** What a person calls it. */
const nameOf = (media: Media): string =>
  typeof File !== 'undefined' && media instanceof File && media.name ? printable(media.name) : 'The file'

/** Reads how many seconds a file lasts, where its header says so. */
export type LengthReader = (bytes: Uint8Array) => number | undefined

/**
 * What is wrong with a media value, as far as can be said without reading a `Blob` or fetching a URL.
 *
 * @param lengthOf For rules about clips and sounds.
 */
export function mediaProblems(
  field: string,
  media: Media,
  rule: MediaRule,
  lengthOf?: LengthReader,
): Problem[] {
  const opened = openMedia(media)
  if (opened.type === 'invalid') {
    const fix = 'Pass an https URL, a base64 data URI, a Uint8Array or a Blob.'
    return [problem(field, 'media-type', `The media cannot be used: ${opened.why}.`, fix)]
  }
  if (opened.type === 'url') {
    if (rule.forms.includes('url')) return []
    const message = 'This provider does not fetch media from a URL.'
    return [problem(field, 'media-type', message, 'Download it and pass the bytes.')]
  }
  if (rule.forms.every((form) => form === 'url')) {
    const message = 'This provider takes media from a URL only.'
    return [
      problem(
        field,
        'media-type',
        message,
        'Put the file where the provider can fetch it, and pass its URL. A program may give the provider an upload, which does both.',
      ),
    ]
  }
  const name = nameOf(media)
  const size = opened.type === 'blob' ? opened.blob.size : opened.bytes.byteLength
  if (size === 0) return [problem(field, 'media-size', `${name} is empty.`, 'Pass the whole file.')]
  if (size > rule.maxBytes) {
    const [has, most] = sizes(size, rule.maxBytes)
    const message = `${name} has ${has}; at most ${most} are accepted.`
    return [problem(field, 'media-size', message, 'Scale it down, or compress it more.')]
  }
  if (opened.type === 'bytes')
    return bytesProblems(field, opened.bytes, opened.mediaType, rule, name, lengthOf)
  const declared = opened.blob.type
  if (declared === '' || rule.mediaTypes.includes(sameType[declared] ?? declared)) return []
  return bytesProblems(field, new Uint8Array(), declared, rule, name, lengthOf)
}

/** Media ready to be put into a request body. */
export interface PreparedMedia {
  readonly form: MediaForm
  /** The URL, plain base64, or the data URI; empty until an upload has brought it to the provider. */
  readonly value: string
  /** Of bytes. */
  readonly mediaType?: string
  /** What identifies the content for the request hash: the URL itself, or the bytes. */
  readonly content: string | Uint8Array
}

/** In which form bytes are sent, by how many they are. */
export function formFor(rule: MediaRule, size: number): Exclude<MediaForm, 'url'> {
  if (rule.forms.includes('base64')) return 'base64'
  const inline = size <= (rule.inlineMaxBytes ?? Number.POSITIVE_INFINITY)
  return rule.forms.includes('data-uri') && (inline || !rule.forms.includes('upload')) ? 'data-uri' : 'upload'
}

/** Reads and converts a media value; problems that show only in the bytes of a `Blob` come back as such. */
export async function prepareMedia(
  field: string,
  media: Media,
  rule: MediaRule,
  lengthOf?: LengthReader,
): Promise<PreparedMedia | readonly Problem[]> {
  const opened = openMedia(media)
  if (opened.type === 'url') return { form: 'url', value: opened.url, content: opened.url }
  if (opened.type === 'invalid') return mediaProblems(field, media, rule, lengthOf)
  const blob = opened.type === 'blob' ? opened.blob : undefined
  const bytes = opened.type === 'bytes' ? opened.bytes : new Uint8Array(await (blob as Blob).arrayBuffer())
  const declared = opened.type === 'bytes' ? opened.mediaType : blob?.type || undefined
  const problems = bytesProblems(field, bytes, declared, rule, nameOf(media), lengthOf)
  if (problems.length > 0) return problems
  const mediaType = sniff(bytes)?.mediaType ?? declared ?? 'application/octet-stream'
  const form = formFor(rule, bytes.byteLength)
  const before = form === 'data-uri' ? `data:${mediaType};base64,` : ''
  return { form, value: form === 'upload' ? '' : before + toBase64(bytes), mediaType, content: bytes }
}
