import type { Body } from '../../engine/fields.ts'
import { text } from '../../engine/fields.ts'
import { refuse } from '../tables.ts'
import { countOf, type ImagePath, type ImageRule, imageFields, readImages } from './images.ts'
import type { KlingKind } from './kind.ts'

const ratio = { type: 'number', required: true, minimum: 0, maximum: 2 } as const
const MOST_AREA = 3
const MILLI_UNITS = 8000

const side = (body: Body, name: string): number => Number(body[`${name}_expansion_ratio`])
const height = (body: Body): number => 1 + side(body, 'up') + side(body, 'down')
const width = (body: Body): number => 1 + side(body, 'left') + side(body, 'right')

/** The area at most three times that of the picture; a millionth for what decimal fractions lose. */
const areaRule: ImageRule = ({ body }) =>
  width(body) * height(body) > MOST_AREA + 1e-6
    ? refuse(1201, `the expanded area must not be larger than ${MOST_AREA} times the image`)
    : undefined

/** What four zeros draw is not documented: taken for a mistake here, on purpose. */
const someRule: ImageRule = ({ body }) =>
  width(body) * height(body) === 1 ? refuse(1201, 'at least one expansion ratio must be above 0') : undefined

const path: ImagePath = {
  op: 'editing/expand',
  fields: {
    ...imageFields,
    image: { type: 'string', required: true, minLength: 1 },
    up_expansion_ratio: ratio,
    down_expansion_ratio: ratio,
    left_expansion_ratio: ratio,
    right_expansion_ratio: ratio,
  },
  needsPrompt: false,
  imagesIn: (body) => [['image', text(body, 'image')]],
  rules: [areaRule, someRule],
  rate: () => MILLI_UNITS,
  count: countOf,
  aspect: (body, first) => (first ? (first.width * width(body)) / (first.height * height(body)) : 1),
}

export const expand: KlingKind = {
  ...path,
  path: '/v1/images/editing/expand',
  product: 'Image Expansion',
  read: (body, settings) => readImages(path, body, settings),
}
