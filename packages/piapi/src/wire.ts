import { maybe, wireId, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'

// Loose on purpose: `output`, `meta` and `logs` may be null, `{}` or missing (dossier, rule 3), and a field we cannot
// use must not cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
const number = maybe(wireNumber)

/** A clip under one of the names PiAPI has for its address; any of them may be `''`. */
export interface WireClip {
  readonly resource_without_watermark?: string | undefined
  readonly resource?: string | undefined
  readonly url?: string | undefined
  /** Milliseconds, inside `works`. */
  readonly duration?: number | undefined
}

/** Where a result may be, by family of models. */
export interface WireOutput {
  readonly works?: readonly ({ readonly video?: WireClip | undefined } | undefined)[] | undefined
  readonly video_url?: string | undefined
  readonly video?: string | WireClip | undefined
}

/** What was set aside and what was taken, in points: 10,000,000 are one dollar. */
export interface WireUsage {
  readonly type?: string | undefined
  readonly frozen?: number | undefined
  readonly consume?: number | undefined
}

/** The fields of a task that we read. */
export interface WireTask {
  readonly task_id?: string | undefined
  readonly status?: string | undefined
  readonly output?: WireOutput | undefined
  readonly logs?: readonly (string | undefined)[] | undefined
  readonly meta?:
    | {
        readonly created_at?: string | undefined
        readonly started_at?: string | undefined
        readonly ended_at?: string | undefined
        readonly usage?: WireUsage | undefined
      }
    | undefined
  readonly error?:
    | { readonly raw_message?: string | undefined; readonly message?: string | undefined }
    | undefined
}

/** What every reply is wrapped in. */
export interface WireEnvelope {
  /** 200 on success; on errors the HTTP status once more. */
  readonly code?: string | number | undefined
  readonly message?: string | undefined
  readonly data?: unknown
}

const clip = z.object({
  resource_without_watermark: text,
  resource: text,
  url: text,
  duration: number,
})

const task = z.object({
  task_id: wireId,
  status: text,
  output: maybe(
    z.object({
      works: maybe(z.array(maybe(z.object({ video: maybe(clip) })))),
      video_url: text,
      video: maybe(z.union([z.string(), clip])),
    }),
  ),
  logs: maybe(z.array(text)),
  meta: maybe(
    z.object({
      created_at: text,
      started_at: text,
      ended_at: text,
      usage: maybe(z.object({ type: text, frozen: number, consume: number })),
    }),
  ),
  error: maybe(z.object({ raw_message: text, message: text })),
})

const envelope = z.object({
  code: maybe(z.union([z.string(), wireNumber])),
  message: text,
  data: z.optional(z.unknown()),
})

const readClip = wireReader(clip)

/** The envelope of a reply; `undefined` when the body is not an object. */
export const readEnvelope: (body: unknown) => WireEnvelope | undefined = wireReader(envelope)
/** A task; `undefined` when the value is not an object. */
export const readWireTask: (value: unknown) => WireTask | undefined = wireReader(task)
/** Where an uploaded file is: clips have a `url` of the same kind. */
export const readUploaded = (value: unknown): string | undefined => readClip(value)?.url
/** The last thing said in a task's `logs`. */
export const logged = ({ logs }: WireTask): string | undefined =>
  logs?.filter((line) => !!line?.trim()).at(-1)
