import { type Media, type MediaForm, type MediaRule, openMedia, toBase64 } from './media.ts'
import { type Problem, problem } from './problem.ts'
import { sniff } from './sniff.ts'

// In the unit providers mean by their limits: 10 MB is 10 x 1,024 x 1,024 bytes there.
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`

function bytesProblems(
  field: string,
  bytes: Uint8Array,
  declared: string | undefined,
  rule: MediaRule,
): Problem[] {
  const found = sniff(bytes)
  const mediaType = found?.mediaType ?? declared
  const allowed = rule.mediaTypes.join(', ')
  if (mediaType === undefined || !rule.mediaTypes.includes(mediaType)) {
    return [
      problem(
        field,
        'media-type',
        `The file is ${mediaType ?? 'of no type we recognise'}; accepted are ${allowed}.`,
        `Convert it to ${rule.mediaTypes[0]}.`,
      ),
    ]
  }
  const { width, height } = found ?? {}
  if (width === undefined || height === undefined) return []
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  if (rule.minSide !== undefined && short < rule.minSide) {
    const message = `The image is ${width}x${height} px; each side needs at least ${rule.minSide} px.`
    return [problem(field, 'media-size', message, 'Scale it up, or use a larger original.')]
  }
  if (rule.maxRatio !== undefined && long / short > rule.maxRatio) {
    const message = `The image is ${width}x${height} px; one side may be at most ${rule.maxRatio} times the other.`
    return [problem(field, 'media-size', message, 'Crop it.')]
  }
  return []
}

/** What is wrong with a media value, as far as can be said without reading a `Blob` or fetching a URL. */
export function mediaProblems(field: string, media: Media, rule: MediaRule): Problem[] {
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
        'Put the file where the provider can fetch it, and pass its URL.',
      ),
    ]
  }
  const size = opened.type === 'blob' ? opened.blob.size : opened.bytes.byteLength
  if (size === 0) return [problem(field, 'media-size', 'The file is empty.', 'Pass the whole file.')]
  if (size > rule.maxBytes) {
    const message = `The file has ${megabytes(size)}; at most ${megabytes(rule.maxBytes)} are accepted.`
    return [problem(field, 'media-size', message, 'Scale it down, or compress it more.')]
  }
  if (opened.type === 'bytes') return bytesProblems(field, opened.bytes, opened.mediaType, rule)
  const declared = opened.blob.type
  if (declared === '' || rule.mediaTypes.includes(declared)) return []
  return bytesProblems(field, new Uint8Array(), declared, rule)
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

/** Reads and converts a media value; problems that show only in the bytes of a `Blob` come back as such. */
export async function prepareMedia(
  field: string,
  media: Media,
  rule: MediaRule,
): Promise<PreparedMedia | readonly Problem[]> {
  const opened = openMedia(media)
  if (opened.type === 'url') return { form: 'url', value: opened.url, content: opened.url }
  if (opened.type === 'invalid') return mediaProblems(field, media, rule)
  const blob = opened.type === 'blob' ? opened.blob : undefined
  const bytes = opened.type === 'bytes' ? opened.bytes : new Uint8Array(await (blob as Blob).arrayBuffer())
  const declared = opened.type === 'bytes' ? opened.mediaType : blob?.type || undefined
  const problems = bytesProblems(field, bytes, declared, rule)
  if (problems.length > 0) return problems
  const mediaType = sniff(bytes)?.mediaType ?? declared ?? 'application/octet-stream'
  const ready = (form: MediaForm, value: string): PreparedMedia => ({
    form,
    value,
    mediaType,
    content: bytes,
  })
  if (rule.forms.includes('base64')) return ready('base64', toBase64(bytes))
  const inline = bytes.byteLength <= (rule.inlineMaxBytes ?? Number.POSITIVE_INFINITY)
  if (rule.forms.includes('data-uri') && (inline || !rule.forms.includes('upload'))) {
    return ready('data-uri', `data:${mediaType};base64,${toBase64(bytes)}`)
  }
  return ready('upload', '')
}
