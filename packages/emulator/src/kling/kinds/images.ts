import { type Body, documented, firstOf, list, type Schema, text } from '../../engine/fields.ts'
import { aspects, type Size } from '../../engine/pictures.ts'
import { isRecord } from '../../http/json.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import type { Job } from '../task.ts'
import { checkImage } from './image-to-video.ts'
import { checkFields, invalidValue } from './kind.ts'
import type { Mode, ModelState } from './models.ts'
import { checkCallback, checkState } from './video.ts'

/** Thousandths of an image unit for one picture. */
interface Rates {
  /** From words. */
  readonly text?: number
  /** From a picture. */
  readonly image?: number
  /** From several, by multi-image2image. */
  readonly multi?: number
  /** Whatever it is made from. */
  readonly '4k'?: number
}

export interface ImageModel {
  readonly state: ModelState
  /** Create paths that take it. */
  readonly ops: readonly string[]
  readonly resolutions: readonly string[]
  readonly rates: Rates
  /** Whether it takes `image_reference` and the fidelities: kling-v2-1 by the page of 2026-09, v1-5 by that of 2026-02. */
  readonly references?: true
}

/** The image models and their prices: image pages and price page of 2026-09-20; what stands before 2.1 is of an older list. */
export const imageModels: Readonly<Record<string, ImageModel>> = {
  'kling-v1': {
    state: 'unverified',
    ops: ['generations'],
    resolutions: ['1k'],
    rates: { text: 1000, image: 1000 },
  },
  'kling-v1-5': {
    state: 'unverified',
    ops: ['generations'],
    resolutions: ['1k'],
    rates: { text: 4000, image: 8000 },
    references: true,
  },
  'kling-v2': {
    state: 'unverified',
    ops: ['generations', 'multi-image2image'],
    resolutions: ['1k', '2k'],
    rates: { text: 4000, image: 8000, multi: 16_000 },
  },
  'kling-v2-new': {
    state: 'unverified',
    ops: ['generations'],
    resolutions: ['1k'],
    rates: { image: 8000 },
  },
  'kling-v2-1': {
    state: 'current',
    ops: ['generations', 'multi-image2image'],
    resolutions: ['1k', '2k'],
    rates: { text: 4000, image: 8000, multi: 16_000 },
    references: true,
  },
  'kling-v3': {
    state: 'current',
    ops: ['generations'],
    resolutions: ['1k', '2k'],
    rates: { text: 8000, image: 8000 },
  },
  'kling-image-o1': {
    state: 'current',
    ops: ['omni-image'],
    resolutions: ['1k', '2k'],
    rates: { text: 8000, image: 8000 },
  },
  'kling-v3-omni': {
    state: 'current',
    ops: ['omni-image'],
    resolutions: ['1k', '2k', '4k'],
    rates: { text: 8000, image: 8000, '4k': 16_000 },
  },
}

const words = { type: 'string', maxLength: 2500 } as const

export const ratioField = {
  type: 'string',
  enum: ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3', '21:9'],
} as const

/** Fields of every image path. */
export const imageFields: Schema = {
  prompt: words,
  n: { type: 'integer', minimum: 1, maximum: 9 },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
  watermark_info: { type: 'object', properties: { enabled: { type: 'boolean' } } },
}

/** Fields of the paths that name a model. */
export const modelFields: Schema = { model_name: { type: 'string' }, model: { type: 'string' } }

/** A request whose model and pictures are known; what is left is whether its fields go together. */
export interface ImageSelection {
  readonly body: Body
  readonly model: string
  readonly row: ImageModel
  /** Every picture that went in. */
  readonly images: readonly string[]
  readonly settings: KlingSettings
}

export type ImageRule = (selection: ImageSelection) => Refusal | undefined

/** What one of the image paths has of its own. */
export interface ImagePath {
  readonly op: string
  readonly fields: Schema
  /** Absent where the path takes no model. */
  readonly defaultModel?: string
  readonly needsPrompt: boolean
  /** The pictures of a body, with the names of their fields. */
  imagesIn(body: Body): readonly (readonly [field: string, value: string])[]
  readonly rules: readonly ImageRule[]
  /** Which of a model's rates counts. */
  rate(selection: ImageSelection): number | undefined
  /** How many pictures come out. */
  count(body: Body): number
  /** Width by height, given the size of the first picture where it is known. */
  aspect(body: Body, first: Size | undefined): number
}

