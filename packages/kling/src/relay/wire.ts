import { maybe, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'
import type { WireScalar, WireVideo } from '../wire.ts'

// As loose as the official replies, see ../wire.ts. The forms share their field names, so one reader does for all.
const text = maybe(z.string())
const scalar = maybe(z.union([z.string(), wireNumber]))
const error = maybe(z.object({ message: text, code: scalar, type: text }))

/** What a relay says is wrong. */
export interface WireError {
  readonly message?: string | undefined
  readonly code?: WireScalar
  readonly type?: string | undefined
}

/** A reply, or the task inside one: every form's fields. */
export interface WireRelayed {
  readonly code?: WireScalar
  readonly message?: string | undefined
  readonly request_id?: WireScalar
  readonly error?: WireError | undefined
  readonly id?: WireScalar
  readonly task_id?: WireScalar
  readonly task_status?: string | undefined
  readonly status?: string | undefined
  readonly task_status_msg?: string | undefined
  readonly fail_reason?: string | undefined
  readonly url?: string | undefined
  readonly result_url?: string | undefined
  readonly metadata?: { readonly url?: string | undefined; readonly duration?: WireScalar } | undefined
  readonly task_result?: { readonly videos?: readonly (WireVideo | undefined)[] | undefined } | undefined
  /** Seconds or milliseconds since the epoch, as all times here. */
  readonly created_at?: WireScalar
  readonly updated_at?: WireScalar
  readonly submit_time?: WireScalar
  readonly finish_time?: WireScalar
  /** What it wraps. */
  readonly data?: unknown
}

const video = z.object({
  id: scalar,
  url: text,
  watermark_url: text,
  duration: scalar,
})

const relayed = z.object({
  code: scalar,
  message: text,
  request_id: scalar,
  error,
  id: scalar,
  task_id: scalar,
  task_status: text,
  status: text,
  task_status_msg: text,
  fail_reason: text,
  url: text,
  result_url: text,
  metadata: maybe(z.object({ url: text, duration: scalar })),
  task_result: maybe(z.object({ videos: maybe(z.array(maybe(video))) })),
  created_at: scalar,
  updated_at: scalar,
  submit_time: scalar,
  finish_time: scalar,
  data: z.optional(z.unknown()),
})

/** A reply, or what one wraps; `undefined` when it is no object. */
export const readRelayed: (value: unknown) => WireRelayed | undefined = wireReader(relayed)
