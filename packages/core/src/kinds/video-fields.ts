import type { MediaRule } from '../model/media.ts'
import type { TextUnit } from '../model/text.ts'
import type { AspectRatio, CameraControl, Shot } from '../model/words.ts'
import type { SharedFields } from './kind-types.ts'

/** Clip length of requests that name none, in seconds: every model sells it. */
export const defaultDuration = 5

/**
 * The fields every video request shares.
 *
 * @example
 * ```ts
 * import type { VideoFields } from '@reelay/core'
 * const look: VideoFields = { duration: 10, aspectRatio: '9:16', generateAudio: true }
 * ```
 */
export interface VideoFields extends SharedFields {
  /** Length of the clip in seconds; 5 when left out. */
  readonly duration?: number
  /** What to keep out of the picture. */
  readonly negativePrompt?: string
  /** Width to height; beside an image the picture decides. */
  readonly aspectRatio?: AspectRatio
  /** Whether the clip gets a sound track; `false` when left out, since sound costs more. */
  readonly generateAudio?: boolean
  /** How closely to follow the prompt, 0 to 1. */
  readonly cfgScale?: number
  readonly cameraControl?: CameraControl
  /** Several shots in one clip, on the models that take them; each has a prompt of its own. */
  readonly shots?: readonly Shot[]
  /** How many results from one task, on the kinds that allow several. */
  readonly n?: number
}

/** How long a text may be, in what the provider counts; characters (code points) when it does not say. */
export interface TextLimit {
  readonly maxLength: number
  readonly unit?: TextUnit
}

/**
 * Which shots a row takes.
 *
 * @example
 * ```ts
 * import type { ShotLimits } from '@reelay/core'
 * const limits: ShotLimits = { most: 6, seconds: [1, 15], options: ['multi_prompt'] }
 * ```
 */
export interface ShotLimits {
  readonly most: number
  /** Shortest and longest shot in whole seconds. */
  readonly seconds: readonly [shortest: number, longest: number]
  /** Characters of one shot's prompt. */
  readonly longestPrompt?: number
  /** Characters of all their prompts. */
  readonly longestTogether?: number
  /** Whether the request's own prompt is needed beside them; else it is not sent. */
  readonly besidePrompt?: true
  /** The provider's own options that say the same. */
  readonly options: readonly string[]
}

/**
 * What a request for a clip may contain at a row; pure data.
 *
 * @example
 * ```ts
 * import type { VideoLimits } from '@reelay/core'
 * const longest = ({ durations }: VideoLimits): number => Math.max(...durations)
 * ```
 */
export interface VideoLimits {
  /** Clip lengths sold, in seconds. */
  readonly durations: readonly number[]
  readonly prompt: TextLimit & { readonly required: boolean }
  readonly negativePrompt: false | TextLimit
  /** `false`: the picture decides. */
  readonly aspectRatios: false | readonly string[]
  readonly cfgScale: boolean
  /** `never`: silent only. `optional`: silent unless asked. */
  readonly audio: 'never' | 'optional' | 'always'
  /** Camera moves taken, and the only clip length they work at. */
  readonly cameraControl:
    | false
    | { readonly types: readonly CameraControl['type'][]; readonly durations: readonly number[] }
  /** None when absent. */
  readonly shots?: ShotLimits
  readonly images: false | MediaRule
  readonly endImage:
    | false
    | {
        /** Whether an end image may come without a start image. */
        readonly alone: boolean
        readonly durations?: readonly number[]
        /** Whether the clip must be silent beside an end image. */
        readonly silentOnly?: boolean
      }
}

/**
 * The kinds whose outcome is a clip, with these fields and limits.
 *
 * @example
 * ```ts
 * import type { Offer, VideoKind } from '@reelay/core'
 * const isSilent = ({ limits }: Offer<VideoKind>): boolean => limits.audio === 'never'
 * ```
 */
export type VideoKind = 'text-to-video' | 'image-to-video'

/** What the types of all video kinds have in common. */
export interface Video {
  readonly kind: VideoKind | 'reference-to-video'
  readonly request: VideoFields & { readonly prompt?: string }
  readonly limits: VideoLimits
}
