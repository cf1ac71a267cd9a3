import { isRecord } from '../http/json.ts'
import { type Refusal, refuse } from './errors.ts'
import type { VideoOp } from './models.ts'

export type Body = Readonly<Record<string, unknown>>

type FieldType = 'string' | 'boolean' | 'number' | 'object' | 'array'

const shared = {
  model_name: 'string',
  model: 'string',
  prompt: 'string',
  negative_prompt: 'string',
  multi_shot: 'boolean',
  shot_type: 'string',
  multi_prompt: 'array',
  sound: 'string',
  voice_list: 'array',
  cfg_scale: 'number',
  mode: 'string',
  camera_control: 'object',
  duration: 'string',
  callback_url: 'string',
  external_task_id: 'string',
  watermark_info: 'object',
} as const satisfies Record<string, FieldType>

/** The documented fields of each create path and their JSON types. */
const fieldTypes: Readonly<Record<VideoOp, Readonly<Record<string, FieldType>>>> = {
  text2video: { ...shared, aspect_ratio: 'string' },
  image2video: {
    ...shared,
    image: 'string',
    image_tail: 'string',
    static_mask: 'string',
    dynamic_masks: 'array',
    element_list: 'array',
  },
}

/** Fields with a closed set of values. */
const fieldValues: Readonly<Record<string, readonly string[]>> = {
  shot_type: ['customize', 'intelligence'],
  sound: ['on', 'off'],
  mode: ['std', 'pro', '4k'],
  aspect_ratio: ['16:9', '9:16', '1:1'],
}

const maxLengths: Readonly<Record<string, number>> = { prompt: 2500, negative_prompt: 2500 }

const typeTests: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  object: isRecord,
  array: Array.isArray,
}

/** `mode value 'std' is invalid` is how the service was quoted. */
export const invalidValue = (field: string, value: unknown): Refusal =>
  refuse(1201, `${field} value '${typeof value === 'string' ? value : JSON.stringify(value)}' is invalid`)

export const unknownKeys = (op: VideoOp, body: Body): string[] =>
  Object.keys(body).filter((key) => !Object.hasOwn(fieldTypes[op], key))

/** Drops what the path does not document, and nulls: the service is tolerant of both. */
export function documentedFields(op: VideoOp, body: Body): Body {
  const known = Object.entries(body).filter(
    ([key, value]) => value !== null && Object.hasOwn(fieldTypes[op], key),
  )
  return Object.fromEntries(known)
}

/** Types, closed value sets and lengths: everything that needs no knowledge of the model. */
export function checkFields(op: VideoOp, body: Body): Refusal | undefined {
  for (const [field, value] of Object.entries(body)) {
    const type = fieldTypes[op][field]
    if (type && !typeTests[type](value)) return refuse(1201, `${field} must be of type ${type}`)
    if (typeof value !== 'string') continue
    if (fieldValues[field]?.includes(value) === false) return invalidValue(field, value)
    const max = maxLengths[field]
    if (max !== undefined && value.length > max) {
      return refuse(1201, `${field} must not be longer than ${max} characters`)
    }
  }
  const cfgScale = body.cfg_scale
  if (typeof cfgScale === 'number' && (cfgScale < 0 || cfgScale > 1))
    return invalidValue('cfg_scale', cfgScale)
  const watermark = body.watermark_info
  if (isRecord(watermark) && watermark.enabled !== undefined && typeof watermark.enabled !== 'boolean') {
    return refuse(1201, 'watermark_info.enabled must be of type boolean')
  }
  return undefined
}

export const text = (body: Body, field: string): string => {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}

export const list = (body: Body, field: string): readonly unknown[] => {
  const value = body[field]
  return Array.isArray(value) ? value : []
}
