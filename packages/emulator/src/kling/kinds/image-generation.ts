import { text } from '../../engine/fields.ts'
import { refuse } from '../tables.ts'
import {
  blank,
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
import type { KlingKind } from './kind.ts'

const share = { type: 'number', minimum: 0, maximum: 1 } as const

/** Words say what not to show, or a picture what to start from. */
const negativeRule: ImageRule = ({ body, images }) =>
  images.length > 0 && text(body, 'negative_prompt') !== ''
    ? refuse(1201, 'negative_prompt is not supported with image')
    : undefined

const referenceRule: ImageRule = (selection) => {
  const { body, row, images } = selection
  const given = ['image_reference', 'image_fidelity', 'human_fidelity'].filter(
    (field) => body[field] !== undefined,
  )
  const [field] = given
  if (field === undefined) return undefined
  if (images.length === 0) return refuse(1201, `image cannot be empty with ${field}`)
  if (!row.references) return blank(field, selection)
  return body.human_fidelity !== undefined && body.image_reference !== 'subject'
    ? refuse(1201, "human_fidelity needs image_reference 'subject'")
    : undefined
}

const wideRule: ImageRule = (selection) =>
  selection.model === 'kling-v1' && selection.body.aspect_ratio === '21:9'
    ? blank('aspect_ratio 21:9', selection)
    : undefined

const path: ImagePath = {
  op: 'generations',
  fields: {
    ...modelFields,
    ...imageFields,
    negative_prompt: { type: 'string', maxLength: 2500 },
    image: { type: 'string' },
    image_reference: { type: 'string', enum: ['subject', 'face'] },
    image_fidelity: share,
    human_fidelity: share,
    element_list: { type: 'array' },
    resolution: { type: 'string', enum: ['1k', '2k'] },
    aspect_ratio: ratioField,
  },
  // The table of 2026-09; its page's text still says a V1 model.
  defaultModel: 'kling-v3',
  needsPrompt: true,
  imagesIn: (body) => (text(body, 'image') === '' ? [] : [['image', text(body, 'image')]]),
  rules: [negativeRule, referenceRule, wideRule, elementRule],
  rate: ({ row, images }) => (images.length > 0 ? row.rates.image : row.rates.text),
  count: countOf,
  aspect: (body) => namedAspect(body, undefined),
}

export const imageGeneration: KlingKind = {
  ...path,
  path: '/v1/images/generations',
  product: 'Image Generation',
  read: (body, settings) => readImages(path, body, settings),
}
