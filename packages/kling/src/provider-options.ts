/**
 * What `providerOptions.kling` takes, in Kling's own spelling. None of it moves the price. Keys outside this list are
 * passed on too, but make the quote `unknown`; keys that Reelay sets itself are refused.
 *
 * Source: klingai.com/document-api, text-to-video and image-to-video pages, 2026-02 to 2026-09.
 *
 * @example
 * ```ts
 * import type { TextToVideoRequest } from '@reelay/core'
 * import type { KlingVideoOptions } from '@reelay/kling'
 * const shots: KlingVideoOptions = {
 *   multi_shot: true,
 *   shot_type: 'customize',
 *   multi_prompt: [
 *     { index: 1, prompt: 'Sunrise over a ridge', duration: '4' },
 *     { index: 2, prompt: 'A bird crosses the sky', duration: '3' },
 *   ],
 * }
 * const request: TextToVideoRequest = {
 *   kind: 'text-to-video', prompt: '', model: 'kling-v3', duration: 7, providerOptions: { kling: shots },
 * }
 * ```
 */
export type KlingVideoOptions = {
  /** Asks for a second, watermarked clip. */
  readonly watermark_info?: { readonly enabled: boolean }
  /** Motion brush on image-to-video: the area that stays still; URL or raw base64. */
  readonly static_mask?: string
  /** Motion brush on image-to-video: up to 6 areas with 2 to 77 points each, pixels from the bottom left. */
  readonly dynamic_masks?: readonly {
    readonly mask: string
    readonly trajectories: readonly { readonly x: number; readonly y: number }[]
  }[]
  /** Several shots in one clip; kling-v3 only. */
  readonly multi_shot?: boolean
  /** `customize`: the shots of `multi_prompt`. `intelligence`: cut from `prompt`. */
  readonly shot_type?: 'customize' | 'intelligence'
  /** 1 to 6 shots; whole seconds as strings that add up to `duration`. */
  readonly multi_prompt?: readonly {
    readonly index: number
    readonly prompt: string
    readonly duration: string
  }[]
  /** Up to 3 elements on kling-v3 image-to-video. */
  readonly element_list?: readonly { readonly element_id: number | string }[]
}

/** Keys passed on as they are; none is named in the price list (2026-10-04). */
export const freeOptions: readonly (keyof KlingVideoOptions)[] = [
  'watermark_info',
  'static_mask',
  'dynamic_masks',
  'multi_shot',
  'shot_type',
  'multi_prompt',
  'element_list',
]