const modes: Readonly<Record<string, Mode>> = { '1k': 'std', '2k': 'pro', '4k': '4k' }
/** Of `editing/expand`, which every model version is said to do and which names none. */
const anyModel: ImageModel = { state: 'current', ops: ['editing/expand'], resolutions: ['1k'], rates: {} }

/** A documented field on a model that lacks it. */
export const blank = (field: string, { model, settings }: ImageSelection): Refusal | undefined =>
  settings.unsupportedFields === 'ignore'
    ? undefined
    : refuse(1201, `${field} is not supported by model '${model}'`)

/** Reads a create body strictly: from the single field to the pictures to the model to the combination. */
export function readImages(path: ImagePath, raw: Body, settings: KlingSettings): Job | Refusal {
  const { op, fields } = path
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body) ?? checkCallback(text(body, 'callback_url'))
  if (wrong) return wrong
  if (path.needsPrompt && text(body, 'prompt') === '') return refuse(1201, 'prompt cannot be empty')

  const model = path.defaultModel === undefined ? 'expand' : text(body, 'model_name') || path.defaultModel
  const row = path.defaultModel === undefined ? anyModel : selectImageModel(op, model, settings)
  if ('code' in row) return row
  const resolution = text(body, 'resolution') || '1k'
  if (!row.resolutions.includes(resolution)) return invalidValue('resolution', resolution)

  const sizes: (Size | undefined)[] = []
  const pictures = path.imagesIn(body)
  for (const [field, value] of pictures) {
    const checked = value === '' ? refuse(1201, `${field} cannot be empty`) : checkImage(field, value)
    if ('code' in checked) return checked
    sizes.push(checked.size)
  }
  const images = pictures.map(([, value]) => value)
  const selection: ImageSelection = { body, model, row, images, settings }
  const refusal = firstOf(path.rules, selection)
  if (refusal) return refusal
  const rate = (resolution === '4k' ? row.rates['4k'] : undefined) ?? path.rate(selection)
  if (rate === undefined) return invalidValue('model_name', model)

  const n = path.count(body)
  return {
    op,
    model,
    mode: modes[resolution] ?? 'std',
    seconds: 0,
    files: Array.from({ length: n }, () => ({ type: 'png' as const })),
    aspect: path.aspect(body, sizes[0]),
    prompt: text(body, 'prompt'),
    frame: '',
    references: images,
    watermark: isRecord(body.watermark_info) && body.watermark_info.enabled === true,
    pack: 'image',
    slots: n,
    milliUnits: rate * n,
    request: raw,
  }
}

function selectImageModel(op: string, model: string, settings: KlingSettings): ImageModel | Refusal {
  const row = Object.hasOwn(imageModels, model) ? imageModels[model] : undefined
  if (!row?.ops.includes(op)) return invalidValue('model_name', model)
  return checkState(model, row.state, settings) ?? row
}

export const countOf = (body: Body): number => (typeof body.n === 'number' ? body.n : 1)

/** By name, else that of the first picture, else what the pages give as the default. */
export const namedAspect = (body: Body, first: Size | undefined): number =>
  aspects[text(body, 'aspect_ratio')] ?? (first ? first.width / first.height : 16 / 9)

const MOST_INPUTS = 10

/** Ids of multi-image elements, at most ten together with the pictures (image pages, 2026-09-20). */
export const elementRule: ImageRule = ({ body, images }) => {
  const elements = list(body, 'element_list')
  if (!elements.every((element) => isRecord(element) && typeof element.element_id === 'number'))
    return refuse(1201, 'element_list[].element_id must be of type long')
  return elements.length + images.length > MOST_INPUTS
    ? refuse(1201, `images and elements must not be more than ${MOST_INPUTS}`)
    : undefined
}
