import type { Field, Schema } from '../../engine/fields.ts'

/** Millionths of a dollar per second of output. */
interface Rate {
  readonly silent: number
  readonly audio?: number
  /** With `reference_video`. */
  readonly video?: number
}

/** Names of the checks in `video.ts` that this model makes after a prediction was accepted. */
export type RuleName =
  | 'someFrame'
  | 'endNeedsPro'
  | 'endNeedsStart'
  | 'longPrompt'
  | 'shots'
  | 'references'
  | 'videoOrAudio'
  | 'noVideoIn4k'
  | 'fiveOrTenWithoutVideo'

export interface ModelRow {
  /** The one known version id; official models run without it. */
  readonly version?: string
  /** Its card. */
  readonly input: Schema
  /** What a model without a `mode` field is billed and shown as. */
  readonly mode: string
  /** Per mode. */
  readonly rates: Readonly<Record<string, Rate>>
  readonly rules: readonly RuleName[]
}

const uri: Field = { type: 'string', format: 'uri' }
const text: Field = { type: 'string' }
const emptyText: Field = { type: 'string', default: '' }
const share: Field = { type: 'number', minimum: 0, maximum: 1, default: 0.5 }
const flag = (value: boolean): Field => ({ type: 'boolean', default: value })
const choice = (first: string, ...values: readonly string[]): Field => ({
  type: 'string',
  enum: values,
  default: first,
})
const images = (maxItems: number): Field => ({ type: 'array', items: uri, maxItems })
const seconds = (...values: readonly number[]): Field => ({ type: 'integer', enum: values, default: 5 })

const aspectRatio = choice('16:9', '16:9', '9:16', '1:1')
const fiveOrTen = seconds(5, 10)
const threeToFifteen: Field = { type: 'integer', minimum: 3, maximum: 15, default: 5 }
const referenceFields: Schema = {
  reference_images: images(7),
  reference_video: uri,
  video_reference_type: choice('feature', 'feature', 'base'),
  keep_original_sound: flag(true),
}

const classic: Schema = {
  prompt: text,
  negative_prompt: emptyText,
  aspect_ratio: aspectRatio,
  start_image: uri,
  duration: fiveOrTen,
}
/** A card whose fields these are, some of them required. */
const input = (properties: Schema, ...required: readonly string[]): Schema => ({
  ...properties,
  ...Object.fromEntries(
    ['prompt', ...required].map((name) => [name, { ...(properties[name] ?? text), required: true as const }]),
  ),
})
const flat = (mode: string, silent: number): Pick<ModelRow, 'mode' | 'rates'> => ({
  mode,
  rates: { [mode]: { silent } },
})

/**
 * The text and image to video models of `kwaivgi`. Fields: Replicate's own API pages, schema dumps and, for
 * v1.5, working third-party code, read until 2026-11. Prices: billing data of the model pages captured 2026-10-05 (v2.1,
 * v2.6, v3, omni) and 2026-06-04 (o1); quotations of older pages for the rest.
 */
