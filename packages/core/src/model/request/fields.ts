import * as v from 'valibot'
import { isMedia, type Media } from '../media.ts'
import type { KlingModel } from './models.ts'

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
export const mediaField: v.GenericSchema<Media> = v.custom<Media>(isMedia)

const axis = v.optional(v.pipe(v.number(), v.minValue(-10), v.maxValue(10)))
const number = (min: number, max: number) => v.optional(v.pipe(v.number(), v.minValue(min), v.maxValue(max)))

/** Schemas of {@link VideoFields}, to spread into a kind's object. */
export const videoFields: { readonly [field in keyof VideoFields]-?: v.GenericSchema } = {
  model: v.optional(v.pipe(v.string(), v.minLength(1))),
  mode: v.optional(v.picklist(['std', 'pro', '4k'])),
  duration: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  negativePrompt: v.optional(v.string()),
  aspectRatio: v.optional(v.pipe(v.string(), v.regex(/^\d+:\d+$/))),
  generateAudio: v.optional(v.boolean()),
  cfgScale: number(0, 1),
  cameraControl: v.optional(
    v.strictObject({
      type: v.picklist(['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']),
      config: v.optional(
        v.strictObject({ horizontal: axis, vertical: axis, pan: axis, tilt: axis, roll: axis, zoom: axis }),
      ),
    }),
  ),
  n: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  providerOptions: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
}
