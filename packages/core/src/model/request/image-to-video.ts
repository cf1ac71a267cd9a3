import * as v from 'valibot'
import type { Media } from '../media.ts'
import { mediaField, type VideoFields, videoFields } from './fields.ts'

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

/** Shape of an {@link ImageToVideoRequest}. */
export const imageToVideo: v.GenericSchema = v.strictObject({
  kind: v.literal('image-to-video'),
  prompt: v.optional(v.string()),
  startImage: v.optional(mediaField),
  endImage: v.optional(mediaField),
  ...videoFields,
})
