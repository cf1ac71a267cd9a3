import * as z from 'zod/mini'
import { defineKind, type KindRow, type Least } from './kind.ts'
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
import type { VideoFields, VideoLimits } from './video-fields.ts'

/**
 * A clip from words alone.
 *
 * @example
 * ```ts
 * import type { TextToVideoRequest } from '@reelay/core'
 * const request: TextToVideoRequest = { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 }
 * ```
 */
export interface TextToVideoRequest extends VideoFields {
  readonly kind: 'text-to-video'
  /** What to show. May be `''` beside `shots`, or where the provider's own options carry the prompts. */
  readonly prompt: string
}

/** The types of the kind. */
export interface TextToVideo {
  readonly kind: 'text-to-video'
  readonly request: TextToVideoRequest
  readonly limits: VideoLimits
}

/**
 * The kind of a {@link TextToVideoRequest}: its schema, and what an adapter sells.
 *
 * @example
 * ```ts
 * import { textToVideo } from '@reelay/core'
 * textToVideo.schema // the input schema of a tool, as it is
 * ```
 */
export const textToVideo: KindRow<TextToVideo> = defineKind<TextToVideo>('text-to-video', {
  shape: { prompt: z.string().check(z.describe('What the clip shows.')), ...videoShape },
  media: [],
  texts: videoTexts,
  defaults: videoDefaults,
  rules: videoRules,
  mediaRule: () => false,
  warnings: videoWarnings,
  variants: videoVariants,
  bills: billsVideo,
})

/** The smallest request for a clip from words. */
export const leastTextToVideo: Least<TextToVideo> = leastVideo
