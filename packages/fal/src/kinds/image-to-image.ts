import {
  type Draft,
  type HttpRequest,
  imageToImage,
  present,
  referencesIn,
  type Sold,
  sell,
} from '@reelay/core/adapter'
import { imageCreate, imageFields, imageOptionProblems } from './image.ts'
import { imagesRows } from './image-rows.ts'

/** The create call of a checked request. */
function encode(draft: Draft<'image-to-image'>): HttpRequest {
  const { offer, media } = draft
  const unnamed = media.image?.value
  // The prompt counts the pictures, so one without a name comes last.
  const list = [...referencesIn(draft).images, ...(unnamed === undefined ? [] : [unnamed])]
  const pictures = offer.model === 'kling-v3' ? { image_url: unnamed } : { image_urls: list }
  return imageCreate(draft, { ...imageFields(draft), ...present(pictures) })
}

/**
 * Pictures from pictures: v3 takes one, O1 and O3 a list that the prompt can name.
 *
 * @example
 * ```ts
 * import { createFalWith, falImageToImage } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falImageToImage] })
 * ```
 */
export const imagesToImage: Sold<'image-to-image'> = sell([imageToImage], {
  rows: imagesRows,
  encode,
  check: imageOptionProblems,
})
