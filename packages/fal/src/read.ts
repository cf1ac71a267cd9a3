import {
  type CancelResult,
  type ErrorRow,
  type Failure,
  type HttpReply,
  maybe,
  type NativeAmount,
  type NativeTask,
  type Refusal,
  wireEither,
  wireId,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { aboutTheRead, advice, cancelWords, failures, refusals } from './tables.ts'

// Loose on purpose: replies differ in nulls, absent keys and extra ones, and a field we cannot use must not cost us a
// paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())

// One entry of a model error.
const detail = z.object({ loc: maybe(z.array(wireScalar)), msg: text, type: text })

// Only `url` is always there; `content_type` is sometimes a generic one.
const file = z.object({ url: text, content_type: text })

// The fields that we read of any reply of fal's: status, result, error and cancel do not overlap.
const body = z.object({
  status: text,
  request_id: wireId,
  error: text,
  error_type: text,
  type: text,
  detail: wireEither(z.string(), z.array(maybe(detail))),
  success: maybe(z.boolean()),
  video: maybe(file),
  images: maybe(z.array(maybe(file))),
  image: maybe(file),
  audio: maybe(file),
})

// What the platform API (histories, prices) wraps its complaints in; source: its schema of 2026-08-21.
const platform = z.object({ error: z.object({ type: z.string(), message: text }) })

const readObject = wireReader(body)
const readPlatform = wireReader(platform)
const readUpload = wireReader(z.object({ upload_url: z.string(), file_url: z.string() }))

/** A reply's body; empty when it is not an object. */
const readBody = (value: unknown): z.infer<typeof body> => readObject(value) ?? {}

/** Where the bytes of an upload go, and where the file is then. */
export function readUploadUrls({
  body,
}: HttpReply): { readonly to: string; readonly at: string } | undefined {
  const { upload_url: to, file_url: at } = readUpload(body) ?? {}
  return to && at ? { to, at } : undefined
}

/** What a reply complains about. */
export interface Complaint {
  /** fal's machine word: of the first detail, of the platform, or of its header. */
  readonly type?: string | undefined
  /** fal's own words. */
  readonly words?: string | undefined
}

/** `Field required (prompt)`: without its field, a message about the input helps nobody. */
function sentence({ msg, type, loc }: z.infer<typeof detail>): string {
  const field = loc?.slice(1).join('.')
  return `${msg || type || ''}${field ? ` (${field})` : ''}`
}

/**
 * Reads the shapes of fal's errors: `detail` as a list (model), as a text with `error_type` (queue), and as a text alone
 * (gateway); and the platform API's envelope. Source: errors and request-errors pages, 2026-09.
 */
export function readComplaint({ body, headers }: HttpReply): Complaint {
  const platform = readPlatform(body)?.error
  if (platform) return { type: platform.type, words: platform.message }
  const { detail, error_type, type } = readBody(body)
  const details = Array.isArray(detail) ? detail.filter((one) => !!one) : []
  const words = typeof detail === 'string' ? detail : details.map(sentence).filter(Boolean).join('; ')
  return {
    type: details[0]?.type || error_type || type || headers['x-fal-error-type'] || undefined,
    words: words || undefined,
  }
}

function rowFor(status: number, said: string): ErrorRow & { readonly missing?: true } {
  const listed = refusals.find((one) => one.status === status && (one.pattern?.test(said) ?? true))
  if (listed) {
    const { status: _status, pattern: _pattern, ...found } = listed
    return found
  }
  if (status >= 500) return { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' }
  const forbidden = status === 403
  const code = forbidden ? 'ERR_FORBIDDEN' : 'ERR_INVALID_REQUEST'
  return { code, retryable: forbidden, outcome: 'unknown' }
}

/** What a reply refuses; `undefined` for 2xx, redirects, and answers that are not fal's own. */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const { status, headers } = reply
  if (status < 400 || status === 408 || status === 425) return undefined
  const { type, words } = readComplaint(reply)
  const word = readBody(reply.body).status || undefined
  // What a 401 says was not recorded for certain; that it is one is enough.
  const isObject = readObject(reply.body) !== undefined
  const message = words ?? word ?? type
  if (message === undefined && !(status === 401 && isObject)) return undefined
  const isTyped = status === 429 || type === 'authorization_error'
  const found = rowFor(status, isTyped ? `${type} ${words}` : (message ?? ''))
  return { ...found, nativeCode: type ?? word, message, requestId: headers['x-fal-request-id'] }
}

/** fal's verdict on trying again, under its present and its older name. */
function retryHeader(headers: HttpReply['headers']): boolean | undefined {
  if (headers['x-fal-request-timeout-type'] === 'user') return false
  const said = headers['x-fal-needs-retry'] ?? headers['x-fal-retryable']
  return said === undefined ? undefined : said === '1' || said === 'true'
}

/** Why a task failed: fal's words, then what to do. */
export function readFailure({ type = '', words }: Complaint, { status, headers }: HttpReply): Failure {
  const listed = failures.find(([pattern]) => pattern.test(type))
  const byStatus = status >= 500 ? 'internal' : status >= 400 ? 'input' : 'unknown'
  const [, reason, retryable] = listed ?? ['', byStatus, status >= 500]
  const flagged = reason === 'content'
  const said = (words || type || `fal gave no reason (HTTP ${status})`).replace(/\.$/, '')
  return {
    reason,
    message: [`${said}.`, advice[reason]].filter(Boolean).join(' '),
    retryable: !flagged && (retryHeader(headers) ?? retryable),
    ...(flagged && { flagged }),
  }
}

/** A task with what its status and its result say of its failure. */
export interface FalTask extends NativeTask {
  /** `error` and `error_type` of the status. */
  readonly error?: Complaint | undefined
  readonly failure?: Failure
}

function readTask({ body }: HttpReply, id: string | undefined, status: string): FalTask | undefined {
  const { error, error_type } = readBody(body)
  const failed = error || error_type
  if (!id || !status) return undefined
  return {
    id,
    status,
    ...(failed && { error: { words: error || undefined, type: error_type || undefined } }),
    raw: body,
  }
}

/** The task a create made. Its id is all that must be there. */
export function readCreated(reply: HttpReply): NativeTask | undefined {
  const { request_id, status } = readBody(reply.body)
  return readTask(reply, request_id || undefined, status || 'IN_QUEUE')
}

/** The task a status describes; without its word it is a reply to ask for again. The id is in a header as well. */
export function readStatus(reply: HttpReply): NativeTask | undefined {
  const { request_id, status } = readBody(reply.body)
  return readTask(reply, request_id || reply.headers['x-fal-request-id'], status || '')
}

/** What fal bills, in the endpoint's units: it is in no body, only in the result's header. */
function readCharge(headers: HttpReply['headers']): NativeAmount | undefined {
  const units = headers['x-fal-billable-units']
  return units ? { amount: Number(units), unit: 'unit' } : undefined
}

const usual = { video: 'video/mp4', image: 'image/png', audio: 'audio/mpeg' } as const

/** The files of a result, whatever its endpoint calls them. */
function readFiles(reply: HttpReply): NativeTask['outputs'] {
  const { video, image, images = [], audio } = readBody(reply.body)
  const named = [
    { kind: 'video', file: video } as const,
    ...[image, ...images].map((picture) => ({ kind: 'image', file: picture }) as const),
    { kind: 'audio', file: audio } as const,
  ]
  const outputs = named.flatMap(({ kind, file: { url, content_type: type } = {} }) =>
    url ? [{ kind, url, mediaType: type?.startsWith(`${kind}/`) ? type : usual[kind] }] : [],
  )
  return outputs.length > 0 ? outputs : undefined
}

/**
 * A completed task with what its result adds, which may be that it failed: fal has no status for that, and repeats the
 * model's own refusal here. `undefined` for answers that say nothing about the task.
 */
export function readResult(task: FalTask, reply: HttpReply): NativeTask | undefined {
  const { status, headers } = reply
  const charged = readCharge(headers)
  const ended: FalTask = { ...task, ...(charged && { charged }), raw: reply.body }
  const complaint = readComplaint(reply)
  const words = complaint.words ?? task.error?.words
  const type = complaint.type ?? task.error?.type
  const failed = (): FalTask =>
    type === 'client_cancelled'
      ? { ...ended, status: type }
      : { ...ended, status: 'ERROR', failure: readFailure({ type, words }, reply) }

  if (status < 300) {
    const outputs = readFiles(reply)
    if (outputs) return { ...ended, outputs }
    return task.error && reply.body !== undefined ? failed() : undefined
  }
  // An ingress fault is a page of HTML; a body of fal's own is JSON.
  if (status < 400 || aboutTheRead.has(status) || reply.body === undefined) return undefined
  if (/still in progress/i.test(complaint.words ?? '')) return { ...task, status: 'IN_PROGRESS' }
  // A platform's 5xx that neither the status nor the header knows of is this read's own trouble (dossier, section 3.2).
  const byModel = Array.isArray(readBody(reply.body).detail)
  if (status >= 500 && !task.error && !byModel && headers['x-fal-error-type'] === undefined) return undefined
  if (task.error) return failed()
  // A path that the app does not know is the app's own answer, and counted.
  const byApp = charged !== undefined || words?.startsWith('Path ')
  if (status === 410 || (status === 404 && !byApp)) return { ...ended, expired: true }
  if (type !== undefined) return failed()
  // A plain 400 is how a result read too early is told; its wording is known second-hand.
  if (status === 400 && typeof readBody(reply.body).detail === 'string')
    return { ...task, status: 'IN_PROGRESS' }
  return words !== undefined ? failed() : undefined
}

/** Why a task failed, as its result told. */
export function failureOf(task: FalTask): Failure {
  return (
    task.failure ?? {
      reason: 'unknown',
      message: task.error?.words ?? 'fal gave no reason.',
      retryable: false,
    }
  )
}

/** What came of a wish to cancel. Three descriptions of the reply contradict each other, so any 2xx is a yes of sorts. */
export function readCancel({ status, body }: HttpReply): CancelResult | undefined {
  const { status: word, success } = readBody(body)
  const verdict = cancelWords.get(word ?? '')
  if (verdict || status >= 300) return verdict
  return success === false ? 'too-late' : 'requested'
}
