import {
  type Draft,
  type HttpRequest,
  imageToImage,
  present,
  referencesIn,
  type Sold,
  type Subject,
  sell,
  type Warning,
  wholeExpansion,
} from '@reelay/core/adapter'
import { pathOf } from '../routes.ts'
import { withLongs } from './element-ids.ts'
import { commonFields, imageFields, imageOptionProblems } from './image.ts'
import { imagesRows } from './image-rows.ts'

type Body = Readonly<Record<string, unknown>>
type Pictures = Draft<'image-to-image'>

/** Widening, and subjects that meet, are calls of their own; what else goes in depends on the model. */
const routeOf = ({ request, offer }: Subject<'image-to-image'>): string =>
  request.expand !== undefined
    ? 'expand'
    : request.subjectImages !== undefined
      ? 'multi-image2image'
      : offer.route

/** Of `editing/expand`, which names no model. */
function expandFields(draft: Pictures): Body {
  const { up, down, left, right } = wholeExpansion(draft.request.expand ?? {})
  return {
    ...commonFields(draft),
    image: draft.media.image?.value,
    // All four are required.
    up_expansion_ratio: up,
    down_expansion_ratio: down,
    left_expansion_ratio: left,
    right_expansion_ratio: right,
  }
}

/** Of `multi-image2image`. */
function subjectFields(draft: Pictures): Body {
  const { request, offer, media } = draft
  return {
    ...commonFields(draft),
    model_name: offer.model,
    subject_image_list: request.subjectImages?.map((_subject, index) => ({
      subject_image: media[`subjectImages.${index}`]?.value,
    })),
    scene_image: media.sceneImage?.value,
    style_image: media.styleImage?.value,
    aspect_ratio: request.aspectRatio,
  }
}

/** Of `omni-image`: the prompt counts the pictures, so one without a name comes last. */
function omniFields(draft: Pictures): Body {
  const unnamed = draft.media.image?.value
  const pictures = [...referencesIn(draft).images, ...(unnamed === undefined ? [] : [unnamed])]
  return {
    ...imageFields(draft),
    image_list: pictures.length > 0 ? pictures.map((image) => ({ image })) : undefined,
  }
}

/** Of `generations`. */
const generationFields = (draft: Pictures): Body => ({
  ...imageFields(draft),
  image: draft.media.image?.value,
  image_reference: draft.request.reference,
  image_fidelity: draft.request.imageFidelity,
  human_fidelity: draft.request.humanFidelity,
})

const fieldsBy: Readonly<Record<string, (draft: Pictures) => Body>> = {
  expand: expandFields,
  'multi-image2image': subjectFields,
  'omni-image': omniFields,
  generations: generationFields,
}

/** The create call of a checked request. */
function encode(draft: Pictures): HttpRequest {
  const { route } = draft.offer
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  const json = { ...withLongs(draft.options), ...present(fieldsBy[route]?.(draft) ?? {}) }
  return { method: 'POST', path: pathOf(route), json }
}

/** Which model widens is not for the caller to say (capability map, 2026-05-19: all model versions). */
const warnings = ({ request: { expand, model } }: Subject<'image-to-image'>): readonly Warning[] =>
  expand !== undefined && model !== undefined
    ? [{ field: 'model', message: `Kling widens pictures without naming a model; ${model} was not sent.` }]
    : []

/**
 * Pictures from pictures, by four calls of V1.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingImageToImage } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingImageToImage] })
 * ```
 */
export const imagesToImage: Sold<'image-to-image'> = sell([imageToImage], {
  rows: imagesRows,
  route: routeOf,
  encode,
  check: imageOptionProblems,
  warnings,
})
