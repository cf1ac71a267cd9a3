import type { Cost, HttpReply, NativeAmount, NativeTask, Output, TaskStatus } from '@reelay/core'
import { logged, readEnvelope, readWireTask, type WireClip, type WireOutput, type WireUsage } from './wire.ts'

/**
 * Status words, lower-cased and trimmed: samples are lower-case, the schema of the 2024–2025 pages is capitalised, one
 * page ends a word in a tab. `running`, `in_progress` and `success` are known from the vendor's own clients, `cancelled` from its CLI.
 */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  // Over the account's concurrency: waits at PiAPI.
  staged: 'queued',
  pending: 'queued',
  processing: 'running',
  running: 'running',
  in_progress: 'running',
  // Documented for PiAPI's other families (2026).
  starting: 'running',
  retry: 'running',
  completed: 'succeeded',
  success: 'succeeded',
  failed: 'failed',
  cancelled: 'canceled',
  canceled: 'canceled',
}

const video = (url: string): Output => ({
  kind: 'video',
  url,
  // Replies name no type; every recorded result is an .mp4.
  mediaType: 'video/mp4',
})

// `||`, not `??`: the address that does not apply is '' rather than missing.
const urlOf = (clip: WireClip | undefined): string | undefined =>
  clip?.resource_without_watermark || clip?.resource || clip?.url || undefined

function ofWork(clip: WireClip | undefined): Output | undefined {
  const url = urlOf(clip)
  if (url === undefined) return undefined
  const { duration = 0, resource } = clip ?? {}
  return {
    ...video(url),
    // Milliseconds: 5100 for a clip of 5 s.
    ...(duration > 0 ? { duration: duration / 1_000 } : {}),
    ...(resource && resource !== url ? { watermarkUrl: resource } : {}),
  }
}

/** The clips, wherever this family of models keeps them, in the order of the dossier's section 7. */
function outputsOf({ works = [], video_url: url, video: either }: WireOutput): readonly Output[] {
  const outputs = works.map((work) => ofWork(work?.video)).filter((output) => output !== undefined)
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
function chargeOf(status: string, usage: WireUsage | undefined): NativeAmount | undefined {
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
  const data = readEnvelope(reply.body)?.data
  const task = readWireTask(data)
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
  const data = readEnvelope(reply.body)?.data
  return readWireTask(data)?.status === undefined ? undefined : readCreated(reply)
}

/** Points in money, 10,000,000 to the dollar: two samples agree (2025-12, 2026-02), a client checked it (2026-09). */
export function costOf({ charged }: NativeTask): Cost | undefined {
  if (charged?.unit !== 'point') return charged && { native: charged, basis: 'reported' }
  return { microUsd: Math.round(charged.amount / 10), native: charged, basis: 'derived' }
}
