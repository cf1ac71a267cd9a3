import { type Body, list, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import { refuse } from '../tables.ts'
import {
  countOf,
  elementRule,
  type ImagePath,
  type ImageRule,
  imageFields,
  modelFields,
  namedAspect,
  ratioField,
  readImages,
} from './images.ts'
import { imageView, invalidValue, type KlingKind } from './kind.ts'

const isSeries = (body: Body): boolean => body.result_type === 'series'
const DEFAULT_SERIES = 4
/** As many as this model finds good: not the default, so that one can tell them apart. */
const AUTO_SERIES = 3

/** A whole number from 2 to 9, or `auto`, which only kling-v3-omni takes (since 2026-04-27). */
const seriesRule: ImageRule = ({ body, model }) => {
  const { series_amount: amount } = body
  if (amount === undefined || !isSeries(body)) return undefined
  if (amount === 'auto') return model === 'kling-v3-omni' ? undefined : invalidValue('series_amount', amount)
  return Number.isInteger(amount) && Number(amount) >= 2 && Number(amount) <= 9
    ? undefined
    : invalidValue('series_amount', amount)
}

/** `auto`, the default, takes its shape from a picture; words alone have none on kling-v3-omni. */
const autoRule: ImageRule = ({ body, model, images }) => {
  const auto = ['', 'auto'].includes(text(body, 'aspect_ratio'))
  return auto && model === 'kling-v3-omni' && images.length === 0
    ? refuse(1201, "aspect_ratio 'auto' is not supported without images")
    : undefined
}

const markRule: ImageRule = ({ body, images }) => {
  const numbers = [...text(body, 'prompt').matchAll(/<{2,3}image_(\d+)>{2,3}/g)].map((match) =>
    Number(match[1]),
  )
  const stray = numbers.find((number) => number < 1 || number > images.length)
  return stray === undefined ? undefined : refuse(1201, `prompt refers to image_${stray}, which is not there`)
}

const path: ImagePath = {
  op: 'omni-image',
  fields: {
    ...modelFields,
    ...imageFields,
    image_list: {
      type: 'array',
      items: { type: 'object', properties: { image: { type: 'string', required: true } } },
    },
    element_list: { type: 'array' },
    resolution: { type: 'string', enum: ['1k', '2k', '4k'] },
    result_type: { type: 'string', enum: ['single', 'series'] },
    // A whole number, or a word that not every model takes.
    series_amount: { type: 'any' },
    aspect_ratio: { ...ratioField, enum: [...ratioField.enum, 'auto'] },
  },
  defaultModel: 'kling-image-o1',
  needsPrompt: true,
  imagesIn: (body) =>
    list(body, 'image_list').map((item, index) => [
      `image_list[${index}].image`,
      isRecord(item) ? text(item, 'image') : '',
    ]),
  rules: [seriesRule, autoRule, markRule, elementRule],
  rate: ({ row, images }) => (images.length > 0 ? row.rates.image : row.rates.text),
  count: (body) => {
    if (!isSeries(body)) return countOf(body)
    const { series_amount: amount = DEFAULT_SERIES } = body
    return amount === 'auto' ? AUTO_SERIES : Number(amount)
  },
  aspect: (body, first) => namedAspect(body, first),
}

export const omniImage: KlingKind = {
  ...path,
  path: '/v1/images/omni-image',
  product: 'Omni Image',
  read: (body, settings) => readImages(path, body, settings),
  result: ({ job }, files) => {
    const pictures = files.map(imageView)
    // Whether `images` is empty or absent in a series is not documented.
    return isSeries(job.request)
      ? { result_type: 'series', images: [], series_images: pictures }
      : { result_type: 'single', images: pictures }
  },
}
