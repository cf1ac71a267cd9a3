import type { Failure, HttpReply, NativeAmount, NativeTask } from '@reelay/core'
import { type Complaint, readComplaint } from './complaint.ts'
import { readFailure } from './failures.ts'
import { readBody } from './wire.ts'

/** A task with what its status and its result say of its failure. */
export interface FalTask extends NativeTask {
  /** `error` and `error_type` of the status. */
  readonly error?: Complaint | undefined
  readonly failure?: Failure
}

/** Statuses that say nothing about the task: keys, locks, rate limits and timeouts of the read itself. */
const aboutTheRead: ReadonlySet<number> = new Set([401, 403, 408, 425, 429])

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

/** The file of a result. Only `url` is always there; `content_type` is sometimes a generic one. */
function readClip(reply: HttpReply): NativeTask['outputs'] {
  const { url, content_type } = readBody(reply.body).video ?? {}
  if (!url) return undefined
  return [{ kind: 'video', url, mediaType: content_type?.startsWith('video/') ? content_type : 'video/mp4' }]
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
    const outputs = readClip(reply)
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
