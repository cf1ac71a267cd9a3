import { type HttpReply, idText, type NativeAmount, type NativeTask, type Output } from '@reelay/core'
import { readEnvelope, readWireTask, type WireScalar, type WireTask, type WireVideo } from './wire.ts'

// "Generated media are purged after 30 days": every page, dossier section 11. No shorter URL expiry is documented.
const heldForMs = 30 * 24 * 60 * 60 * 1_000

/** A number that may be written as text. */
export function toNumber(value: WireScalar): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** A clip, if it has an address. */
export function toOutput(
  video: WireVideo | null | undefined,
  expiresAt: number | undefined,
): Output | undefined {
  if (!video?.url) return undefined
  const [id, duration] = [idText(video.id), toNumber(video.duration)]
  return {
    kind: 'video',
    url: video.url,
    // Replies name no type; every recorded result is an .mp4.
    mediaType: 'video/mp4',
    ...(duration === undefined ? {} : { duration }),
    ...(id === undefined ? {} : { id }),
    // Empty or absent when no watermark was asked for (unverified which).
    ...(video.watermark_url ? { watermarkUrl: video.watermark_url } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

/** As it is said, whether or not it can be a charge. */
const toAmount = (value: WireScalar): number | undefined =>
  value === undefined || String(value).trim() === '' ? undefined : Number(value)

/** What was charged, when one number says it: units from a pack, or money from the balance (since mid-2026). */
function toCharge(task: WireTask): NativeAmount | undefined {
  const [units, balance = 0] = [task.final_unit_deduction, task.final_balance_deduction?.quota].map(toAmount)
  if (balance === 0) return units === undefined ? undefined : { amount: units, unit: 'unit' }
  // Paid from both: either number alone would understate the cost. The balance's currency is not in the reply.
  return units === undefined || units === 0 ? { amount: balance, unit: 'balance' } : undefined
}

function toTask(value: unknown): NativeTask | undefined {
  const task = readWireTask(value)
  // Ids have 18 digits: a rounded numeric one falls back on ours: the V1 path takes either (dossier, section 3.4).
  const externalId = idText(task?.task_info?.external_task_id)
  const id = idText(task?.task_id) ?? (task?.task_id ? externalId : undefined)
  if (!task || id === undefined) return undefined
  const [createdAt, updatedAt] = [toNumber(task.created_at), toNumber(task.updated_at)]
  const finishedAt = updatedAt ?? createdAt
  const expiresAt = finishedAt === undefined ? undefined : finishedAt + heldForMs
  const videos = task.task_result?.videos ?? []
  return {
    id,
    status: task.task_status ?? '',
    ...(externalId === undefined ? {} : { externalId }),
    message: task.task_status_msg ?? undefined,
    createdAt,
    updatedAt,
    outputs: videos.map((video) => toOutput(video, expiresAt)).filter((output) => output !== undefined),
    charged: toCharge(task),
    raw: value,
  }
}

/** A task whose status can be trusted; without one it is a reply to ask for again, not a task in no state. */
function withStatus(task: NativeTask | undefined): NativeTask | undefined {
  return task?.status ? task : undefined
}

/** The task a create made. Its id is all that must be there: a paid task is never dropped for a missing field. */
export function readCreated(reply: HttpReply): NativeTask | undefined {
  return toTask(readEnvelope(reply.body)?.data)
}

/** The task a query answers with; `undefined` without an id or a status. */
export function readTask(reply: HttpReply): NativeTask | undefined {
  return withStatus(readCreated(reply))
}

/** One page of a list, a bare array; entries that cannot be used are left to be asked for one by one. */
export function readTasks(reply: HttpReply): readonly NativeTask[] | undefined {
  const data = readEnvelope(reply.body)?.data
  if (!Array.isArray(data)) return undefined
  return data.map((item) => withStatus(toTask(item))).filter((task) => task !== undefined)
}
