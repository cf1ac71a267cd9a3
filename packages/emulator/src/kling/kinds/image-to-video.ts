import { type Body, list, type Schema, text } from '../../engine/fields.ts'
import { bytesOfBase64, type Size, shortSide, sizeOf, stretchOf } from '../../engine/pictures.ts'
import { isRecord } from '../../http/json.ts'
import { type Refusal, refuse } from '../tables.ts'
import { checkFields, type KlingKind } from './kind.ts'
import { inCells } from './models.ts'
import {
  blank,
  cameraRule,
  cfgScaleRule,
  hasSound,
  lacks,
  multiShotRule,
  type Rule,
  soundRule,
  voiceRule,
} from './rules.ts'
import { readVideo, type VideoPath, videoFields } from './video.ts'

// Image input rule of the V1 pages: jpg or png, 10 MB, 300 px a side, 1:2.5 to 2.5:1.
const MAX_BYTES = 10 * 1024 * 1024
const MIN_SIDE = 300
const MAX_RATIO = 2.5
// JPEG keeps its size behind any EXIF thumbnail; this is far more than either needs.
const HEAD_CHARS = 512 * 1024

/**
 * An image field holds a public URL or raw base64. A `data:` prefix is refused, and base64 has to be a real
 * picture: that is stricter than anyone has observed, on purpose. A URL is not fetched, so its size is unknown.
 */
export function checkImage(field: string, value: string): Refusal | { readonly size?: Size } {
  const bad = (why: string): Refusal => refuse(1201, `${field} is invalid: ${why}`)
  if (/^https?:\/\//i.test(value)) return URL.canParse(value) ? {} : bad('not a URL')
  if (value.startsWith('data:')) return bad('base64 must come without a data: prefix')
  if ((value.length * 3) / 4 > MAX_BYTES) return bad('larger than 10 MB')
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return bad('neither a URL nor base64')
  const head = bytesOfBase64(value.slice(0, HEAD_CHARS))
  const size = head && sizeOf(head, ['jpg', 'png'])
  if (!size) return bad('not a jpg or png picture')
  if (shortSide(size) < MIN_SIDE) return bad(`a side is shorter than ${MIN_SIDE} px`)
  return stretchOf(size) > MAX_RATIO ? bad('aspect ratio is outside 1:2.5 to 2.5:1') : { size }
}

/** The clip takes its shape from the start frame, or from the end frame where that is alone. */
function checkPictures(body: Body): Refusal | { readonly size?: Size } {
  if (text(body, 'image') === '' && text(body, 'image_tail') === '') {
    return refuse(1201, 'image and image_tail cannot both be empty')
  }
  const sizes: Size[] = []
  for (const field of ['image', 'image_tail']) {
    const value = text(body, field)
    const checked = value === '' ? {} : checkImage(field, value)
    if ('code' in checked) return checked
    if (checked.size) sizes.push(checked.size)
  }
  const [size] = sizes
  return size ? { size } : {}
}

const hasMasks = (body: Body): boolean =>
  text(body, 'static_mask') !== '' || list(body, 'dynamic_masks').length > 0

const whole = { type: 'integer', required: true } as const
const point = { type: 'object', properties: { x: whole, y: whole } } as const

const brush: Schema = {
  static_mask: { type: 'string' },
  dynamic_masks: {
    type: 'array',
    maxItems: 6,
    items: {
      type: 'object',
      properties: {
        mask: { type: 'string', required: true },
        trajectories: { type: 'array', required: true, minItems: 2, maxItems: 77, items: point },
      },
    },
  },
}

/** Shape of the motion brush: `static_mask` and `dynamic_masks`. */
function checkMasks(body: Body): Refusal | undefined {
  const wrong = checkFields(brush, body)
  if (wrong) return wrong
  const moving = list(body, 'dynamic_masks').map((mask, position): [string, string] => [
    `dynamic_masks[${position}].mask`,
    isRecord(mask) ? text(mask, 'mask') : '',
  ])
  const still: [string, string][] =
    text(body, 'static_mask') === '' ? [] : [['static_mask', text(body, 'static_mask')]]
  for (const [field, value] of [...still, ...moving]) {
    const checked = checkImage(field, value)
    if ('code' in checked) return checked
  }
  return undefined
}

const maskRule: Rule = (selection) => {
  const { body, row, mode, seconds } = selection
  if (!hasMasks(body)) return undefined
  return inCells(row.masks, mode, seconds) ? checkMasks(body) : blank('static_mask', selection)
}

const endFrameRule: Rule = (selection) => {
  const { body, row, mode, seconds } = selection
  if (text(body, 'image_tail') === '') return undefined
  // An end frame changes the paid picture, so it is refused even where other blanks are ignored.
  const cells = text(body, 'image') === '' ? row.endOnly : row.startAndEnd
  if (!inCells(cells, mode, seconds)) return lacks('image_tail', selection)
  return row.endFrameSilent && hasSound(body) ? refuse(1201, "image_tail needs sound 'off'") : undefined
}

const exclusiveRule: Rule = ({ body }) => {
  const groups = [text(body, 'image_tail') !== '', hasMasks(body), isRecord(body.camera_control)]
  return groups.filter(Boolean).length > 1
    ? refuse(1201, 'image_tail, static_mask/dynamic_masks and camera_control exclude each other')
    : undefined
}

const elementRule: Rule = (selection) => {
  const { body, row } = selection
  const elements = list(body, 'element_list')
  if (elements.length === 0) return undefined
  if (!row.elements) return blank('element_list', selection)
  if (elements.length > row.elements)
    return refuse(1201, `element_list must not hold more than ${row.elements} elements`)
  // A JSON long in V1; JSON.parse may round it, which is harmless here.
  if (!elements.every((element) => isRecord(element) && typeof element.element_id === 'number')) {
    return refuse(1201, 'element_list[].element_id must be of type long')
  }
  return list(body, 'voice_list').length > 0
    ? refuse(1201, 'element_list and voice_list exclude each other')
    : undefined
}

const path: VideoPath = {
  path: '/v1/videos/image2video',
  op: 'image2video',
  product: 'Image to Video',
  fields: {
    ...videoFields,
    image: { type: 'string' },
    image_tail: { type: 'string' },
    static_mask: { type: 'string' },
    dynamic_masks: { type: 'array' },
    element_list: { type: 'array' },
  },
  // On image2video only kling-v3 insists on a prompt.
  needsPrompt: (model) => model === 'kling-v3',
  checkPictures,
  rules: [
    soundRule,
    voiceRule,
    cfgScaleRule,
    exclusiveRule,
    cameraRule,
    maskRule,
    multiShotRule,
    elementRule,
    endFrameRule,
  ],
}

export const imageToVideo: KlingKind = {
  ...path,
  read: (body, settings) => readVideo(path, body, settings),
}
