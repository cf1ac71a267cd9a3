import { type Body, type Field, type Issue, issuesOf, type Schema } from '../../engine/fields.ts'
import type { FileType } from '../../media/store.ts'
import { detail, type ErrorDetail } from '../failures.ts'
import type { Tier } from '../options.ts'

/** One file that a request makes. */
export interface JobFile {
  readonly type: FileType
  /** Length of a clip or a sound, seconds. */
  readonly seconds?: number
}

/** What a valid body asks for. */
export interface Job {
  /** Length of the clip, seconds; 0 where there is none. */
  readonly seconds: number
  /** What it makes; a clip of that length unless told. */
  readonly files?: readonly JobFile[]
  /** Addresses of pictures that are in the result without giving it its shape. */
  readonly references?: readonly string[]
  /** Width divided by height, as far as the body alone tells. */
  readonly aspect: number
  /** Of all shots together. */
  readonly prompt: string
  readonly microUsd: number
  /** What `x-fal-billable-units` will say: the price over the endpoint's unit price. */
  readonly units: number
  readonly body: Body
}

/** How long the film or the sound at an address lasts, seconds, where anybody here can tell. */
export type Listen = (address: string) => number | undefined

/** One endpoint: what it takes, and what its price is quoted in. */
export interface Endpoint {
  /** Full id, `fal-ai/kling-video/v3/pro/text-to-video`. */
  readonly id: string
  readonly op: string
  readonly tier: Tier
  readonly input: Schema
  /** Field of the start image. */
  readonly startImage?: string
  /** Price of one billable unit, millionths of a dollar. */
  readonly unitMicroUsd: number
  /** What the price API calls a unit; `seconds` unless told. */
  readonly unit?: string
  /** The bare output, given its files as fal describes files; `{ video }` unless told. */
  output?(files: readonly Body[], job: Job): Body
  /** Reads a body as the model app would once it runs. */
  read(json: unknown, listen: Listen): Job | readonly ErrorDetail[]
}

/** What a group of endpoints makes, by app and then by path. */
export interface FalKind {
  readonly apps: Readonly<Record<string, ReadonlyMap<string, Endpoint>>>
}

const quoted = (values: readonly (string | number)[]): string => {
  const all = values.map((value) => `'${value}'`)
  const last = all.pop() ?? ''
  return all.length === 0 ? last : `${all.join(', ')} or ${last}`
}

// Pydantic's names of types, and what it calls a value of one.
const typeWords: Readonly<Record<Field['type'], readonly [type: string, what: string]>> = {
  string: ['string_type', 'string'],
  integer: ['int_type', 'integer'],
  number: ['float_type', 'number'],
  numeric: ['float_type', 'number'],
  boolean: ['bool_type', 'boolean'],
  array: ['list_type', 'list'],
  object: ['model_type', 'object'],
  any: ['value_error', 'value'],
}

/** How Pydantic says what is wrong. Whether numeric strings are coerced is not documented: here they are not. */
function worded({ path, rule, field, value, holder }: Issue): ErrorDetail {
  const loc = ['body', ...path]
  const entry = (
    type: string,
    msg: string,
    ctx?: Record<string, unknown>,
    input: unknown = value,
  ): ErrorDetail => detail(loc, type, msg, { ...(ctx && { ctx }), input })
  if (field.enum && (rule === 'type' || rule === 'enum')) {
    const expected = quoted(field.enum)
    return entry('literal_error', `Input should be ${expected}`, { expected })
  }
  switch (rule) {
    case 'required':
      return entry('missing', 'Field required', undefined, holder)
    case 'minimum':
      return entry('greater_than_equal', `Input should be greater than or equal to ${field.minimum}`, {
        ge: field.minimum,
      })
    case 'maximum':
      return entry('less_than_equal', `Input should be less than or equal to ${field.maximum}`, {
        le: field.maximum,
      })
    case 'maxLength':
      return entry('string_too_long', `String should have at most ${field.maxLength} characters`, {
        max_length: field.maxLength,
      })
    case 'minItems':
      return entry('sequence_too_short', `List should have at least ${field.minItems} items`, {
        min_length: field.minItems,
      })
    case 'maxItems':
      return entry('sequence_too_long', `List should have at most ${field.maxItems} items`, {
        max_length: field.maxItems,
      })
    default: {
      const [type, what] = typeWords[field.type]
      const fraction = field.type === 'integer' && typeof value === 'number' && Number.isFinite(value)
      return entry(fraction ? 'int_from_float' : type, `Input should be a valid ${what}`)
    }
  }
}

/** Every complaint about a body, field by field. `null` stands for "not given", as fal's examples show it. */
export const checkBody = (schema: Schema, body: Body): readonly ErrorDetail[] =>
  issuesOf(schema, body, { nullIsAbsent: true }).map(worded)
