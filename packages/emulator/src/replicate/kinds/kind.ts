import {
  type Body,
  type Field,
  type Issue,
  issuesOf,
  type Path,
  type Schema,
  unknownKeys,
} from '../../engine/fields.ts'
import type { InvalidField } from '../tables.ts'
import type { Job } from '../task.ts'

/** Bytes of the file behind a URL of the files API; `missing` where it is gone, undefined for any other URL. */
export type Upload = (url: string) => Uint8Array | 'missing' | undefined

/** What a model makes of its input; the rest of a job is the same for all of them. */
export type Made = Pick<
  Job,
  'op' | 'mode' | 'variant' | 'seconds' | 'fileType' | 'audio' | 'frame' | 'references' | 'microUsd'
>

/** One model that is sold. */
export interface SoldModel {
  /** The one known version id; official models run without it. */
  readonly version?: string | undefined
  /** Its card. */
  readonly input: Schema
  /** Reads a checked input, every default of the card filled in for the bill. */
  read(input: Body, upload: Upload): Made
  /** What the model objects to once it runs, or the shape of the clip. The API does not know these rules. */
  check(job: Job, upload: Upload): { readonly error: string } | { readonly aspect: number }
}

/** What a group of models makes, by `owner/name`. */
export interface ReplicateKind {
  readonly models: Readonly<Record<string, SoldModel>>
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** How the validator behind the API names the body itself. */
const ROOT = '(root)'
const placed = (path: Path): string => (path.length === 0 ? ROOT : path.join('.'))

/** How that validator (gojsonschema) says what is wrong. */
function worded({ path, rule, field, value }: Issue): InvalidField {
  const place = placed(path)
  const entry = (type: string, description: string, at = place): InvalidField => ({
    type,
    field: at,
    description,
  })
  switch (rule) {
    case 'required':
      return entry('required', `${path.at(-1)} is required`, placed(path.slice(0, -1)))
    case 'type':
      return entry('invalid_type', `Invalid type. Expected: ${field.type}, given: ${typeOf(value)}`)
    case 'enum': {
      const allowed = field.enum?.map((item) => JSON.stringify(item)).join(', ')
      return entry('enum', `${place} must be one of the following: ${allowed}`)
    }
    case 'minimum':
      return entry('number_gte', `Must be greater than or equal to ${field.minimum}`)
    case 'maximum':
      return entry('number_lte', `Must be less than or equal to ${field.maximum}`)
    case 'maxItems':
      return entry('array_max_items', `Array must have at most ${field.maxItems} items`)
    default:
      return entry('format', `Does not match format '${field.format}'`)
  }
}

/** What is wrong with an object: what it lacks first, then field by field. */
export function checkObject(schema: Schema, value: Body, path: Path = []): readonly InvalidField[] {
  const issues = issuesOf(schema, value, { nullIsAbsent: false }, path)
  const lacking = issues.filter(({ rule }) => rule === 'required')
  return [...lacking, ...issues.filter(({ rule }) => rule !== 'required')].map(worded)
}

/** Keys that a schema does not list, as the validator refuses them. */
export const strangersIn = (schema: Schema, value: Body, path: Path = []): readonly InvalidField[] =>
  unknownKeys(schema, value).map((key) => ({
    type: 'additional_property_not_allowed',
    field: placed(path),
    description: `Additional property ${key} is not allowed`,
  }))

/** A card in the words of JSON Schema. */
export function jsonSchema(schema: Schema): Record<string, unknown> {
  const plain = ({ required: _, ...field }: Field): Omit<Field, 'required'> => field
  return {
    required: Object.keys(schema).filter((key) => schema[key]?.required),
    properties: Object.fromEntries(Object.entries(schema).map(([key, field]) => [key, plain(field)])),
  }
}
