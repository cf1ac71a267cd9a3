import { isRecord } from '../http/json.ts'
import { isSecure } from '../webhooks/address.ts'
import { type Refusal, refusals } from './errors.ts'
import { type ModelRow, modelNamed, models, rateOf } from './models.ts'
import type { ReplicateSettings } from './options.ts'
import { checkObject, type FieldSchema, type InvalidField, ROOT, unknownKeys } from './schema.ts'

export type Json = Readonly<Record<string, unknown>>

/** A create request that passed every check the API makes before it accepts. */
export interface Job {
  readonly op: 'text2video' | 'image2video'
  /** `owner/name`. */
  readonly model: string
  /** As predictions show it: `hidden` for an official model. */
  readonly version: string
  readonly row: ModelRow
  readonly mode: string
  /** Requested length, seconds. */
  readonly seconds: number
  /** Whether the clip has sound; undefined for a model that makes none. */
  readonly audio: boolean | undefined
  readonly input: Json
  readonly webhook: Json
  readonly microUsd: number
  readonly request: Json
}

/** Which model a create names. */
export interface Choice {
  readonly model: string
  readonly version: string
  readonly row: ModelRow
}

export function chooseModel(name: string): Choice | Refusal {
  const row = modelNamed(name)
  return row ? { model: name, version: 'hidden', row } : refusals.noModel(name)
}

/** `owner/name`, `owner/name:<64 hex>` or `<64 hex>`. */
export function chooseVersion(reference: string): Choice | Refusal {
  const [name, id] = reference.includes('/') ? reference.split(':', 2) : [undefined, reference]
  if (name !== undefined && id === undefined) {
    const row = modelNamed(name)
    return row ? { model: name, version: 'hidden', row } : refusals.badVersion()
  }
  for (const [model, row] of Object.entries(models)) {
    const { version } = row
    if (version !== undefined && version === id && (name ?? model) === model) return { model, version, row }
  }
  return refusals.badVersion()
}

const bodyFields: Readonly<Record<string, FieldSchema>> = {
  input: { type: 'object' },
  webhook: { type: 'string', format: 'uri' },
  webhook_events_filter: {
    type: 'array',
    items: { type: 'string', enum: ['start', 'output', 'logs', 'completed'] },
  },
  stream: { type: 'boolean' },
}

/** The top level takes these keys only; `version` belongs to `POST /predictions` alone. */
export function checkBody(body: Json, withVersion: boolean): readonly InvalidField[] {
  const properties = withVersion ? { ...bodyFields, version: { type: 'string' } as const } : bodyFields
  const schema = { required: withVersion ? ['version', 'input'] : ['input'], properties }
  const strangers = unknownKeys(schema, body).map((key) => ({
    type: 'additional_property_not_allowed',
    field: ROOT,
    description: `Additional property ${key} is not allowed`,
  }))
  return [...strangers, ...checkObject(schema, ROOT, body), ...checkWebhook(body.webhook)]
}

const checkWebhook = (webhook: unknown): readonly InvalidField[] =>
  typeof webhook === 'string' && URL.canParse(webhook) && !isSecure(webhook)
    ? [{ type: 'format', field: 'webhook', description: 'Must be an HTTPS URL' }]
    : []

/** Input by the model's card. Rules between fields are the model's own and come later. */
export function checkInput(row: ModelRow, input: Json, settings: ReplicateSettings): readonly InvalidField[] {
  const strangers = settings.unknownInputs === 'refuse' ? unknownKeys(row.input, input) : []
  return [
    ...checkObject(row.input, 'input', input),
    ...strangers.map((key) => ({
      type: 'additional_property_not_allowed',
      field: 'input',
      description: `Additional property ${key} is not allowed`,
    })),
    ...checkDataURIs(input, settings),
  ]
}

const base64Bytes = (uri: string): number => ((uri.length - uri.indexOf(',') - 1) * 3) / 4

function checkDataURIs(input: Json, { maxDataURIBytes }: ReplicateSettings): readonly InvalidField[] {
  return Object.entries(input)
    .filter(([, value]) =>
      [value].flat().some((item) => isDataURI(item) && base64Bytes(item) > maxDataURIBytes),
    )
    .map(([key]) => ({
      type: 'string_lte',
      field: `input.${key}`,
      description: `Data URIs must not hold more than ${maxDataURIBytes} bytes`,
    }))
}

export const isDataURI = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('data:')

/** A checked body as a job, every default of the card filled in for the bill. */
export function toJob({ model, version, row }: Choice, body: Json): Job {
  const input = isRecord(body.input) ? body.input : {}
  const { properties } = row.input
  const value = (key: string): unknown => input[key] ?? properties[key]?.default
  const mode = String(value('mode') ?? row.mode)
  const seconds = Number(value('duration'))
  const audio = properties.generate_audio ? Boolean(value('generate_audio')) : undefined
  const video = input.reference_video !== undefined
  const { webhook, webhook_events_filter: events } = body
  return {
    op: startImage(input) !== undefined || input.end_image !== undefined ? 'image2video' : 'text2video',
    model,
    version,
    row,
    mode,
    seconds,
    audio,
    input,
    webhook: {
      ...(webhook === undefined ? {} : { webhook }),
      ...(events === undefined ? {} : { webhook_events_filter: events }),
    },
    microUsd: seconds * rateOf(row, { mode, audio: audio === true, video }),
    request: body,
  }
}

/** `image` is the former name of `start_image` on kling-v2.5-turbo-pro. */
export const startImage = (input: Json): unknown => input.start_image ?? input.image
