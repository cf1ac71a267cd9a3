import * as z from 'zod/mini'
import {
  billsPictures,
  imageFilesAt,
  imageMediaRule,
  imageRules,
  imageShape,
  imageTexts,
  imageWarnings,
} from './image.ts'
import type { ImageFields, ImageLimits } from './image-fields.ts'
import { defineKind, type KindRow, type Least } from './kind.ts'

/**
 * Pictures from words alone; an element that the prompt names is all that may go in.
 *
 * @example
 * ```ts
 * import type { TextToImageRequest } from '@reelay/core'
 * const request: TextToImageRequest = { kind: 'text-to-image', prompt: 'A paper boat in the rain', aspectRatio: '3:4', n: 2 }
 * ```
 */
export interface TextToImageRequest extends ImageFields {
  readonly kind: 'text-to-image'
  /** What to show. */
  readonly prompt: string
}

/** The types of the kind. */
export interface TextToImage {
  readonly kind: 'text-to-image'
  readonly request: TextToImageRequest
  readonly limits: ImageLimits
}

/**
 * The kind of a {@link TextToImageRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { textToImage } from '@reelay/core'
 * textToImage.schema // the input schema of a tool, as it is
 * ```
 */
export const textToImage: KindRow<TextToImage> = defineKind<TextToImage>('text-to-image', {
  shape: { prompt: z.string().check(z.describe('What the picture shows.')), ...imageShape },
  media: ['references'],
  mediaAt: imageFilesAt([]),
  texts: imageTexts,
  defaults: {},
  rules: imageRules,
  mediaRule: imageMediaRule,
  warnings: imageWarnings,
  variants: ['any'],
  bills: billsPictures,
})

/** The smallest request for a picture from words. */
export const leastTextToImage: Least<TextToImage> = () => ({ prompt: 'A paper boat in the rain' })