export const models: Readonly<Record<string, ModelRow>> = {
  'kwaivgi/kling-v1.5-standard': {
    input: input(classic, 'start_image'),
    ...flat('standard', 50_000),
    rules: [],
  },
  'kwaivgi/kling-v1.5-pro': {
    input: input({ ...classic, end_image: uri }),
    ...flat('pro', 95_000),
    rules: ['someFrame'],
  },
  'kwaivgi/kling-v1.6-standard': {
    version: '7e324e5fcb9479696f15ab6da262390cddf5a1efa2e11374ef9d1f85fc0f82da',
    input: input({ ...classic, reference_images: images(4), cfg_scale: share }),
    ...flat('standard', 50_000),
    rules: [],
  },
  'kwaivgi/kling-v1.6-pro': {
    version: '03b02153924ef65cd57b7e561f3a4ed66db11c34218d2c70a8af198987edfa3d',
    input: input({ ...classic, end_image: uri, reference_images: images(4), cfg_scale: share }),
    ...flat('pro', 95_000),
    rules: ['someFrame'],
  },
  'kwaivgi/kling-v2.0': {
    version: 'c17ab6fb62ef8b427c30147c3fef6b4d3bb94af3ba6095c67f8f82304829008a',
    input: input({ ...classic, cfg_scale: share }),
    ...flat('standard', 280_000),
    rules: [],
  },
  'kwaivgi/kling-v2.1': {
    version: 'daad218feb714b03e2a1ac445986aebb9d05243cd00da2af17be2e4049f48f69',
    input: input(
      {
        mode: choice('standard', 'standard', 'pro'),
        prompt: text,
        negative_prompt: emptyText,
        start_image: uri,
        end_image: uri,
        duration: fiveOrTen,
      },
      'start_image',
    ),
    mode: 'standard',
    rates: { standard: { silent: 50_000 }, pro: { silent: 90_000 } },
    rules: ['endNeedsPro'],
  },
  'kwaivgi/kling-v2.1-master': {
    input: input(classic),
    ...flat('master', 280_000),
    rules: [],
  },
  'kwaivgi/kling-v2.5-turbo-pro': {
    version: '45b7666e5a9a8d89de9acb167d4e85d67bab5af61d6d7881330586c7ce4a04c7',
    input: input({
      ...classic,
      end_image: uri,
      image: { ...uri, deprecated: true },
      guidance_scale: share,
    }),
    ...flat('pro', 70_000),
    rules: [],
  },
  'kwaivgi/kling-v2.6': {
    // Captured 2026-10-05: sound unless told otherwise.
    input: input({ ...classic, generate_audio: flag(true) }),
    mode: 'pro',
    rates: { pro: { silent: 70_000, audio: 140_000 } },
    rules: [],
  },
  'kwaivgi/kling-v3-video': {
    version: '4a8ba2743bd9dc2b487e0c4319988aacd658d33c2d064b8a420f4ee1732c30bd',
    input: input({
      ...classic,
      end_image: uri,
      mode: choice('pro', 'standard', 'pro', '4k'),
      duration: threeToFifteen,
      generate_audio: flag(false),
      multi_prompt: text,
    }),
    mode: 'pro',
    rates: {
      standard: { silent: 168_000, audio: 252_000 },
      pro: { silent: 224_000, audio: 336_000 },
      '4k': { silent: 420_000 },
    },
    rules: ['longPrompt', 'endNeedsStart', 'shots'],
  },
  'kwaivgi/kling-v3-omni-video': {
    version: '460d4f46adf3c29abbcd8f42cf5434570da6b50a39ec4593f2006486b1dd3fba',
    input: input({
      prompt: text,
      start_image: uri,
      end_image: uri,
      ...referenceFields,
      generate_audio: flag(false),
      mode: choice('pro', 'standard', 'pro', '4k'),
      aspect_ratio: aspectRatio,
      duration: threeToFifteen,
      multi_prompt: text,
    }),
    mode: 'pro',
    rates: {
      standard: { silent: 168_000, audio: 224_000 },
      pro: { silent: 224_000, audio: 280_000 },
      '4k': { silent: 420_000 },
    },
    rules: ['longPrompt', 'endNeedsStart', 'shots', 'references', 'videoOrAudio', 'noVideoIn4k'],
  },
  'kwaivgi/kling-o1': {
    version: '6d5f2d4becc7f734d190d17f13f776229c359cafc1c1898d78945e8d87c57538',
    input: input({
      prompt: text,
      start_image: uri,
      end_image: uri,
      ...referenceFields,
      mode: choice('pro', 'std', 'pro'),
      aspect_ratio: aspectRatio,
      duration: seconds(3, 4, 5, 6, 7, 8, 9, 10),
    }),
    mode: 'pro',
    rates: { std: { silent: 84_000, video: 126_000 }, pro: { silent: 112_000, video: 168_000 } },
    rules: ['endNeedsStart', 'references', 'fiveOrTenWithoutVideo'],
  },
}

/** Millionths of a dollar per second. */
export function rateOf(
  row: ModelRow,
  choice: { readonly mode: string; readonly audio: boolean; readonly video: boolean },
): number {
  const rate = row.rates[choice.mode] ?? { silent: 0 }
  if (choice.video && rate.video !== undefined) return rate.video
  return choice.audio ? (rate.audio ?? rate.silent) : rate.silent
}
