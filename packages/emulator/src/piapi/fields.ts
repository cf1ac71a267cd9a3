import { isRecord } from '../http/json.ts'
import { invalid, type Refusal } from './errors.ts'
import type { PiapiModel } from './versions.ts'

export type Body = Readonly<Record<string, unknown>>

type FieldType = 'string' | 'boolean' | 'integer' | 'numeric' | 'object' | 'array'

const turboFields = {
  prompt: 'string',
  negative_prompt: 'string',
  image_url: 'string',
  duration: 'integer',
  aspect_ratio: 'string',
  mode: 'string',
  version: 'string',
} as const satisfies Record<string, FieldType>

const klingFields = {
  ...turboFields,
  // The schema says string, every sample has a number.
  cfg_scale: 'numeric',
  image_tail_url: 'string',
  camera_control: 'object',
  elements: 'array',
  motion_brush: 'object',
  enable_audio: 'boolean',
  prefer_multi_shots: 'boolean',
  multi_shots: 'array',
  professional_mode: 'boolean',
} as const satisfies Record<string, FieldType>

/** The documented fields of `input` and their JSON types. */
const fieldTypes: Readonly<Record<PiapiModel, Readonly<Record<string, FieldType>>>> = {
  kling: klingFields,
  'kling-turbo': turboFields,
}

/** Fields with a closed set of values. */
const fieldValues: Readonly<Record<string, readonly string[]>> = {
  mode: ['std', 'pro'],
  aspect_ratio: ['16:9', '9:16', '1:1'],
}

const maxLengths: Readonly<Record<string, number>> = { prompt: 2500, negative_prompt: 2500 }

const typeTests: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  numeric: (value) => Number.isFinite(numberIn(value)),
  object: isRecord,
  array: Array.isArray,
}

/** A number, or a string that spells one; NaN for everything else. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}

/** Keys that no page documents. */
export const unknownKeys = (input: Body): string[] =>
  Object.keys(input).filter((key) => !Object.hasOwn(klingFields, key))

const isBlank = (value: unknown): boolean =>
  value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)

/** Documented fields with a value that `kling-turbo` does not list. */
export const unsupportedKeys = (model: PiapiModel, input: Body): string[] =>
  Object.keys(input).filter(
    (key) =>
      Object.hasOwn(klingFields, key) && !Object.hasOwn(fieldTypes[model], key) && !isBlank(input[key]),
  )

/** Drops what is not documented for the model, and nulls. */
export function documentedFields(model: PiapiModel, input: Body): Body {
  const known = Object.entries(input).filter(
    ([key, value]) => value !== null && Object.hasOwn(fieldTypes[model], key),
  )
  return Object.fromEntries(known)
}

/** Types, closed value sets and lengths: everything that needs no knowledge of the version. */
export function checkFields(model: PiapiModel, input: Body): Refusal | undefined {
  for (const [field, value] of Object.entries(input)) {
    const type = fieldTypes[model][field]
    if (type && !typeTests[type](value)) return invalid(field, `must be of type ${type}`)
    if (typeof value !== 'string' || value === '') continue
    if (fieldValues[field]?.includes(value) === false) return invalid(field, `'${value}' is not allowed`)
    const max = maxLengths[field]
    if (max !== undefined && value.length > max) return invalid(field, `is longer than ${max} characters`)
  }
  const scale = input.cfg_scale === undefined ? 0.5 : numberIn(input.cfg_scale)
  return scale >= 0 && scale <= 1 ? undefined : invalid('cfg_scale', 'must be between 0 and 1')
}

export const text = (body: Body, field: string): string => {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}

export const list = (body: Body, field: string): readonly unknown[] => {
  const value = body[field]
  return Array.isArray(value) ? value : []
}
