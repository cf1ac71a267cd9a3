import { type Body, type Field, type Schema, withDefaults } from '../../engine/fields.ts'
import { aspects } from '../../engine/pictures.ts'
import { isRecord } from '../../http/json.ts'
import { detail, type ErrorDetail } from '../failures.ts'
import { checkBody, type Endpoint, type FalKind, type Job } from './kind.ts'

const needText: Field = { type: 'string', required: true }
const link: Field = { type: 'string', format: 'file' }
const needLink: Field = { ...link, required: true }
const list = (items: Field): Field => ({ type: 'array', items })
const choice = (values: readonly string[], initial: string): Field => ({
  type: 'string',
  enum: values,
  default: initial,
})

const element: Field = {
  type: 'object',
  properties: { frontal_image_url: link, reference_image_urls: list({ type: 'string' }) },
}
const ratios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9']
const named = choice(ratios, '16:9')
const links: Field = { type: 'array', required: true, items: { type: 'string', format: 'file' } }
const small = choice(['1K', '2K'], '1K')

const common: Schema = {
  prompt: needText,
  elements: list(element),
  num_images: { type: 'integer', minimum: 1, maximum: 9, default: 1 },
  output_format: choice(['jpeg', 'png', 'webp'], 'png'),
  sync_mode: { type: 'boolean' },
}
const o3: Schema = {
  ...common,
  resolution: choice(['1K', '2K', '4K'], '1K'),
  result_type: choice(['single', 'series'], 'single'),
  series_amount: { type: 'integer', minimum: 2, maximum: 9 },
}

/** Inputs by endpoint: the published client types of 2026-08-02. */
const inputs: Readonly<Record<string, Schema>> = {
  o1: {
    ...common,
    image_urls: links,
    resolution: small,
    aspect_ratio: choice(['auto', ...ratios], 'auto'),
  },
  'o3/text-to-image': { ...o3, aspect_ratio: named },
  'o3/image-to-image': { ...o3, image_urls: links, aspect_ratio: choice([...ratios, 'auto'], 'auto') },
  'v3/text-to-image': {
    ...common,
    negative_prompt: { type: 'string' },
    resolution: small,
    aspect_ratio: named,
  },
  'v3/image-to-image': { ...common, image_url: needLink, resolution: small, aspect_ratio: named },
}

// The v3 page names it; O1 and O3 cost the same by secondary sources, 4K twice as much.
const MICRO_USD = 28_000
const MOST_PICTURES = 10
// Kling's own; the O1 page repeats it.
const LONGEST_PROMPT = 2500
const DEFAULT_SERIES = 4

const picturesIn = (body: Body): readonly string[] =>
  [body.image_url, body.image_urls].flat().filter((one) => typeof one === 'string')

/** Rules that the types do not say: how long a prompt, how many pictures. */
function checkMore(body: Body): readonly ErrorDetail[] {
  const { prompt, image_urls: urls } = body
  const long = typeof prompt === 'string' && prompt.length > LONGEST_PROMPT
  const many = Array.isArray(urls) && urls.length > MOST_PICTURES
  const none = Array.isArray(urls) && urls.length === 0
  return [
    ...(long
      ? [
          detail(
            ['body', 'prompt'],
            'string_too_long',
            `String should have at most ${LONGEST_PROMPT} characters`,
            { ctx: { max_length: LONGEST_PROMPT }, input: prompt },
          ),
        ]
      : []),
    ...(many
      ? [
          detail(
            ['body', 'image_urls'],
            'sequence_too_long',
            `List should have at most ${MOST_PICTURES} items`,
            { ctx: { max_length: MOST_PICTURES }, input: urls },
          ),
        ]
      : []),
    ...(none
      ? [detail(['body', 'image_urls'], 'value_error', 'At least one image is needed', { input: urls })]
      : []),
  ]
}

const countIn = ({
  result_type: type,
  series_amount: amount = DEFAULT_SERIES,
  num_images: count,
}: Body): number => Number(type === 'series' ? amount : count)

function readJob(input: Schema, json: unknown): Job | readonly ErrorDetail[] {
  if (json === undefined) return [detail(['body'], 'json_invalid', 'JSON decode error')]
  if (!isRecord(json))
    return [detail(['body'], 'model_type', 'Input should be a valid object', { input: json })]
  const errors = [...checkBody(input, json), ...checkMore(json)]
  if (errors.length > 0) return errors
  const body = withDefaults(input, json)
  const count = countIn(body)
  const each = body.resolution === '4K' ? 2 : 1
  const references = picturesIn(json)
  return {
    seconds: 0,
    // What an encoder for WebP would weigh, nobody here would read.
    files: Array.from({ length: count }, () => ({ type: body.output_format === 'jpeg' ? 'jpeg' : 'png' })),
    ...(references.length > 0 && { references }),
    aspect: aspects[String(body.aspect_ratio)] ?? 1,
    prompt: String(body.prompt),
    microUsd: count * each * MICRO_USD,
    units: count * each,
    body: json,
  }
}

const endpointOf = ([path, input]: readonly [string, Schema]): readonly [string, Endpoint] => [
  path,
  {
    id: `fal-ai/kling-image/${path}`,
    op: path.endsWith('text-to-image') ? 'text-to-image' : 'image-to-image',
    tier: 'standard',
    input,
    unitMicroUsd: MICRO_USD,
    unit: 'images',
    read: (json) => readJob(input, json),
    output: (files) => ({ images: files }),
  },
]

/** Pictures from words and from pictures. */
export const image: FalKind = {
  apps: { 'fal-ai/kling-image': new Map(Object.entries(inputs).map(endpointOf)) },
}
