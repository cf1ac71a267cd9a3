import type { MediaRule } from '../model/media.ts'
import type { AspectRatio } from '../model/words.ts'
import type { SharedFields } from './kind-types.ts'
import type { Reference, ReferenceLimits } from './references.ts'
import type { TextLimit } from './video-fields.ts'

/**
 * What a name in the prompt of a picture stands for: a picture, an element made of several pictures of one subject, or an
 * element that the provider knows by an id.
 *
 * @example
 * ```ts
 * import type { PictureReference } from '@reelay/core'
 * export const references: { readonly [name: string]: PictureReference } = {
 *   jar: 'https://example.com/jar.png',
 *   Mara: { element: '321922438904313' },
 * }
 * ```
 */
export type PictureReference = Exclude<Reference, { readonly video: unknown }>

/**
 * The fields every request for pictures shares. Their `mode` is the resolution: `std` is 1k, `pro` is 2k, `4k` what it says.
 *
 * @example
 * ```ts
 * import type { ImageFields } from '@reelay/core'
 * const covers: ImageFields = { mode: 'pro', aspectRatio: '3:4', n: 4 }
 * const story: ImageFields = { model: 'kling-v3-omni', series: 'auto' }
 * ```
 */
export interface ImageFields extends SharedFields {
  /** What to keep out of the picture. */
  readonly negativePrompt?: string
  /** Width to height; `auto`, where it is sold, leaves it to the model. */
  readonly aspectRatio?: AspectRatio
  /** How many pictures, each by itself; one when left out. */
  readonly n?: number
  /** So many pictures that belong together, 2 to 9, or as many as the model finds good; instead of `n`. */
  readonly series?: number | 'auto'
  /** What the names in the prompt stand for, where the model takes such; numbered in the order given. */
  readonly references?: { readonly [name: string]: PictureReference }
}

/**
 * What a request for pictures may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { ImageLimits } from '@reelay/core'
 * const most = ({ most, series }: ImageLimits): number => Math.max(most, series ? series.most : 1)
 * ```
 */
export interface ImageLimits {
  readonly prompt: TextLimit & { readonly required: boolean }
  readonly negativePrompt: false | TextLimit
  readonly aspectRatios: readonly string[]
  /** Most pictures of one task. */
  readonly most: number
  /** Pictures that belong together. */
  readonly series: false | { readonly most: number; readonly auto: boolean }
  /** What each picture that goes in must be like. */
  readonly images: false | MediaRule
  /** What the prompt may name. */
  readonly references: ReferenceLimits
}

/** What the types of all kinds of pictures have in common. */
export interface Picture {
  readonly kind: 'text-to-image' | 'image-to-image'
  readonly request: ImageFields & { readonly prompt?: string }
  readonly limits: ImageLimits
}
