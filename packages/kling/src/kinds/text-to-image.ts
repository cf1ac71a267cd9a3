import { type Draft, type HttpRequest, type Sold, sell, textToImage } from '@reelay/core/adapter'
import { pathOf } from '../routes.ts'
import { withLongs } from './element-ids.ts'
import { imageFields, imageOptionProblems } from './image.ts'
import { wordsRows } from './image-rows.ts'

/** The create call of a checked request. */
function encode(draft: Draft<'text-to-image'>): HttpRequest {
  // Our own fields last: nothing a caller passes through may replace what the quote was made for.
  const json = { ...withLongs(draft.options), ...imageFields(draft) }
  return { method: 'POST', path: pathOf(draft.offer.route), json }
}

/**
 * Pictures from words, by `images/generations` and `images/omni-image`.
 *
 * @example
 * ```ts
 * import { createKlingWith, klingTextToImage } from '@reelay/kling/kinds'
 * export const kling = createKlingWith({ kinds: [klingTextToImage] })
 * ```
 */
export const wordsToImage: Sold<'text-to-image'> = sell([textToImage], {
  rows: wordsRows,
  encode,
  check: imageOptionProblems,
})
