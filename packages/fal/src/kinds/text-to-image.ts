import { type Sold, sell, textToImage } from '@reelay/core/adapter'
import { imageCreate, imageFields, imageOptionProblems } from './image.ts'
import { wordsRows } from './image-rows.ts'

/** Pictures from words, each model an endpoint. */
export const wordsToImage: Sold = sell([textToImage], {
  rows: wordsRows,
  encode: (draft) => imageCreate(draft, imageFields(draft)),
  check: imageOptionProblems,
})
