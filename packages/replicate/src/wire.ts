import { maybe, wireId, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'

// Loose on purpose: keys may be absent rather than null (recordings 2023 to 2026), and a field we cannot use must not
// cost us a paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())
const number = maybe(wireNumber)
const flag = maybe(z.boolean())
const anything = z.optional(z.unknown())

/** The fields of a prediction that we read. */
export interface WirePrediction {
  readonly id?: string | undefined
  /** `owner/name`; internal names leaked in 2023 and 2024. */
  readonly model?: string | undefined
  readonly status?: string | undefined
  readonly input?: Readonly<Record<string, unknown>> | undefined
  /** On Kling one URL; other models answer with lists, texts and objects. */
  readonly output?: unknown
  readonly error?: string | undefined
  readonly source?: string | undefined
  readonly data_removed?: boolean | undefined
  /** ISO dates with 3, 6 or 9 digits of fraction. */
  readonly created_at?: string | undefined
  readonly started_at?: string | undefined
  readonly completed_at?: string | undefined
  readonly metrics?:
    | {
        /** Seconds the model ran. */
        readonly predict_time?: number | undefined
        readonly video_output_duration_seconds?: number | undefined
        readonly with_audio?: boolean | undefined
      }
    | undefined
}

/** What every refusal is wrapped in (RFC 7807 flavour). */
export interface WireProblem {
  /** The only reliable member. */
  readonly detail: string
  readonly title?: string | undefined
  /** Seconds. */
  readonly retry_after?: number | undefined
}

/** A page of predictions. */
export interface WirePage {
  readonly results: readonly unknown[]
  readonly next?: string | null | undefined
}

const prediction = z.object({
  id: wireId,
  model: text,
  status: text,
  input: maybe(z.record(z.string(), z.unknown())),
  output: anything,
  error: text,
  source: text,
  data_removed: flag,
  created_at: text,
  started_at: text,
  completed_at: text,
  metrics: maybe(z.object({ predict_time: number, video_output_duration_seconds: number, with_audio: flag })),
})

const problem = z.object({
  detail: z.string(),
  title: text,
  retry_after: number,
})

// Strict about `next`: a page we cannot go on from must not pass for the last one.
const page = z.object({
  results: z.array(z.unknown()),
  next: z.nullish(z.string()),
})

const file = z.object({ urls: z.object({ get: z.string() }) })

const readFile = wireReader(file)

/** A prediction; `undefined` when the value is not an object. */
export const readPrediction: (value: unknown) => WirePrediction | undefined = wireReader(prediction)
/** A refusal in Replicate's own form. */
export const readProblem: (value: unknown) => WireProblem | undefined = wireReader(problem)
/** A page of a list. */
export const readPage: (value: unknown) => WirePage | undefined = wireReader(page)
/** The address of an uploaded file. */
export const readFileUrl = (value: unknown): string | undefined => readFile(value)?.urls.get
