import { maybe, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'

// Loose on purpose: replies of two years differ in nulls, absent keys and extra ones, and a field we cannot use must
// not cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
// Ids, durations and amounts are strings today; numbers are tolerated (dossier, sections 3.1 and 3.4).
const scalar = maybe(z.union([z.string(), wireNumber]))

/** A string or number that may be missing. */
export type WireScalar = string | number | undefined

/** One entry of `task_result.videos`. */
export interface WireVideo {
  readonly id?: WireScalar
  readonly url?: string | undefined
  readonly watermark_url?: string | undefined
  /** Seconds. */
  readonly duration?: WireScalar
}

/** The fields of a V1 task that we read. */
export interface WireTask {
  readonly task_id?: WireScalar
  readonly task_status?: string | undefined
  readonly task_status_msg?: string | undefined
  readonly task_info?: { readonly external_task_id?: WireScalar } | undefined
  readonly task_result?: { readonly videos?: readonly (WireVideo | undefined)[] | undefined } | undefined
  /** Units, a decimal string. */
  readonly final_unit_deduction?: WireScalar
  /** Money, decimal strings; since mid-2026. */
  readonly final_balance_deduction?: { readonly quota?: WireScalar } | undefined
  /** Milliseconds since the epoch. */
  readonly created_at?: WireScalar
  /** Milliseconds since the epoch. */
  readonly updated_at?: WireScalar
}

/** What every V1 reply is wrapped in. */
export interface WireEnvelope {
  readonly code?: WireScalar
  readonly message?: string | undefined
  readonly request_id?: WireScalar
  readonly data?: unknown
}

const video = z.object({
  id: scalar,
  url: text,
  watermark_url: text,
  duration: scalar,
})

const task = z.object({
  task_id: scalar,
  task_status: text,
  task_status_msg: text,
  task_info: maybe(z.object({ external_task_id: scalar })),
  task_result: maybe(z.object({ videos: maybe(z.array(maybe(video))) })),
  final_unit_deduction: scalar,
  final_balance_deduction: maybe(z.object({ quota: scalar })),
  created_at: scalar,
  updated_at: scalar,
})

const envelope = z.object({
  code: scalar,
  message: text,
  request_id: scalar,
  data: z.optional(z.unknown()),
})

/** The envelope of a reply; `undefined` when the body is not an object. */
export const readEnvelope: (body: unknown) => WireEnvelope | undefined = wireReader(envelope)
/** A V1 task; `undefined` when the value is not an object. */
export const readWireTask: (value: unknown) => WireTask | undefined = wireReader(task)
