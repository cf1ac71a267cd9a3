/**
 * What `providerOptions.fal` takes, in fal's own spelling. None of it moves the price. Keys outside this list are passed
 * on too, but make the quote `unknown`; keys that Reelay sets itself are refused. Images in here are URLs or data URIs:
 * they are sent as they are.
 *
 * Source: endpoint types of fal-js at 381105e (2026-08-02); `middle_image_urls` from the v4 model page (2026-11).
 *
 * @example
 * ```ts
 * import type { TextToVideoRequest } from '@reelay/core'
 * import type { FalVideoOptions } from '@reelay/fal'
 * const shots: FalVideoOptions = {
 *   multi_prompt: [
 *     { prompt: 'Sunrise over a ridge', duration: '4' },
 *     { prompt: 'A bird crosses the sky', duration: '3' },
 *   ],
 * }
 * const request: TextToVideoRequest = {
 *   kind: 'text-to-video', prompt: '', model: 'kling-v3', duration: 7, providerOptions: { fal: shots },
 * }
 * ```
 */
export type FalVideoOptions = {
  /**
   * Shots in the place of `prompt`, on kling-v3, kling-v3-turbo, kling-v3-omni and kling-v4. Seconds, `"5"` when left
   * out, that add up to `duration`.
   */
  readonly multi_prompt?: readonly { readonly prompt: string; readonly duration?: string | number }[]
  /** Who cuts the shots; kling-v3 and kling-v3-omni. */
  readonly shot_type?: 'customize' | 'intelligent'
  /** Subjects named `@Element1`, … in the prompt; image to video on kling-v3. At most one with a video. */
  readonly elements?: readonly {
    readonly frontal_image_url?: string
    readonly reference_image_urls?: readonly string[]
    readonly video_url?: string
  }[]
  /** The area that stays still; image to video on kling-v1 and kling-v1-5. */
  readonly static_mask_url?: string
  /** Areas that move along points; image to video on kling-v1 and kling-v1-5. */
  readonly dynamic_masks?: readonly {
    readonly mask_url: string
    readonly trajectories?: readonly { readonly x: number; readonly y: number }[]
  }[]
  /** Up to 8 images between start and end; image to video on kling-v4. */
  readonly middle_image_urls?: readonly string[]
}
