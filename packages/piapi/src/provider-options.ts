/**
 * What `providerOptions.piapi` takes: keys of PiAPI's `input`, in its spelling, checked before anything is sent. Other
 * keys are passed on too, but make the quote `unknown`; keys that Reelay sets itself are refused.
 *
 * Source: piapi.ai/docs/kling-api/kling-3-api, 2026-02.
 *
 * @example
 * ```ts
 * import type { TextToVideoRequest } from '@reelay/core'
 * import type { PiapiVideoOptions } from '@reelay/piapi'
 * const shots: PiapiVideoOptions = {
 *   multi_shots: [
 *     { prompt: 'Sunrise over a ridge', duration: 4 },
 *     { prompt: 'A bird crosses the sky', duration: 3 },
 *   ],
 * }
 * const request: TextToVideoRequest = {
 *   kind: 'text-to-video', prompt: '', model: 'kling-v3', duration: 7, providerOptions: { piapi: shots },
 * }
 * ```
 */
export type PiapiVideoOptions = {
  /** 1 to 6 shots of 1 to 14 whole seconds that add up to `duration`; version 3.0. They replace `prompt`. */
  readonly multi_shots?: readonly { readonly prompt: string; readonly duration: number }[]
  /** Lets Kling cut `prompt` into shots; version 3.0. */
  readonly prefer_multi_shots?: boolean
}

/** Keys passed on as they are. Shots could move the price by their length, which the checks tie to `duration`. */
export const freeOptions: readonly (keyof PiapiVideoOptions)[] = ['multi_shots', 'prefer_multi_shots']
