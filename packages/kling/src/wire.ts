import * as v from 'valibot'

// Loose on purpose: replies of two years differ in nulls, absent keys and extra ones, and a field we cannot use must
// not cost us a paid task. A field of the wrong type reads as absent.
const maybe = <Value>(schema: v.GenericSchema<Value>): v.GenericSchema<Value | null | undefined> =>
  v.fallback(v.nullish(schema), undefined)

const text = maybe(v.string())
// Ids, durations and amounts are strings today; numbers are tolerated (dossier, sections 3.1 and 3.4).
const scalar = maybe(v.union([v.string(), v.number()]))

/** A string or number that may be missing. */
export type WireScalar = string | number | null | undefined

/** One entry of `task_result.videos`. */
export interface WireVideo {
  readonly id?: WireScalar
  readonly url?: string | null | undefined
  readonly watermark_url?: string | null | undefined
  /** Seconds. */
  readonly duration?: WireScalar
}

/** The fields of a V1 task that we read. */
export interface WireTask {
  readonly task_id?: WireScalar
  readonly task_status?: string | null | undefined
  readonly task_status_msg?: string | null | undefined
  readonly task_info?: { readonly external_task_id?: WireScalar } | null | undefined
  readonly task_result?:
    | { readonly videos?: readonly (WireVideo | null | undefined)[] | null | undefined }
    | null
    | undefined
  /** Units, a decimal string. */
  readonly final_unit_deduction?: WireScalar
  /** Money, decimal strings; since mid-2026. */
  readonly final_balance_deduction?: { readonly quota?: WireScalar } | null | undefined
  /** Milliseconds since the epoch. */
  readonly created_at?: WireScalar
  /** Milliseconds since the epoch. */
  readonly updated_at?: WireScalar
}

/** What every V1 reply is wrapped in. */
export interface WireEnvelope {
  readonly code?: WireScalar
  readonly message?: string | null | undefined
  readonly request_id?: WireScalar
  readonly data?: unknown
}

const video: v.GenericSchema<WireVideo> = v.object({
  id: scalar,
  url: text,
  watermark_url: text,
  duration: scalar,
})

const task: v.GenericSchema<WireTask> = v.object({
  task_id: scalar,
  task_status: text,
  task_status_msg: text,
  task_info: maybe(v.object({ external_task_id: scalar })),
  task_result: maybe(v.object({ videos: maybe(v.array(maybe(video))) })),
  final_unit_deduction: scalar,
  final_balance_deduction: maybe(v.object({ quota: scalar })),
  created_at: scalar,
  updated_at: scalar,
})

const envelope: v.GenericSchema<WireEnvelope> = v.object({
  code: scalar,
  message: text,
  request_id: scalar,
  data: v.optional(v.unknown()),
})

const read = <Value>(schema: v.GenericSchema<Value>, value: unknown): Value | undefined => {
  const result = v.safeParse(schema, value)
  return result.success ? result.output : undefined
}

/** The envelope of a reply; `undefined` when the body is not an object. */
export function readEnvelope(body: unknown): WireEnvelope | undefined {
  return read(envelope, body)
}

/** A V1 task; `undefined` when the value is not an object. */
export function readWireTask(value: unknown): WireTask | undefined {
  return read(task, value)
}
