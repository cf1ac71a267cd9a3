import type { Field, Schema } from '../../engine/fields.ts'

const text: Field = { type: 'string' }
const needText: Field = { type: 'string', required: true }
const url: Field = { type: 'string', format: 'file' }
const needURL: Field = { type: 'string', format: 'file', required: true }
const needNumber: Field = { type: 'number', required: true }
const list = (items: Field, maxItems?: number): Field => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
})
const choice = (values: readonly string[], initial?: string): Field => ({
  type: 'string',
  enum: values,
  ...(initial === undefined ? {} : { default: initial }),
})
const seconds = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))

const fiveOrTen = choice(['5', '10'], '5')
const threeToTen = choice(seconds(3, 10), '5')
const threeToFifteen = choice(seconds(3, 15), '5')
const ratio = choice(['16:9', '9:16', '1:1'], '16:9')
const shotType = choice(['customize', 'intelligent'], 'customize')
const negative: Field = { type: 'string', default: 'blur, distort, and low quality' }
const cfg: Field = { type: 'number', minimum: 0, maximum: 1, default: 0.5 }
const audio = (initial: boolean): Field => ({ type: 'boolean', default: initial })

const trajectory: Field = { type: 'object', properties: { x: needNumber, y: needNumber } }
const mask: Field = { type: 'object', properties: { mask_url: needURL, trajectories: list(trajectory) } }
const shot: Field = {
  type: 'object',
  properties: { prompt: needText, duration: choice(seconds(1, 15), '5') },
}
const comboElement: Field = {
  type: 'object',
  properties: { frontal_image_url: url, reference_image_urls: list(text), video_url: url, voice_id: text },
}
const cameraMoves = ['horizontal', 'vertical', 'pan', 'tilt', 'roll', 'zoom']
const camera: Field = {
  type: 'object',
  properties: { movement_type: { ...choice(cameraMoves), required: true }, movement_value: needNumber },
}

const classic: Schema = { prompt: needText, duration: fiveOrTen, negative_prompt: negative, cfg_scale: cfg }
const multiShot: Schema = { prompt: text, multi_prompt: list(shot), duration: threeToFifteen }
const v3: Schema = {
  ...multiShot,
  negative_prompt: negative,
  cfg_scale: cfg,
  generate_audio: audio(true),
  shot_type: shotType,
}
const o3: Schema = { ...multiShot, generate_audio: audio(false), shot_type: shotType }
const v4: Schema = {
  prompt: text,
  multi_prompt: list({
    type: 'object',
    properties: { prompt: needText, duration: { type: 'integer', default: 5 } },
  }),
  duration: { type: 'integer', minimum: 3, maximum: 30, default: 5 },
  // Left out, it is the dearer one (model pages, 2026-11).
  resolution: choice(['720p', '1080p'], '1080p'),
}
const masks: Schema = { tail_image_url: url, static_mask_url: url, dynamic_masks: list(mask) }

const o1Element: Field = {
  type: 'object',
  properties: {
    frontal_image_url: needURL,
    // One to three, by the page; the types ask for none.
    reference_image_urls: list(url, 3),
  },
}
const imageElement: Field = {
  type: 'object',
  properties: { frontal_image_url: url, reference_image_urls: list(text) },
}
const videoReference: Schema = {
  prompt: needText,
  video_url: needURL,
  image_urls: list(url),
  aspect_ratio: choice(['auto', '16:9', '9:16', '1:1'], 'auto'),
}

const classicText: Schema = { ...classic, aspect_ratio: ratio }
const classicImage: Schema = { ...classic, image_url: needURL }

export type SchemaName =
  | 'v1Text'
  | 'classicText'
  | 'v1Image'
  | 'v15Image'
  | 'v16Image'
  | 'classicImage'
  | 'tailImage'
  | 'v26Text'
  | 'v26Image'
  | 'v3Text'
  | 'v3Image'
  | 'turboText'
  | 'turboImage'
  | 'o1Image'
  | 'o3Text'
  | 'o3Image'
  | 'v4Text'
  | 'v4Image'
  | 'elements'
  | 'o1Reference'
  | 'o1Video'
  | 'o3Reference'
  | 'o3Video'
  | 'v4Reference'

/**
 * Inputs per family: the published client types of 2026-08-02, with the numeric ranges of the model pages. What
 * the types do not list is not refused: none of these apps is known to forbid further keys.
 */
export const schemas: Readonly<Record<SchemaName, Schema>> = {
  v1Text: {
    ...classicText,
    camera_control: choice(['down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']),
    advanced_camera_control: camera,
  },
  classicText,
  v1Image: { ...classicImage, ...masks },
  v15Image: { ...classicImage, ...masks, aspect_ratio: ratio },
  v16Image: { ...classicImage, tail_image_url: url, aspect_ratio: ratio },
  classicImage,
  tailImage: { ...classicImage, tail_image_url: url },
  v26Text: { ...classicText, generate_audio: audio(true) },
  v26Image: {
    prompt: needText,
    duration: fiveOrTen,
    negative_prompt: negative,
    start_image_url: needURL,
    end_image_url: url,
    generate_audio: audio(true),
    voice_ids: list(text, 2),
  },
  v3Text: { ...v3, aspect_ratio: ratio },
  v3Image: { ...v3, start_image_url: needURL, end_image_url: url, elements: list(comboElement) },
  turboText: { ...multiShot, aspect_ratio: ratio },
  turboImage: { ...multiShot, image_url: needURL },
  o1Image: { prompt: needText, start_image_url: needURL, end_image_url: url, duration: threeToTen },
  o3Text: { ...o3, aspect_ratio: ratio },
  o3Image: { ...o3, image_url: needURL, end_image_url: url },
  // The page's list starts with the first three; the others are known from the model's other pages.
  v4Text: { ...v4, aspect_ratio: choice(['auto', '16:9', '9:16', '1:1', '21:9'], '16:9') },
  elements: {
    prompt: needText,
    input_image_urls: { ...list(url, 4), required: true, minItems: 1 },
    duration: fiveOrTen,
    aspect_ratio: ratio,
    negative_prompt: negative,
  },
  o1Reference: {
    prompt: needText,
    image_urls: list(url),
    elements: list(o1Element),
    duration: threeToTen,
    aspect_ratio: ratio,
  },
  o1Video: { ...videoReference, elements: list(o1Element), duration: threeToTen, keep_audio: audio(false) },
  o3Reference: {
    ...o3,
    start_image_url: url,
    end_image_url: url,
    image_urls: list(url),
    elements: list(comboElement),
    aspect_ratio: ratio,
  },
  o3Video: {
    ...videoReference,
    elements: list(imageElement),
    // Left out, the clip follows its input.
    duration: choice(seconds(3, 15)),
    keep_audio: audio(true),
    shot_type: { ...text, default: 'customize' },
  },
  v4Reference: {
    ...v4,
    aspect_ratio: choice(['auto', '16:9', '9:16', '1:1', '21:9'], '16:9'),
    start_image_url: url,
    image_urls: list(url, 10),
    // Five, by the vendor; 3 to 30 s and 300 MB each, as its page has it for edits.
    video_urls: list(url, 5),
    elements: list(comboElement),
  },
  v4Image: { ...v4, start_image_url: needURL, middle_image_urls: list(text, 8), end_image_url: url },
}
