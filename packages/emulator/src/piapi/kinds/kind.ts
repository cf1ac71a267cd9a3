import { type Body, dotted, type Issue, issuesOf, type Schema } from '../../engine/fields.ts'
import type { PiapiSettings } from '../options.ts'
import { invalid, type Refusal } from '../tables.ts'
import type { Job, PiapiTask } from '../task.ts'
import type { Versions } from './versions.ts'

/** The bytes behind a URL, where the emulator holds them itself. */
export type Uploaded = (url: string) => Uint8Array | undefined

/** A create as it came in: its model and its input, both known to its task type. */
export interface Sent {
  readonly raw: Body
  readonly model: string
  readonly input: Body
  readonly settings: PiapiSettings
  readonly uploaded: Uploaded
  /** A task of the account that has ended well, by its id. */
  completed(id: string): PiapiTask | undefined
}

/** What one `task_type` sells. */
export interface PiapiKind {
  readonly taskType: string
  /** The documented fields of `input`, for each `model` that it takes. */
  readonly fields: Readonly<Record<string, Schema>>
  /** What it takes as `input.version`, where it has versions. */
  readonly versions?: Versions
  /** Reads an input strictly: from the single field to the version to the combination. */
  read(sent: Sent): Job | Refusal
}

/** How the service says what is wrong with a field. */
function worded({ path, rule, field, value }: Issue): Refusal {
  const name = dotted(path)
  switch (rule) {
    case 'type':
      return invalid(name, `must be of type ${field.type}`)
    case 'required':
    case 'minLength':
      return invalid(name, 'is required')
    case 'maxLength':
      return invalid(name, `is longer than ${field.maxLength} characters`)
    case 'maxItems':
      return invalid(name, `holds more than ${field.maxItems} items`)
    case 'minimum':
    case 'maximum':
      return invalid(name, `must be between ${field.minimum} and ${field.maximum}`)
    default:
      return invalid(name, `'${value}' is not allowed`)
  }
}

/** The first thing wrong with the fields of an input; an empty text stands for none. */
export function checkFields(schema: Schema, input: Body): Refusal | undefined {
  const given = Object.entries(input).filter(([key, value]) => value !== '' || schema[key]?.type !== 'string')
  const [issue] = issuesOf(schema, Object.fromEntries(given), { nullIsAbsent: true })
  return issue && worded(issue)
}
