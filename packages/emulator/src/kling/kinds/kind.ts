import { type Body, dotted, type Issue, issuesOf, type Schema } from '../../engine/fields.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job, JobFile, KlingTask } from '../task.ts'

export type View = Readonly<Record<string, unknown>>

/** What a body may name of its account: earlier tasks, by the ids of what they made. */
export interface Sight {
  readonly now: number
  /** The account's own, whatever has become of them. */
  readonly tasks: readonly KlingTask[]
  /** Kling's name for the account. */
  readonly owner: string
  /** Where a file of one of them is. */
  fileURL(task: KlingTask, index: number): string
}

/** A file of a finished task as its views name it. */
export interface MadeFile extends JobFile {
  readonly id: string
  readonly url: string
  /** As the generation of the API spells it: absent, empty or an address. */
  readonly marked: View
}

/** What one create path sells. */
export interface KlingKind {
  /** Its create path, which in V1 is its list as well, and the parent of its tasks: `/v1/videos/text2video`. */
  readonly path: string
  /** The path without its version and family, which names it in the control and in file addresses: `text2video`. */
  readonly op: string
  /** What the ledgers call it. */
  readonly product: string
  /** `solutions`: ids and options of API 2.0, read by `GET /solutions`; `v1` unless told. */
  readonly dialect?: 'v1' | 'solutions'
  /** Words of its own where the page of a solution has others than the rest of them. */
  readonly voice?: { readonly createdId: 'task_id'; readonly success: 'succeed' }
  /**
   * Answered at once and never heard of again: no external id, no place, no list, no query, no callback. Its `data`, all but
   * the deductions.
   */
  answer?(task: KlingTask, files: readonly MadeFile[]): View
  /** Whether that is all of its `data`, without the deductions. */
  readonly answersAlone?: true
  /** Its queries do not say the external id back. */
  readonly keepsId?: true
  /** The documented fields of its body. */
  readonly fields: Schema
  /** Reads a body strictly: from the single field to the model to the combination. */
  read(body: Body, settings: KlingSettings, sight: Sight): Job | Refusal
  /** `task_result`, where it is not the plain list of its files. */
  result?(task: KlingTask, files: readonly MadeFile[], settings: KlingSettings): View
  /** `outputs` of API 2.0, where they are not the plain list of its files. */
  outputs?(task: KlingTask, files: readonly MadeFile[]): readonly View[]
}

// Clips come out a frame longer than asked: 41 ms is one frame at 24 per second.
export const EXTRA_SECONDS = 0.041

/** A clip, or a sound, as long as a frame more than was asked for. */
export const lengthOf = ({ seconds = 0 }: MadeFile): string => String(seconds + EXTRA_SECONDS)

export const videoView = (file: MadeFile): View => ({
  id: file.id,
  url: file.url,
  ...file.marked,
  duration: lengthOf(file),
})

export const imageView = ({ url, marked }: MadeFile, index: number): View => ({ index, url, ...marked })

/** `mode value 'std' is invalid` is how the service was quoted. */
export const invalidValue = (field: string, value: unknown): Refusal =>
  refuse(1201, `${field} value '${typeof value === 'string' ? value : JSON.stringify(value)}' is invalid`)

/** How the service says what is wrong with a field. */
function worded({ path, rule, field, value }: Issue): Refusal {
  const name = dotted(path)
  if (field.pattern && (rule === 'type' || rule === 'pattern'))
    return refuse(1201, `${name} must be a string of whole seconds`)
  switch (rule) {
    case 'type':
      return refuse(1201, `${name} must be of type ${field.type}`)
    case 'required':
    case 'minLength':
      return refuse(1201, `${name} cannot be empty`)
    case 'maxLength':
      return refuse(1201, `${name} must not be longer than ${field.maxLength} characters`)
    case 'minItems':
    case 'maxItems':
      return refuse(1201, `${name} must hold ${field.minItems ?? 0} to ${field.maxItems} items`)
    default:
      return invalidValue(name, value)
  }
}

/** The first thing wrong with the fields of a body. */
export function checkFields(schema: Schema, body: Body): Refusal | undefined {
  const [issue] = issuesOf(schema, body, { nullIsAbsent: true })
  return issue && worded(issue)
}
