import {
  type CancelResult,
  type Cost,
  type Failure,
  type HttpReply,
  maybe,
  type NativeAmount,
  type NativeTask,
  type Output,
  type Refusal,
  wireEither,
  wireId,
  wireNumber,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { failures, type PiapiErrorRow, piapiErrors, statuses, unlisted, wordings } from './tables.ts'

// Loose on purpose: `output`, `meta` and `logs` may be null, `{}` or missing (dossier, rule 3), and a field we cannot
// use must not cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
const number = maybe(wireNumber)

const clip = z.object({
  // Under one of these names is the address; any of them may be ''.
  resource_without_watermark: text,
  resource: text,
  url: text,
  // Milliseconds, inside `works`.
  duration: number,
})

// Where a result may be, by family of models.
const output = z.object({
  works: maybe(z.array(maybe(z.object({ video: maybe(clip), image: maybe(clip) })))),
  video_url: text,
  video: wireEither(z.string(), clip),
})

// What was set aside and what was taken, in points: 10,000,000 are one dollar.
const usage = z.object({ type: text, frozen: number, consume: number })

const task = z.object({
  task_id: wireId,
  status: text,
  output: maybe(output),
  logs: maybe(z.array(text)),
  meta: maybe(z.object({ created_at: text, started_at: text, ended_at: text, usage: maybe(usage) })),
  error: maybe(z.object({ raw_message: text, message: text })),
})

// What every reply is wrapped in. `code` is 200 on success; on errors the HTTP status once more.
const envelope = z.object({
  code: wireScalar,
  message: text,
  data: z.optional(z.unknown()),
})

type Clip = z.infer<typeof clip>
type Result = z.infer<typeof output>
type Usage = z.infer<typeof usage>
type Task = z.infer<typeof task>

const readEnvelope = wireReader(envelope)
const readNative = wireReader(task)
const readClip = wireReader(clip)

/** What a reply wraps; `undefined` when it wraps nothing. */
export const dataOf = (body: unknown): unknown => readEnvelope(body)?.data

/** Where an uploaded file is: clips have a `url` of the same kind. */
export const readUploaded = (reply: HttpReply): string | undefined =>
  readClip(dataOf(reply.body))?.url || undefined

/** The last thing said in a task's `logs`. */
const logged = ({ logs }: Task): string | undefined => logs?.filter((line) => !!line?.trim()).at(-1)

// Replies name no type: every recorded clip is an .mp4, and pictures are what their addresses end in.
const pictureType = (url: string): string => (/\.jpe?g(\?|$)/i.test(url) ? 'image/jpeg' : 'image/png')

const video = (url: string): Output => ({ kind: 'video', url, mediaType: 'video/mp4' })
const picture = (url: string): Output => ({ kind: 'image', url, mediaType: pictureType(url) })

// `||`, not `??`: the address that does not apply is '' rather than missing.
const urlOf = (clip: Clip | undefined): string | undefined =>
  clip?.resource_without_watermark || clip?.resource || clip?.url || undefined

function ofWork(clip: Clip | undefined, as: (url: string) => Output = video): Output | undefined {
  const url = urlOf(clip)
  if (url === undefined) return undefined
  const { duration = 0, resource } = clip ?? {}
  return {
    ...as(url),
    // Milliseconds: 5100 for a clip of 5 s.
    ...(duration > 0 ? { duration: duration / 1_000 } : {}),
    ...(resource && resource !== url ? { watermarkUrl: resource } : {}),
  }
}

/** The files, wherever this family of models keeps them, in the order of the dossier's section 7. */
function outputsOf({ works = [], video_url: url, video: either }: Result): readonly Output[] {
  const outputs = works
    .map((work) => ofWork(work?.video) ?? ofWork(work?.image, picture))
    .filter((output) => output !== undefined)
  if (outputs.length > 0) return outputs
  const only = url || (typeof either === 'string' ? either : urlOf(either))
  return only ? [video(only)] : []
}

/** Milliseconds since the epoch. `0001-01-01T00:00:00Z` stands for "not yet". */
export function timeOf(text: string | undefined): number | undefined {
  // Nine digits of a second come; the language promises to read three.
  const time = Date.parse(text?.replace(/(\.\d{3})\d+/, '$1') ?? '')
  return time > 0 ? time : undefined
}

/**
 * What was taken, once the task has ended. Before, `consume` is either 0 (the price is only frozen) or, on kling-turbo,
 * an advance that a failure may give back.
 */
function chargeOf(status: string, usage: Usage | undefined): NativeAmount | undefined {
  const { type, frozen = 0, consume } = usage ?? {}
  const known = statuses[status]
  if (consume === undefined || (known !== 'succeeded' && known !== 'failed' && known !== 'canceled')) {
    return undefined
  }
  // Nothing taken: believable of a task that failed and has nothing frozen, not of a clip.
  if (consume === 0 && (known === 'succeeded' || frozen !== 0)) return undefined
  // `point` and `llm` (kling-turbo) are of one size; what a `quota` of 2024 was worth is not known.
  return { amount: consume, unit: type === 'quota' ? type : 'point' }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** A task as PiAPI gave it, but for the webhook secret, which it repeats in clear text whoever set it. */
function withoutSecret(task: unknown): unknown {
  if (!isRecord(task) || !isRecord(task.config) || !isRecord(task.config.webhook_config)) return task
  const { secret: _secret, ...kept } = task.config.webhook_config
  return { ...task, config: { ...task.config, webhook_config: kept } }
}

/** The task a create made. Its id is all that must be there: a paid task is never dropped for a missing field. */
export function readCreated(reply: HttpReply): NativeTask | undefined {
  const data = dataOf(reply.body)
  const task = readNative(data)
  if (!task?.task_id) return undefined
  const { meta, error } = task
  const nativeStatus = task.status ?? ''
  const status = nativeStatus.trim().toLowerCase()
  // The cause comes before what PiAPI calls it; on some families it stands in the logs alone (a client, 2026-09).
  const called = error?.message
  const cause = error?.raw_message || (statuses[status] === 'failed' && logged(task)) || called
  return {
    id: task.task_id,
    status,
    nativeStatus,
    message: cause && called && cause !== called ? `${cause} (${called})` : cause,
    createdAt: timeOf(meta?.created_at),
    updatedAt: timeOf(meta?.ended_at) ?? timeOf(meta?.started_at),
    outputs: outputsOf(task.output ?? {}),
    charged: chargeOf(status, meta?.usage),
    raw: withoutSecret(data),
  }
}

/**
 * The task a query answers with; `undefined` without an id or a status. An empty status is one: an old sample has it,
 * and it means no more than "ask again".
 */
export function readTask(reply: HttpReply): NativeTask | undefined {
  const data = dataOf(reply.body)
  return readNative(data)?.status === undefined ? undefined : readCreated(reply)
}

/** Points in money, 10,000,000 to the dollar: two samples agree (2025-12, 2026-02), a client checked it (2026-09). */
export function costOf({ charged }: NativeTask): Cost | undefined {
  if (charged?.unit !== 'point') return charged && { native: charged, basis: 'reported' }
  return { microUsd: Math.round(charged.amount / 10), native: charged, basis: 'derived' }
}

function rowFor(status: number, code: string): PiapiErrorRow {
  const found = piapiErrors[code] ?? piapiErrors[status]
  if (found) return found
  const about = /^[45]\d\d$/.test(code) ? Number(code) : status
  if (about >= 500) return piapiErrors[500] ?? unlisted
  return about < 400 ? unlisted : { ...unlisted, code: 'ERR_INVALID_REQUEST', retryable: false }
}

// Other codes need no interpreter.
const general = /INVALID|UNAVAILABLE|UNEXPECTED/

/**
 * What a reply refuses: `code` other than 200, on HTTP 200 as well; `undefined` for success and for replies that are not
 * PiAPI's own. Code 0 is left to the reader: the legacy API and one generated sample succeed with it.
 */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const envelope = readEnvelope(reply.body)
  // What a 401 says was not recorded for certain; that it is one is enough.
  const unnamed = envelope && reply.status === 401 ? 401 : ''
  const nativeCode = String(envelope?.code ?? unnamed)
  if (!/^[1-9]\d*$/.test(nativeCode) || nativeCode === '200') return undefined
  // `data` may be null, or a task whose error has the cause.
  const task = readNative(envelope?.data)
  const { raw_message: raw, message: called } = task?.error ?? {}
  const told = [raw, task && logged(task), called, envelope?.message].filter((one) => !!one)
  const row = rowFor(reply.status, nativeCode)
  const words = wordings.find(
    ([pattern, means]) =>
      pattern.test(told.join(' ')) && (means.outcome === 'unknown' || general.test(row.code)),
  )?.[1]
  const { code, retryable, outcome } = { ...row, ...words }
  return {
    code,
    retryable,
    // A gateway that failed on the way back cannot say that there is none.
    outcome: reply.status >= 500 ? 'unknown' : outcome,
    nativeCode,
    message: told[0],
    // There is no request id; the id of a task named in a refusal is the thread to pull.
    requestId: task?.task_id || undefined,
    ...(code === 'ERR_NOT_FOUND' ? { missing: true } : {}),
  }
}

/** The body of a cancel is not documented; only pending tasks can be stopped, the rest are refused with 400. */
export function readCancel(reply: HttpReply): CancelResult | undefined {
  const refusal = readRefusal(reply)
  if (refusal) return refusal.nativeCode === '400' || reply.status === 400 ? 'too-late' : undefined
  const code = Number(readEnvelope(reply.body)?.code)
  if (reply.status !== 204 && (reply.status >= 300 || (code !== 200 && code !== 0))) return undefined
  const now = statuses[readTask(reply)?.status ?? '']
  if (now === undefined || now === 'canceled') return 'canceled'
  return now === 'queued' || now === 'running' ? 'requested' : 'too-late'
}

/** Why a task failed: PiAPI's words, then what to do. Whether it was charged is in `cost`, when PiAPI says. */
export function readFailure({ message }: NativeTask): Failure {
  const words = message?.trim() || 'PiAPI gave no reason'
  const row = failures.find(([pattern]) => pattern.test(words))
  const [, reason = 'unknown', retryable = false, advice = 'Look it up in the workspace first.'] = row ?? []
  const flagged = reason === 'content'
  return { reason, message: `${words.replace(/\.$/, '')}. ${advice}`, retryable, ...(flagged && { flagged }) }
}
