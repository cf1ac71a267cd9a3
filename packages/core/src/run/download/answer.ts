import { retryAfterMs } from '../../provider/http/reply.ts'

/** What an answer says about the file behind it. */
export interface FileFacts {
  /** Bytes of the whole file. */
  readonly size: number | undefined
  /** As the server calls it, which decides nothing; `undefined` where it calls everything the same. */
  readonly mediaType: string | undefined
  /** The content codings it names; what arrives here should be without them. */
  readonly coding: string | undefined
  /** What names this very version in `If-Range`; without one a broken transfer cannot go on. */
  readonly version: string | undefined
}

/** What an answer means to a transfer that has some bytes already. */
export type TransferAnswer =
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

// 403 is what object stores answer for an expired signature, 404 and 410 what others do; 400 is S3's and Google's for an
// expired token (ExpiredToken).
const expired: ReadonlySet<number> = new Set([400, 401, 403, 404, 410])
// 202: it is not there yet.
const passing: ReadonlySet<number> = new Set([202, 408, 425, 429])
// 203: through a proxy that may have changed its headers (RFC 9110, section 15.3.4).
const whole: ReadonlySet<number> = new Set([200, 203])
// What stores call files whose type they were not told.
const nameless: ReadonlySet<string> = new Set(['application/octet-stream', 'binary/octet-stream'])

const refused = (why: string, retryable = false): TransferAnswer => ({ type: 'refused', why, retryable })

// What is printed of it is a name, or nothing.
const nameIn = (text: string | null | undefined, form: RegExp): string | undefined =>
  form.exec((text ?? '').trim().toLowerCase())?.[0]

const typeOf = (headers: Headers): string | undefined =>
  nameIn(headers.get('content-type'), /^[\w.+-]{1,60}\/[\w.+-]{1,60}/)

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
  const codings = (headers.get('content-encoding') ?? '').split(',').map((one) => one.trim().toLowerCase())
  const [coding] = codings.filter((one) => one !== '' && one !== 'identity')
  // With a content coding length and ranges count other bytes than those we see.
  if (coding) {
    const named = nameIn(coding, /^[\w.-]{1,20}/) ?? 'unknown'
    return { size: undefined, mediaType, coding: named, version: undefined }
  }
  const size = digits(headers.get('content-length'))
  return { size, mediaType, coding: undefined, version: versionOf(headers) }
}

function readPart({ headers }: Response, at: number, file: FileFacts): TransferAnswer {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(headers.get('content-range') ?? '')
  const tag = headers.get('etag')
  if (tag !== null && file.version?.startsWith('"') && tag !== file.version) return { type: 'changed' }
  // A part of something encoded is counted in other bytes than those there are.
  if (/^(?!identity$)./i.test(headers.get('content-encoding') ?? '')) return { type: 'changed' }
  if (!range) return refused('answered with a part and did not say which (no Content-Range)')
  const [first = 0, last = 0] = range.slice(1, 3).map(Number)
  const size = digits(range[3] ?? '')
  if (first !== at || last < first || (size !== undefined && last >= size)) {
    return refused(`answered with the wrong part (${range[0]}, asked from ${at})`)
  }
  if (file.size !== undefined && size !== undefined && size !== file.size) return { type: 'changed' }
  return { type: 'continue', end: last + 1, size: file.size ?? size }
}

/** Whether a part that nobody asked for is all of the file, as some servers answer everything. */
function isAll(headers: Headers, { size }: FileFacts): boolean {
  const [, last, of] = /^bytes 0-(\d{1,15})\/(\d{1,15})$/i.exec(headers.get('content-range') ?? '') ?? []
  return last !== undefined && Number(last) + 1 === Number(of) && (size ?? Number(of)) === Number(of)
}

/**
 * Reads the answer to a request for a file.
 *
 * @param at Bytes there are already; more than none only if the request asked for what follows them.
 * @param file What is known of the file they are of.
 */
export function readAnswer(response: Response, at: number, file: FileFacts | undefined): TransferAnswer {
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
  const now = factsOf(response)
  if (status === 206 && !isAll(headers, now)) {
    return refused('answered with a part of the file, which nobody asked for (HTTP 206)', true)
  }
  if (status !== 206 && !whole.has(status)) return refused(`answered HTTP ${status}`)
  if (!resuming) return { type: 'start', file: now }
  const same = now.version !== undefined && now.version === file.version && now.size === file.size
  return same ? { type: 'same' } : { type: 'changed', file: now }
}
