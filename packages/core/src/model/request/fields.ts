import * as z from 'zod/mini'
import { isMedia, type Media } from '../media.ts'

/** Video models by their official names; any other string is passed on to the catalogue. */
export type KlingModel =
  | 'kling-v1'
  | 'kling-v1-5'
  | 'kling-v1-6'
  | 'kling-v2-master'
  | 'kling-v2-1'
  | 'kling-v2-1-master'
  | 'kling-v2-5-turbo'
  | 'kling-v2-6'
  | 'kling-v3'
  | (string & {})

/** Quality tier: `std` is 720p, `pro` is 1080p, `4k` is what it says. Master models have only `pro`. */
export type Mode = 'std' | 'pro' | '4k'

/** Width to height of the clip. */
export type AspectRatio = '16:9' | '9:16' | '1:1' | (string & {})

/** A scripted camera move, on the models that take one. */
export interface CameraControl {
  readonly type: 'simple' | 'down_back' | 'forward_up' | 'right_turn_forward' | 'left_turn_forward'
  /** For `simple` only: exactly one axis other than zero, from -10 to 10. */
  readonly config?: {
    readonly [axis in 'horizontal' | 'vertical' | 'pan' | 'tilt' | 'roll' | 'zoom']?: number
  }
}

/** Settings for one provider, keyed by provider id, in the provider's own spelling. */
export type ProviderOptions = { readonly [provider: string]: { readonly [key: string]: unknown } }

/** The fields every video request shares. */
export interface VideoFields {
  /** Official model name; the catalogue's default when left out. */
  readonly model?: KlingModel
  /** Quality tier; the cheapest the model has when left out. */
  readonly mode?: Mode
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
  /** How many results from one task, on the kinds that allow several. */
  readonly n?: number
  readonly providerOptions?: ProviderOptions
}

/** Schema of a {@link Media} value. */
export const mediaField: z.ZodMiniType<Media> = z.custom<Media>(isMedia)

const axis = z.optional(z.number().check(z.minimum(-10), z.maximum(10)))

/** Schemas of {@link VideoFields}, to spread into a kind's object. */
export const videoFields: { readonly [field in keyof VideoFields]-?: z.ZodMiniType } = {
  model: z.optional(z.string().check(z.minLength(1))),
  mode: z.optional(z.enum(['std', 'pro', '4k'])),
  duration: z.optional(z.number().check(z.positive())),
  negativePrompt: z.optional(z.string()),
  aspectRatio: z.optional(z.string().check(z.regex(/^\d+:\d+$/))),
  generateAudio: z.optional(z.boolean()),
  cfgScale: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  cameraControl: z.optional(
    z.strictObject({
      type: z.enum(['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']),
      config: z.optional(
        z.strictObject({ horizontal: axis, vertical: axis, pan: axis, tilt: axis, roll: axis, zoom: axis }),
      ),
    }),
  ),
  n: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
  providerOptions: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
}
