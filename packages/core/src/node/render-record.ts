import * as z from 'zod/mini'
import type { RenderRequest } from '../kinds/kinds.ts'
import { isTaskHandle, type TaskHandle } from '../model/handle.ts'
import type { Cost } from '../model/money.ts'
import type { Quote } from '../model/quote.ts'
import type { SucceededTask } from '../model/task.ts'

/**
 * A picture that went into a render.
 *
 * @example
 * ```ts
 * import type { RenderImage } from '@reelay/core/node'
 * const caption = ({ field, file, url, bytes }: RenderImage): string =>
 *   `${field}: ${file ?? url ?? (bytes === undefined ? 'not known' : `${bytes} bytes`)}`
 * ```
 */
export interface RenderImage {
  /** The request's field, for example `startImage`. */
  readonly field: string
  readonly url?: string
  /** Name of the file it was read from. */
  readonly file?: string
  /** SHA-256 of bytes, hex. */
  readonly sha256?: string
  readonly bytes?: number
}

/**
 * Everything about one render that somebody would want to know, or change, when making the next one. Plain JSON.
 *
 * @example
 * ```ts
 * import type { RenderRecord } from '@reelay/core/node'
 * const caption = ({ file, model, mode, prompt = '' }: RenderRecord): string => `${file}: ${model} ${mode}, "${prompt}"`
 * ```
 */
export interface RenderRecord {
  readonly v: 1
  /** File name of the clip. */
  readonly file: string
  readonly bytes: number
  /** SHA-256 of the clip, hex. */
  readonly sha256: string
  /** Further results of the same task, in its order: beside a picture the others of its series. */
  readonly others?: readonly {
    readonly file: string
    readonly bytes: number
    readonly sha256: string
    readonly outputId?: string
    readonly url?: string
  }[]
  readonly provider: string
  readonly account: string
  readonly kind: RenderRequest['kind']
  readonly model: string
  readonly mode: string
  readonly prompt?: string
  readonly cfgScale?: number
  /** Why this model and mode, as a sentence. */
  readonly why?: string
  /** The provider's own name of the model, or its endpoint. */
  readonly nativeModel?: string
  /**
   * The whole request, defaults filled in; media given as bytes stand as their digest. Only kind, model and mode where
   * the task was bought by a program that left no more.
   */
  readonly request: Readonly<Record<string, unknown>>
  readonly images?: readonly RenderImage[]
  readonly estimated?: Quote
  readonly cost?: Cost
  readonly taskId: string
  /** The provider's own id of the clip. */
  readonly outputId?: string
  /** Where the provider offered the clip; the address may be dead by now. */
  readonly url?: string
  /** ISO date and time after which it is, when the provider says. */
  readonly urlExpiresAt?: string
  /** Seconds, as the provider measured. */
  readonly duration?: number
  /** Milliseconds from the task's creation to its end, by the provider's clock where it says, else as watched. */
  readonly renderMs?: number
  readonly warnings: SucceededTask['warnings']
  /** For reading the task again. */
  readonly handle: TaskHandle
  /** ISO date and time. */
  readonly submittedAt: string
  /** ISO date and time at which the task ended, where its provider says: the ids of what it made are held from then on. */
  readonly endedAt?: string
  /** ISO date and time. */
  readonly savedAt: string
  /** Versions of the packages that made it, by name. */
  readonly versions: Readonly<Record<string, string>>
  /** The command that repeats it, quoted for a shell; only where a command line made it. */
  readonly command?: string
}

const text = z.string()
const object = z.looseObject({})

// What every record has. What only some have is checked too, since whoever prints a record trusts its type.
const record = z.object({
  v: z.number(),
  file: text,
  bytes: z.number(),
  sha256: text,
  others: z.optional(z.array(z.object({ file: text, bytes: z.number(), sha256: text }))),
  provider: text,
  account: text,
  kind: text,
  model: text,
  mode: text,
  prompt: z.optional(text),
  cfgScale: z.optional(z.number()),
  why: z.optional(text),
  nativeModel: z.optional(text),
  request: object,
  images: z.optional(z.array(z.object({ field: text, url: z.optional(text), file: z.optional(text) }))),
  estimated: z.optional(object),
  cost: z.optional(object),
  taskId: text,
  outputId: z.optional(text),
  url: z.optional(text),
  urlExpiresAt: z.optional(text),
  duration: z.optional(z.number()),
  renderMs: z.optional(z.number()),
  warnings: z.array(z.object({ message: text })),
  handle: z.custom<TaskHandle>(isTaskHandle),
  submittedAt: text,
  endedAt: z.optional(text),
  savedAt: text,
  versions: z.record(z.string(), text),
  command: z.optional(text),
})

/**
 * Reads a sidecar, or one line of a run log.
 *
 * @returns the record as it was written, with whatever a later version added; `undefined` for any other text.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { readRenderRecord } from '@reelay/core/node'
 * const lines = (await readFile('renders/renders.jsonl', 'utf8')).split('\n')
 * for (const line of lines) console.log(readRenderRecord(line)?.prompt)
 * ```
 */
export function readRenderRecord(written: string): RenderRecord | undefined {
  try {
    const value: unknown = JSON.parse(written)
    return z.safeParse(record, value).success ? (value as RenderRecord) : undefined
  } catch {
    return undefined
  }
}
