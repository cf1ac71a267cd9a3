import {
  type Failure,
  type HttpReply,
  idText,
  maybe,
  type NativeAmount,
  type NativeTask,
  type Refusal,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { inV1 } from './dialects/in-v1.ts'
import { readOutputs, results, type Scalar, toNumber } from './outputs.ts'
import {
  failures,
  families,
  type KlingErrorRow,
  klingErrors,
  otherFailure,
  unlisted,
  wordings,
} from './tables.ts'

// Loose on purpose: replies of two years differ in nulls, absent keys and extra ones, and a field we cannot use must
// not cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
// Ids, durations and amounts are strings today; numbers are tolerated (dossier, sections 3.1 and 3.4).

const task = z.object({
  task_id: wireScalar,
  task_status: text,
  task_status_msg: text,
  task_info: maybe(z.object({ external_task_id: wireScalar })),
  task_result: results,
  // Units, a decimal string.
  final_unit_deduction: wireScalar,
  // Money, decimal strings; since mid-2026.
  final_balance_deduction: maybe(z.object({ quota: wireScalar })),
  // The same in API 2.0, whose batch read knows these tasks too.
  billing: maybe(z.array(maybe(z.object({ charge_type: text, amount: wireScalar, currency: text })))),
  // Milliseconds since the epoch, both.
  created_at: wireScalar,
  updated_at: wireScalar,
})

// What every V1 reply is wrapped in.
const envelope = z.object({
  code: wireScalar,
  message: text,
  request_id: wireScalar,
  data: z.optional(z.unknown()),
})

type Task = z.infer<typeof task>

const readEnvelope = wireReader(envelope)
const readNative = wireReader(task)

/** The code of a reply, as text; empty when it has none. */
export const codeOf = (body: unknown): string => String(readEnvelope(body)?.code ?? '')

// "Generated media are purged after 30 days": every page, dossier section 11. No shorter URL expiry is documented.
const heldForMs = 30 * 24 * 60 * 60 * 1_000

/** As it is said, whether or not it can be a charge. */
const toAmount = (value: Scalar): number | undefined =>
  value === undefined || String(value).trim() === '' ? undefined : Number(value)

/** What the bills of API 2.0 come to, when all of them are in one unit; what says no unit counts only where it is nothing. */
function billed({ billing = [] }: Task): NativeAmount | undefined {
  const bills = billing.flatMap((bill) => (bill ? [bill] : []))
  const amount = bills.reduce((sum, bill) => sum + (toAmount(bill.amount) ?? Number.NaN), 0)
  const units = new Set(
    bills.map(({ charge_type: type, currency }) =>
      type === 'unit' ? type : type === 'cash' ? currency?.toLowerCase() : undefined,
    ),
  )
  const [unit] = units
  if (bills.length > 0 && amount === 0) return { amount, unit: unit ?? 'unit' }
  return units.size === 1 && unit !== undefined ? { amount, unit } : undefined
}

/** What was charged, when one number says it: units from a pack, or money from the balance (since mid-2026). */
function toCharge(task: Task): NativeAmount | undefined {
  const [units, balance = 0] = [task.final_unit_deduction, task.final_balance_deduction?.quota].map(toAmount)
  if (balance === 0) return units === undefined ? billed(task) : { amount: units, unit: 'unit' }
  // Paid from both: either number alone would understate the cost. The balance's currency is not in the reply.
  return units === undefined || units === 0 ? { amount: balance, unit: 'balance' } : undefined
}

function toTask(value: unknown): NativeTask | undefined {
  const task = readNative(inV1(value))
  if (!task) return undefined
  const [createdAt, updatedAt] = [toNumber(task.created_at), toNumber(task.updated_at)]
  const charged = toCharge(task)
  // Ids have 18 digits: a rounded numeric one falls back on ours: the V1 path takes either (dossier, section 3.4).
  const externalId = idText(task.task_info?.external_task_id)
  const id = idText(task.task_id) ?? (task.task_id ? externalId : undefined)
  if (id === undefined) return undefined
  const finishedAt = updatedAt ?? createdAt
  const expiresAt = finishedAt === undefined ? undefined : finishedAt + heldForMs
  return {
    id,
    status: task.task_status ?? '',
    ...(externalId === undefined ? {} : { externalId }),
    message: task.task_status_msg ?? undefined,
    createdAt,
    updatedAt,
    outputs: readOutputs(task.task_result, expiresAt),
    charged,
    raw: value,
  }
}

/** A task whose status can be trusted; without one it is a reply to ask for again, not a task in no state. */
function withStatus(task: NativeTask | undefined): NativeTask | undefined {
  return task?.status ? task : undefined
}

/** What a reply is about; where tasks are asked for by name, one of them comes as a list of one. */
function dataOf({ body }: HttpReply): unknown {
  const data = readEnvelope(body)?.data
  return Array.isArray(data) ? data[0] : data
}

/** The task a create made. Its id is all that must be there: a paid task is never dropped for a missing field. */
export function readCreated(reply: HttpReply): NativeTask | undefined {
  return toTask(dataOf(reply))
}

/** Whether a reply says that there is no such task: where they are asked for by name, by naming none. */
export function isMissing({ body }: HttpReply): boolean {
  const data = readEnvelope(body)?.data
  return Array.isArray(data) && data.length === 0
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

function rowFor(status: number, code: string): KlingErrorRow {
  const row = klingErrors[code] ?? families[code.slice(0, -2)] ?? unlisted
  // A gateway that fails on the way back may wrap an older answer: no 5xx is proof that nothing was made.
  return status >= 500 ? { ...row, outcome: 'unknown' } : row
}

/**
 * What a reply refuses, by its `code` and words; `undefined` for `code` 0 and for replies that are not Kling's own.
 * The code counts on HTTP 200 as well.
 */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const envelope = readEnvelope(reply.body)
  const nativeCode = String(envelope?.code ?? '')
  // Kling's codes are numbers; anything else is somebody else's answer.
  if (!envelope || !/^[1-9]\d*$/.test(nativeCode)) return undefined
  const message = envelope.message ?? undefined
  const wording = wordings.find(
    (one) =>
      (one.nativeCode === undefined || one.nativeCode === nativeCode) && one.pattern.test(message ?? ''),
  )
  const { code, retryable, outcome, advice: todo } = wording?.row ?? rowFor(reply.status, nativeCode)
  const { request_id: requestId } = envelope
  return {
    code,
    retryable,
    outcome,
    ...(todo === undefined ? {} : { advice: todo }),
    nativeCode,
    message,
    requestId: requestId === undefined || requestId === null ? undefined : String(requestId),
    ...(wording?.mark === undefined ? {} : { [wording.mark]: true }),
  }
}

/**
 * Why a task failed: the provider's words, what that costs, then what to do. At Kling failed tasks are free (recorded:
 * `amount` "0").
 */
export function readFailure(task: NativeTask, charged = 'Kling charges nothing for a failed task'): Failure {
  const words = task.message?.trim() || 'Kling gave no reason'
  const { reason, retryable, flagged, advice } =
    failures.find((row) => row.pattern.test(words)) ?? otherFailure
  return {
    reason,
    message: `${words.replace(/\.$/, '')}. ${charged}; ${advice}.`,
    retryable,
    ...(flagged === undefined ? {} : { flagged }),
  }
}
