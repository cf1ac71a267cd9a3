import * as z from 'zod/mini'
import type { Media } from '../model/media.ts'
import { defineKind, type KindRow, type Least, mediaField, optionalField } from './kind.ts'
import {
  billsVideo,
  leastVideo,
  videoDefaults,
  videoRules,
  videoShape,
  videoTexts,
  videoVariants,
  videoWarnings,
} from './video.ts'
import { images } from './video-content.ts'
import type { VideoFields, VideoLimits } from './video-fields.ts'

/**
 * A clip that starts from, ends on, or moves between images.
 *
 * @example
 * ```ts
 * import type { ImageToVideoRequest } from '@reelay/core'
 * const request: ImageToVideoRequest = { kind: 'image-to-video', startImage: 'https://example.com/boat.png' }
 * ```
 */
export interface ImageToVideoRequest extends VideoFields {
  readonly kind: 'image-to-video'
  readonly prompt?: string
  /** The first frame. One of `startImage` and `endImage` is needed. */
  readonly startImage?: Media
  /** The last frame, on the models and modes that take one. */
  readonly endImage?: Media
}

/** The types of the kind. */
export interface ImageToVideo {
  readonly kind: 'image-to-video'
  readonly request: ImageToVideoRequest
  readonly limits: VideoLimits
}

/**
 * The kind of an {@link ImageToVideoRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { imageToVideo } from '@reelay/core'
 * imageToVideo.schema // the input schema of a tool, as it is
 * ```
 */
export const imageToVideo: KindRow<ImageToVideo> = defineKind<ImageToVideo>('image-to-video', {
  shape: {
    prompt: optionalField(z.string(), 'What happens in the clip.'),
    startImage: z.optional(mediaField('The first frame.')),
    endImage: z.optional(mediaField('The last frame, on the models and modes that take one.')),
    ...videoShape,
  },
  media: ['startImage', 'endImage'],
  texts: videoTexts,
  defaults: videoDefaults,
  rules: [...videoRules, images],
  mediaRule: ({ images: rule }) => rule,
  warnings: videoWarnings,
  variants: videoVariants,
  bills: billsVideo,
})

/** The smallest request for a clip from an image. */
export const leastImageToVideo: Least<ImageToVideo> = (row, samples) => ({
  ...leastVideo(row),
  startImage: samples.media(row.limits.images),
})
