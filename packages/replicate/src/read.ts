import {
  type CancelResult,
  type Cost,
  type Failure,
  type HttpReply,
  maybe,
  type NativeTask,
  type Offer,
  type Output,
  type Refusal,
  type SearchRow,
  wireId,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import {
  failures,
  flaggedContent,
  noSuchModel,
  otherFailure,
  otherRefusal,
  replicateErrors,
  serverTrouble,
  statuses,
  unclear,
} from './tables.ts'

// Loose on purpose: keys may be absent rather than null (recordings 2023 to 2026), and a field we cannot use must not
// cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
const number = maybe(wireNumber)
const flag = maybe(z.boolean())
const anything = z.optional(z.unknown())

const prediction = z.object({
  id: wireId,
  // `owner/name`; internal names leaked in 2023 and 2024.
  model: text,
  status: text,
  input: maybe(z.looseObject({})),
  // On Kling one URL; other models answer with lists, texts and objects.
  output: anything,
  error: text,
  source: text,
  data_removed: flag,
  // ISO dates with 3, 6 or 9 digits of fraction.
  created_at: text,
  started_at: text,
  completed_at: text,
  // Seconds, both.
  metrics: maybe(z.object({ predict_time: number, video_output_duration_seconds: number, with_audio: flag })),
})

// What every refusal is wrapped in (RFC 7807 flavour); `detail` is the only reliable member, `retry_after` is in seconds.
const problem = z.object({ detail: z.string(), title: text, retry_after: number })

const isNext = (value: unknown) => value === null || typeof value === 'string'
// Strict about `next`: a page we cannot go on from must not pass for the last one.
const page = z.object({ results: z.array(z.unknown()), next: z.optional(z.custom<string | null>(isNext)) })

const file = z.object({ urls: z.object({ get: z.string() }) })

const readPrediction = wireReader(prediction)
const readProblem = wireReader(problem)
const readPage = wireReader(page)
const readFile = wireReader(file)

/** The address of an uploaded file. */
export const readFileUrl = ({ body }: HttpReply): string | undefined => readFile(body)?.urls.get

/** The query of the next page: an address out of a reply is not followed, only its parameters are used. */
export function readNext({ body }: HttpReply): Readonly<Record<string, string>> | undefined {
  const next = readPage(body)?.next
  return next ? Object.fromEntries(new URLSearchParams(next.replace(/^[^?]*\??/, ''))) : undefined
}

// Input, output, files and logs of predictions made over the API are deleted after it (documentation, 2026).
const heldForMs = 3_600_000

function toMs(date: string | null | undefined): number | undefined {
  const ms = Date.parse(date ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

/** A link; or, in answers of 2024 to `Prefer: wait`, the file itself as a data URI. */
function toFile(output: unknown): Pick<Output, 'url' | 'body' | 'mediaType'> | undefined {
  if (typeof output !== 'string' || output === '') return undefined
  const [, mediaType, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(output) ?? []
  // The output schema names no type; every result seen is an .mp4.
  if (mediaType === undefined || base64 === undefined) return { url: output, mediaType: 'video/mp4' }
  try {
    return { body: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)), mediaType }
  } catch {
    // Asked for again, it comes as a link.
    return undefined
  }
}

function toOutputs({ output, completed_at, source, metrics }: z.infer<typeof prediction>): readonly Output[] {
  const files = [output].flat().map(toFile)
  const completedAt = source === 'web' ? undefined : toMs(completed_at)
  const seconds = files.length === 1 ? metrics?.video_output_duration_seconds : undefined
  return files
    .filter((file) => file !== undefined)
    .map((file) => ({
      kind: 'video',
      ...file,
      ...(typeof seconds === 'number' ? { duration: seconds } : {}),
      ...(completedAt === undefined ? {} : { expiresAt: completedAt + heldForMs }),
    }))
}

function toTask(value: unknown): NativeTask | undefined {
  const read = readPrediction(value)
  if (!read?.id) return undefined
  const status = read.status ?? ''
  const seconds = read.metrics?.video_output_duration_seconds
  // One that brought nothing has lost nothing.
  const lasting = statuses[status] !== 'failed' && statuses[status] !== 'canceled'
  return {
    id: read.id,
    status,
    message: read.error ?? undefined,
    createdAt: toMs(read.created_at),
    updatedAt: toMs(read.completed_at) ?? toMs(read.started_at),
    // An output may stand beside `processing`, after `Prefer: wait`: the task runs on until the status says that the
    // file is whole, which is also when its metrics are there.
    outputs: status === 'succeeded' ? toOutputs(read) : [],
    charged: typeof seconds === 'number' ? { amount: seconds, unit: 'second' } : undefined,
    expired: read.data_removed === true && lasting,
    raw: value,
  }
}

const withStatus = (task: NativeTask | undefined): NativeTask | undefined => (task?.status ? task : undefined)

/** The prediction a create made. Its id is all that must be there: a paid task is never dropped for a missing field. */
export const readCreated = ({ body }: HttpReply): NativeTask | undefined => toTask(body)

/** The prediction a query answers with; `undefined` without an id or a status. */
export const readTask = (reply: HttpReply): NativeTask | undefined => withStatus(toTask(reply.body))

/** Older samples list thin items: an ended one without the key `output` is left to be asked for itself. */
function whole({ status, raw }: NativeTask): boolean {
  const running = statuses[status] === 'queued' || statuses[status] === 'running'
  return running || Object.hasOwn(raw as object, 'output')
}

/** One page of the account's predictions; entries that cannot be used are left out. */
export function readTasks({ body }: HttpReply): readonly NativeTask[] | undefined {
  return readPage(body)
    ?.results.map((item) => withStatus(toTask(item)))
    .filter((task) => task !== undefined && whole(task))
    .filter((task) => task !== undefined)
}

/**
 * The predictions of a page that could be a submission's: made over the API, of its model or of one that is not named as
 * it should be. Two models may be given the same input, so the model counts too. One without its input may be anybody's.
 */
export function readRows({ body }: HttpReply, nativeModel: string): readonly SearchRow[] | undefined {
  return readPage(body)?.results.flatMap((item): SearchRow[] => {
    const task = toTask(item)
    const { input, model, source, data_removed: removed } = readPrediction(item) ?? {}
    const others = model?.startsWith('kwaivgi/') && model !== nativeModel
    if (!task || source === 'web' || others) return []
    return [input && !removed ? { task, echoed: { model: nativeModel, input } } : { task }]
  })
}

const free: Cost = { microUsd: 0, native: { amount: 0, unit: 'usd' }, basis: 'derived' }

/**
 * What a prediction cost: seconds of output at the price of its row. Real bills follow them too. An aborted one is
 * free, a canceled one is charged for what ran (documentation, 2026); whether a failed one is, is unverified.
 */
export function readCost({ status, charged, raw }: NativeTask, offer: Offer | undefined): Cost | undefined {
  const { metrics, input, started_at: startedAt } = readPrediction(raw) ?? {}
  if (status === 'aborted') return free
  if (!charged) {
    return status === 'canceled' && !startedAt && !metrics?.predict_time ? free : undefined
  }
  const { rates: { any, silent = any, audio = any } = {}, unitUsd = 0 }: Partial<Offer['price']> =
    offer?.price ?? {}
  const told =
    metrics?.with_audio ??
    input?.generate_audio ??
    (offer && 'audio' in offer.limits && offer.limits.audio === 'never' ? false : undefined)
  const rate = told === undefined && silent !== audio ? undefined : told === true ? audio : silent
  if (typeof rate !== 'number') return { native: charged, basis: 'reported' }
  const microUsd = Math.round(charged.amount * rate * unitUsd)
  return { microUsd, native: { amount: microUsd / unitUsd, unit: 'usd' }, basis: 'derived' }
}

/** What a cancel's answer says: the prediction, recorded as already `canceled`; an ended one comes back unchanged. */
export function readStop(reply: HttpReply): CancelResult | undefined {
  const task = reply.status < 300 ? readTask(reply) : undefined
  if (!task) return undefined
  const status = statuses[task.status]
  if (status === 'canceled') return status
  return status === 'succeeded' || status === 'failed' ? 'too-late' : 'requested'
}

/** Milliseconds to wait as the body says: a number, or words such as `resets in ~5s` or `available in 1 second`. */
function waitOf(detail: string, seconds: number | null | undefined): number | undefined {
  const told = seconds ?? /(?:~|available in )(\d+(?:\.\d+)?) ?s/i.exec(detail)?.[1]
  return told === undefined ? undefined : Math.ceil(Number(told) * 1_000)
}

/** What a reply refuses; `undefined` when it does not, or not in Replicate's own form (`detail`). */
export function readRefusal({ status, body }: HttpReply): Refusal | undefined {
  const problem = status < 400 || unclear.has(status) ? undefined : readProblem(body)
  if (!problem) return undefined
  const detail = problem.detail.trim()
  const noModel = /^model not found|^invalid version/i.test(status === 422 ? (problem.title ?? '') : detail)
  const known =
    status >= 500 ? serverTrouble : noModel ? noSuchModel : (replicateErrors[status] ?? otherRefusal)
  const { code, retryable, outcome } = known
  return {
    code,
    retryable,
    outcome,
    message: detail,
    retryAfterMs: waitOf(detail, problem.retry_after),
    ...(code === 'ERR_NOT_FOUND' ? { missing: true } : {}),
  }
}

/** Why a prediction failed: the provider's words, then what to do. A request id may follow the code. */
export function readFailure(task: NativeTask): Failure {
  const words = task.message?.trim() || 'Replicate gave no reason'
  const [, short, long] = /\((E\d{3,4})\)|\b(E\d{4})\b/.exec(words) ?? []
  const raw = /risk control|flagged as sensitive/i.test(words) ? flaggedContent : otherFailure
  const [reason, retryable, advice] = failures[short ?? long ?? ''] ?? raw
  return {
    reason,
    message: `${words.replace(/\.$/, '')}. ${advice}`,
    retryable,
    ...(reason === 'content' ? { flagged: true } : {}),
  }
}
