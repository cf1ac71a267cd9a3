import * as v from 'valibot'
import { type VideoFields, videoFields } from './fields.ts'

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
  /** What to show. May be `''` only where the provider's own options carry the prompts (multi-shot). */
  readonly prompt: string
}

/** Shape of a {@link TextToVideoRequest}. */
export const textToVideo: v.GenericSchema = v.strictObject({
  kind: v.literal('text-to-video'),
  prompt: v.string(),
  ...videoFields,
})
