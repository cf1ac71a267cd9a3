import type { Media, MediaRule } from '../model/media.ts'
import type { Expansion, ExpansionLimits } from './image-expansion.ts'
import type { ImageFields, ImageLimits } from './image-fields.ts'

/**
 * Pictures from pictures, in one of three ways: after what goes in (`image`, or `references` that the prompt names), from
 * subjects that meet in a scene (`subjectImages`), or `image` itself, widened (`expand`).
 *
 * @example
 * ```ts
 * import type { ImageToImageRequest } from '@reelay/core'
 * const request: ImageToImageRequest = {
 *   kind: 'image-to-image',
 *   model: 'kling-v2-1',
 *   prompt: 'The same man as a chess player',
 *   image: 'https://example.com/man.png',
 *   reference: 'subject',
 * }
 * export const label: ImageToImageRequest = {
 *   kind: 'image-to-image',
 *   model: 'kling-v3-omni',
 *   prompt: 'Put the tag on the jar',
 *   references: { jar: 'https://example.com/jar.png', tag: 'https://example.com/tag.png' },
 * }
 * export const wider: ImageToImageRequest = {
 *   kind: 'image-to-image', image: 'https://example.com/street.png', expand: { left: 0.5, right: 0.5 },
 * }
 * ```
 */
export interface ImageToImageRequest extends ImageFields {
  readonly kind: 'image-to-image'
  /** What to show; may be left out where a picture is widened, or subjects meet. */
  readonly prompt?: string
  /** The picture to follow, or to widen. */
  readonly image?: Media
  /** What of `image` is kept, on the models that make a difference. */
  readonly reference?: 'subject' | 'face'
  /** How closely to follow `image`, 0 to 1, on the same models. */
  readonly imageFidelity?: number
  /** How closely to keep a person's features, 0 to 1, beside a subject. */
  readonly humanFidelity?: number
  /** Who or what meets, one picture each. */
  readonly subjectImages?: readonly Media[]
  /** Where the subjects are. */
  readonly sceneImage?: Media
  /** In whose style they are shown. */
  readonly styleImage?: Media
  /** Widens `image` on its sides. */
  readonly expand?: Expansion
}

/**
 * What a request for pictures from pictures may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { Offer } from '@reelay/core'
 * const keepsFaces = ({ limits }: Offer<'image-to-image'>): boolean => limits.reference.includes('face')
 * ```
 */
export interface ImageInputLimits extends ImageLimits {
  readonly images: MediaRule
  /** What of `image` can be kept; nothing where the model makes no difference, and knows no fidelity either. */
  readonly reference: readonly ('subject' | 'face')[]
  /** Most subjects that meet in one picture. */
  readonly subjects: false | number
  readonly expand: false | ExpansionLimits
}

/** The types of the kind. */
export interface ImageToImage {
  readonly kind: 'image-to-image'
  readonly request: ImageToImageRequest
  readonly limits: ImageInputLimits
}
