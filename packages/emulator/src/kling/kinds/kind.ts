import { type Body, dotted, type Issue, issuesOf, type Schema } from '../../engine/fields.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job } from '../task.ts'

/** What one create path of V1 sells. */
export interface KlingKind {
  /** The last part of its path, under `/v1/videos/`. */
  readonly op: string
  /** The documented fields of its body. */
  readonly fields: Schema
  /** Reads a body strictly: from the single field to the model to the combination. */
  read(body: Body, settings: KlingSettings): Job | Refusal
}

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
