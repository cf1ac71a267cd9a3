import { type Body, documented, firstOf, list, type Schema, text } from '../../engine/fields.ts'
import { aspects, type Size } from '../../engine/pictures.ts'
import { isRecord } from '../../http/json.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import type { Refusal } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkImage } from './image-to-video.ts'
import { checkFields, invalidValue, type KlingKind } from './kind.ts'
import { type Mode, models } from './models.ts'
import { type OmniModel, rules } from './reference-rules.ts'
import { hasSound, promptsOf } from './rules.ts'
import { checkCallback, checkState, videoFields } from './video.ts'

/** The models of omni-video and their prices (page of 2026-10-04): seconds of output, but for an edited video. */
const omniModels: Readonly<Record<string, OmniModel>> = {
  'kling-video-o1': {
    state: 'current',
    modes: ['std', 'pro'],
    longest: 10,
    rates: { std: [600, 600, 900], pro: [800, 800, 1200] },
  },
  'kling-v3-omni': {
    state: 'current',
    modes: ['std', 'pro', '4k'],
    longest: 15,
    rates: { std: [600, 800, 900], pro: [800, 1000, 1200], '4k': [3000, 3000, 3000] },
  },
}

const {
  negative_prompt,
  voice_list: _voices,
  cfg_scale: _scale,
  camera_control: _camera,
  ...shared
} = videoFields
const ratio = { type: 'string', enum: ['16:9', '9:16', '1:1'] } as const

const omniFields: Schema = {
  ...shared,
  image_list: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        image_url: { type: 'string', required: true, minLength: 1 },
        type: { type: 'string', enum: ['first_frame', 'end_frame'] },
      },
    },
  },
  element_list: {
    type: 'array',
    // A JSON long; the parser may round it, which is harmless here.
    items: { type: 'object', properties: { element_id: { type: 'number', required: true } } },
  },
  video_list: {
    type: 'array',
    maxItems: 1,
    items: {
      type: 'object',
      properties: {
        video_url: { type: 'string', required: true, minLength: 1 },
        refer_type: { type: 'string', enum: ['feature', 'base'] },
        keep_original_sound: { type: 'string', enum: ['yes', 'no'] },
      },
    },
  },
  aspect_ratio: ratio,
}

/** Sizes of the pictures, as far as they are known. */
function sizesOf(
  values: readonly (readonly [field: string, value: string])[],
): Refusal | (Size | undefined)[] {
  const sizes: (Size | undefined)[] = []
  for (const [field, value] of values) {
    const checked = checkImage(field, value)
    if ('code' in checked) return checked
    sizes.push(checked.size)
  }
  return sizes
}

// What the input of an edited video lasts, nobody here knows: it is not fetched.
const EDITED_SECONDS = 5

