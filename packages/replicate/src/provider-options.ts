/**
 * What `providerOptions.replicate` takes, in Replicate's own spelling. None of it moves the price. Keys outside this
 * list become part of the prediction's `input` and make the quote `unknown`; keys that Reelay sets itself are refused.
 *
 * Source: the models' API pages and schemas, 2025 and 2026; Replicate's changelog of 2025-10-16 for the deadline.
 *
 * @example
 * ```ts
 * import type { TextToVideoRequest } from '@reelay/core'
 * import type { ReplicateVideoOptions } from '@reelay/replicate'
 * const options: ReplicateVideoOptions = {
 *   cancel_after: '10m',
 *   multi_prompt: [
 *     { prompt: 'Sunrise over a ridge', duration: 4 },
 *     { prompt: 'A bird crosses the sky', duration: 3 },
 *   ],
 * }
 * const request: TextToVideoRequest = {
 *   kind: 'text-to-video', prompt: 'A morning', model: 'kling-v3', duration: 7, providerOptions: { replicate: options },
 * }
 * ```
 */
export type ReplicateVideoOptions = {
  /**
   * Deadline counted from creation, 5 s to 24 h: seconds, or text such as `30s`, `5m`, `1h30m45s`. A prediction that
   * has not started by then is aborted and free; one that runs is canceled and charged for what ran.
   */
  readonly cancel_after?: number | string
  /** URLs or data URIs, named `<<<image_1>>>` in the prompt: up to 7 on kling-v3-omni and kling-video-o1, 4 on kling-v1-6. */
  readonly reference_images?: readonly string[]
  /** 1 to 6 shots on kling-v3 and kling-v3-omni, adding up to `duration`; also as the JSON text that goes over the wire. */
  readonly multi_prompt?: string | readonly { readonly prompt: string; readonly duration: number }[]
}

/** Keys that cannot move the price. */
export const freeOptions: readonly (keyof ReplicateVideoOptions)[] = [
  'cancel_after',
  'reference_images',
  'multi_prompt',
]
