import { type Sold, sell, textToImage } from '@reelay/core/adapter'
import { imageCreate, imageFields, imageOptionProblems } from './image.ts'
import { wordsRows } from './image-rows.ts'

/**
 * Pictures from words, each model an endpoint.
 *
 * @example
 * ```ts
 * import { createFalWith, falTextToImage } from '@reelay/fal/kinds'
 * export const fal = createFalWith({ kinds: [falTextToImage] })
 * ```
 */
export const wordsToImage: Sold<'text-to-image'> = sell([textToImage], {
  rows: wordsRows,
  encode: (draft) => imageCreate(draft, imageFields(draft)),
  check: imageOptionProblems,
})