function readOmni(raw: Body, settings: KlingSettings): Job | Refusal {
  const taken = documented(omniFields, raw)
  // A number was accepted on this path (live, 2026-05-07).
  const body = typeof taken.duration === 'number' ? { ...taken, duration: String(taken.duration) } : taken
  const wrong = checkFields(omniFields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  const model = text(body, 'model_name') || 'kling-video-o1'
  const row = Object.hasOwn(omniModels, model) ? omniModels[model] : undefined
  if (!row) return invalidValue('model_name', model)
  const gone = checkState(model, row.state, settings)
  if (gone) return gone
  const mode = row.modes.find((known) => known === (text(body, 'mode') || 'pro'))
  if (!mode) return invalidValue('mode', body.mode)
  const video = list(body, 'video_list').find(isRecord)
  const edits = video !== undefined && video.refer_type !== 'feature'
  const seconds = edits ? EDITED_SECONDS : Number(text(body, 'duration') || '5')
  if (!edits && (!Number.isInteger(seconds) || seconds < 3 || seconds > row.longest))
    return invalidValue('duration', body.duration)
  if (video && !webURL(text(video, 'video_url')))
    return invalidValue('video_list[0].video_url', video.video_url)

  const pictures = list(body, 'image_list').filter(isRecord)
  const sizes = sizesOf(
    pictures.map((one, index) => [`image_list[${index}].image_url`, text(one, 'image_url')]),
  )
  if ('code' in sizes) return sizes
  const [first, end] = ['first_frame', 'end_frame'].map((type) => pictures.find((one) => one.type === type))
  const elements = list(body, 'element_list').length
  const asked = { body, model, row, mode, seconds, pictures, first, end, elements, video, edits }
  const refusal = firstOf(rules, asked)
  if (refusal) return refusal
  const size = first && sizes[pictures.indexOf(first)]
  const [silent = 0, loud = 0, besideVideo = 0] = row.rates[mode] ?? []
  return {
    op: 'omni-video',
    model,
    mode,
    seconds,
    aspect: size ? size.width / size.height : (aspects[text(body, 'aspect_ratio')] ?? 16 / 9),
    prompt: promptsOf(body),
    frame: first ? text(first, 'image_url') : '',
    references: pictures.filter((one) => one !== first).map((one) => text(one, 'image_url')),
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    milliUnits: (video ? besideVideo : hasSound(body) ? loud : silent) * seconds,
    request: raw,
  }
}

/** References by number in the prompt, `<<<image_1>>>`; today's way. */
export const omniVideo: KlingKind = {
  path: '/v1/videos/omni-video',
  op: 'omni-video',
  product: 'Omni Video',
  fields: omniFields,
  read: readOmni,
}

const multiImageFields: Schema = {
  model_name: { type: 'string' },
  prompt: { type: 'string', required: true, minLength: 1, maxLength: 2500 },
  negative_prompt: negative_prompt ?? { type: 'string' },
  image_list: {
    type: 'array',
    required: true,
    minItems: 1,
    maxItems: 4,
    items: { type: 'object', properties: { image: { type: 'string', required: true, minLength: 1 } } },
  },
  mode: { type: 'string', enum: ['std', 'pro'] },
  duration: { type: 'string', enum: ['5', '10'] },
  aspect_ratio: ratio,
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
  watermark_info: { type: 'object', properties: { enabled: { type: 'boolean' } } },
}

function readMultiImage(raw: Body, settings: KlingSettings): Job | Refusal {
  const body = documented(multiImageFields, raw)
  const wrong = checkFields(multiImageFields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  const model = text(body, 'model_name') || 'kling-v1-6'
  const row = model === 'kling-v1-6' ? models[model] : undefined
  if (!row) return invalidValue('model_name', model)
  const gone = checkState(model, row.state, settings)
  if (gone) return gone
  const pictures = list(body, 'image_list')
    .filter(isRecord)
    .map((one) => text(one, 'image'))
  const sizes = sizesOf(pictures.map((value, index) => [`image_list[${index}].image`, value]))
  if ('code' in sizes) return sizes
  const mode: Mode = text(body, 'mode') === 'pro' ? 'pro' : 'std'
  const seconds = Number(text(body, 'duration') || '5')
  return {
    op: 'multi-image2video',
    model,
    mode,
    seconds,
    aspect: aspects[text(body, 'aspect_ratio')] ?? 16 / 9,
    prompt: text(body, 'prompt'),
    frame: '',
    references: pictures,
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    // On no page of 2026-09: as its other clips.
    milliUnits: (row.rates[mode]?.silent ?? 0) * seconds,
    request: raw,
  }
}

/** Up to four pictures without names; documented for kling-v1-6 alone. */
export const multiImage: KlingKind = {
  path: '/v1/videos/multi-image2video',
  op: 'multi-image2video',
  product: 'Multi-Image to Video',
  fields: multiImageFields,
  read: readMultiImage,
  // Its page of 2026-02 shows no watermark_url where none was asked for, and a length to one digit.
  result: ({ job: { watermark } }, files) => ({
    videos: files.map(({ id, url, seconds = 0, marked }) => ({
      id,
      url,
      ...(watermark ? marked : {}),
      duration: `${seconds}.1`,
    })),
  }),
}
