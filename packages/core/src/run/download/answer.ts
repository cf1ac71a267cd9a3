import { retryAfterMs } from '../../provider/http/retry-after.ts'

/** What an answer says about the file behind it. */
export interface FileFacts {
  /** Bytes of the whole file. */
  readonly size: number | undefined
  /** As the server calls it; `undefined` where it calls everything the same. */
  readonly mediaType: string | undefined
  /** What names this very version in `If-Range`; without one a broken transfer cannot go on. */
  readonly version: string | undefined
}

/** What an answer means to a transfer that has some bytes already. */
export type Answer =
  /** The file from its beginning. */
  | { readonly type: 'start'; readonly file: FileFacts }
  /** From where the transfer stands, up to `end` (exclusive). */
  | { readonly type: 'continue'; readonly end: number; readonly size: number | undefined }
  /** From the beginning, but of the same version: what is there already can be skipped. */
  | { readonly type: 'same' }
  /** There is nothing after what the transfer has. */
  | { readonly type: 'complete' }
  | { readonly type: 'changed'; readonly file?: FileFacts }
  | { readonly type: 'expired' }
  | { readonly type: 'later'; readonly retryAfterMs: number | undefined }
  | { readonly type: 'refused'; readonly why: string; readonly retryable: boolean }

// 403 is what object stores answer for an expired signature, 404 and 410 what others do.
const expired: ReadonlySet<number> = new Set([401, 403, 404, 410])
const passing: ReadonlySet<number> = new Set([408, 425, 429])
// What stores call files whose type they were not told.
const nameless: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream'])

const refused = (why: string, retryable = false): Answer => ({ type: 'refused', why, retryable })

const typeOf = (headers: Headers): string | undefined =>
  headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()

const digits = (text: string | null): number | undefined =>
  text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/**
 * What `If-Range` may say (RFC 9110, section 13.1.5): a strong entity tag; else, if there is no tag at all, a date that
 * is at least a second older than the answer (section 8.8.2.2).
 */
function versionOf(headers: Headers): string | undefined {
  const tag = headers.get('etag')
  if (tag !== null) return /^"[^"]*"$/.test(tag) ? tag : undefined
  const modified = headers.get('last-modified')
  const ageMs = Date.parse(headers.get('date') ?? '') - Date.parse(modified ?? '')
  return modified !== null && ageMs >= 1_000 ? modified : undefined
}

function factsOf({ headers }: Response): FileFacts {
  const type = typeOf(headers)
  const mediaType = type && !nameless.has(type) ? type : undefined
  // With a content encoding length and ranges count other bytes than those we see.
  if (headers.has('content-encoding')) return { size: undefined, mediaType, version: undefined }
  return { size: digits(headers.get('content-length')), mediaType, version: versionOf(headers) }
}

function isText(mediaType: string | undefined): boolean {
  return !!mediaType && /^text\/|^application\/(.*[+/])?(json|xml|xhtml\+xml)$/.test(mediaType)
}

function readPart({ headers }: Response, at: number, file: FileFacts): Answer {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(headers.get('content-range') ?? '')
  const tag = headers.get('etag')
  if (tag !== null && file.version?.startsWith('"') && tag !== file.version) return { type: 'changed' }
  if (!range) return refused('answered with a part and did not say which (no Content-Range)')
  const [first = 0, last = 0] = range.slice(1, 3).map(Number)
  const size = digits(range[3] ?? '')
  if (first !== at || last < first || (size !== undefined && last >= size)) {
    return refused(`answered with the wrong part (${range[0]}, asked from ${at})`)
  }
  if (file.size !== undefined && size !== undefined && size !== file.size) return { type: 'changed' }
  return { type: 'continue', end: last + 1, size: file.size ?? size }
}

/**
 * Reads the answer to a request for a file.
 *
 * @param at Bytes there are already; more than none only if the request asked for what follows them.
 * @param file What is known of the file they are of.
 */
export function readAnswer(response: Response, at: number, file: FileFacts | undefined): Answer {
  const { status, headers } = response
  if (response.type === 'opaqueredirect') {
    return refused(
      'redirects, and a browser does not say where to. Give a `fetch` that goes through your server',
    )
  }
  if (expired.has(status)) return { type: 'expired' }
  if (passing.has(status) || status >= 500) {
    const date = Date.parse(headers.get('date') ?? '')
    const serverNow = Number.isNaN(date) ? undefined : date
    return { type: 'later', retryAfterMs: retryAfterMs(headers.get('retry-after') ?? undefined, serverNow) }
  }
  const resuming = at > 0 && file !== undefined
  if (resuming && status === 206) return readPart(response, at, file)
  if (resuming && status === 416) {
    return headers.get('content-range') === `bytes */${at}` ? { type: 'complete' } : { type: 'changed' }
  }
  if (status === 206)
    return refused('answered with a part of the file, which nobody asked for (HTTP 206)', true)
  if (status !== 200) return refused(`answered HTTP ${status}`)
  const now = factsOf(response)
  if (isText(typeOf(headers))) return refused(`answered with ${now.mediaType} instead of the file`, true)
  if (!resuming) return { type: 'start', file: now }
  const same = now.version !== undefined && now.version === file.version && now.size === file.size
  return same ? { type: 'same' } : { type: 'changed', file: now }
}
