import { list, text } from '../../engine/fields.ts'
import { isRecord } from '../../http/json.ts'
import {
  countOf,
  type ImagePath,
  imageFields,
  modelFields,
  namedAspect,
  ratioField,
  readImages,
} from './images.ts'
import type { KlingKind } from './kind.ts'

const path: ImagePath = {
  op: 'multi-image2image',
  fields: {
    ...modelFields,
    ...imageFields,
    subject_image_list: {
      type: 'array',
      required: true,
      minItems: 1,
      maxItems: 4,
      items: { type: 'object', properties: { subject_image: { type: 'string', required: true } } },
    },
    scene_image: { type: 'string' },
    style_image: { type: 'string' },
    aspect_ratio: ratioField,
  },
  // The only value now.
  defaultModel: 'kling-v2-1',
  needsPrompt: false,
  imagesIn: (body) => [
    ...list(body, 'subject_image_list').map((item, index): [string, string] => [
      `subject_image_list[${index}].subject_image`,
      isRecord(item) ? text(item, 'subject_image') : '',
    ]),
    ...['scene_image', 'style_image']
      .map((field): [string, string] => [field, text(body, field)])
      .filter(([, value]) => value !== ''),
  ],
  rules: [],
  rate: ({ row }) => row.rates.multi,
  count: countOf,
  aspect: (body) => namedAspect(body, undefined),
}

export const multiImageToImage: KlingKind = {
  ...path,
  path: '/v1/images/multi-image2image',
  product: 'Multi-Image to Image',
  read: (body, settings) => readImages(path, body, settings),
}
