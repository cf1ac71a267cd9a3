import { isRecord } from '../http/json.ts'
import { invalid, type Refusal } from './errors.ts'
import type { PiapiModel, TaskType } from './versions.ts'

export type Body = Readonly<Record<string, unknown>>

type FieldType = 'string' | 'boolean' | 'integer' | 'numeric' | 'object' | 'array'

const turboFields = {
  prompt: 'string',
  negative_prompt: 'string',
  image_url: 'string',
  // A reference of 2026-08 has these two for the page of 2025-12 that says `image_url`.
  start_image_url: 'string',
  end_image_url: 'string',
  duration: 'integer',
  aspect_ratio: 'string',
  mode: 'string',
  version: 'string',
} as const satisfies Record<string, FieldType>

const { start_image_url: _start, end_image_url: _end, ...shared } = turboFields
const klingFields = {
  ...shared,
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

const newestFields = {
  prompt: 'string',
  duration: 'integer',
  mode: 'string',
  aspect_ratio: 'string',
  version: 'string',
} as const satisfies Record<string, FieldType>

const omniFields = {
  prompt: 'string',
  resolution: 'string',
  duration: 'integer',
  aspect_ratio: 'string',
  enable_audio: 'boolean',
  multi_shots: 'array',
  images: 'array',
  language: 'string',
  version: 'string',
} as const satisfies Record<string, FieldType>

/** Which inputs are alike: turbo has fewer fields than the rest of `video_generation`, the other task types their own. */
export type InputForm = Exclude<TaskType, 'video_generation'> | PiapiModel

export const formOf = (model: PiapiModel, taskType: TaskType): InputForm =>
  taskType === 'video_generation' ? model : taskType

/** The documented fields of `input` and their JSON types. */
const fieldTypes: Readonly<Record<InputForm, Readonly<Record<string, FieldType>>>> = {
  kling: klingFields,
  'kling-turbo': turboFields,
  omni_video_generation: omniFields,
  text_to_video: newestFields,
  image_to_video: { ...newestFields, image_url: 'string' },
}

// Kling 4.0 refers to videos and voices too, whose length nobody here could bill.
const referenceFields: Readonly<Record<string, FieldType>> = {
  video: 'string',
  videos: 'array',
  audio_urls: 'array',
}
const everyField: Readonly<Record<string, FieldType>> = {
  ...turboFields,
  ...klingFields,
  ...omniFields,
  ...referenceFields,
}

/** Fields with a closed set of values. */
const fieldValues: Readonly<Record<string, readonly string[]>> = {
  mode: ['std', 'pro'],
  resolution: ['720p', '1080p'],
  // The last one is Kling 4.0's (unverified here); the rules keep it from the others.
  aspect_ratio: ['16:9', '9:16', '1:1', '21:9'],
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
  Object.keys(input).filter((key) => !Object.hasOwn(everyField, key))

const isBlank = (value: unknown): boolean =>
  value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)

/** Fields with a value that are documented for another form of input. */
export const unsupportedKeys = (form: InputForm, input: Body): string[] =>
  Object.keys(input).filter(
    (key) => Object.hasOwn(everyField, key) && !Object.hasOwn(fieldTypes[form], key) && !isBlank(input[key]),
  )

/** Drops what is not documented for the form, and nulls. */
export function documentedFields(form: InputForm, input: Body): Body {
  const known = Object.entries(input).filter(
    ([key, value]) => value !== null && Object.hasOwn(fieldTypes[form], key),
  )
  return Object.fromEntries(known)
}

/** Types, closed value sets and lengths: everything that needs no knowledge of the version. */
export function checkFields(form: InputForm, input: Body): Refusal | undefined {
  for (const [field, value] of Object.entries(input)) {
    const type = fieldTypes[form][field]
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
