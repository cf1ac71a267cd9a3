/** Every kind of render that Reelay has words for, by name; a provider sells some of them. */
export const kindNames = [
  'text-to-video',
  'image-to-video',
  'reference-to-video',
  'extend',
  'text-to-image',
  'image-to-image',
  'lip-sync',
  'virtual-try-on',
] as const

/**
 * Name of a kind of render.
 *
 * @example
 * ```ts
 * import type { Kind, VideoProvider } from '@reelay/core'
 * const sells = (provider: VideoProvider, kind: Kind): boolean =>
 *   provider.catalog.offers.some((offer) => offer.kind === kind && offer.state === 'current')
 * ```
 */
export type Kind = (typeof kindNames)[number]

/** Whether a value is the name of a kind. */
export const isKind = (value: unknown): value is Kind => (kindNames as readonly unknown[]).includes(value)

/**
 * Video models by their official names (`model_name` of Kling's API; for those that only wrappers sell so far, named the
 * same way), oldest first. As of 2026-11-26.
 */
export const klingModels = [
  'kling-v1',
  'kling-v1-5',
  'kling-v1-6',
  'kling-v2-master',
  'kling-v2-1',
  'kling-v2-1-master',
  'kling-v2-5',
  'kling-v2-5-turbo',
  'kling-v2-6',
  'kling-video-o1',
  'kling-v3',
  'kling-v3-omni',
  'kling-v3-turbo',
  'kling-v4',
  'kling-v4-flash',
] as const

/**
 * A model by its official name; any other string is passed on to the catalogue.
 *
 * @example
 * ```ts
 * import type { KlingModel } from '@reelay/core'
 * const allowed: readonly KlingModel[] = ['kling-v3', 'kling-v2-6']
 * const isAllowed = (model: KlingModel): boolean => allowed.includes(model)
 * ```
 */
export type KlingModel = (typeof klingModels)[number] | (string & {})

/** Quality tiers, from cheap to dear. */
export const modeNames = ['std', 'pro', '4k'] as const

/**
 * Quality tier: `std` is 720p, `pro` is 1080p, `4k` is what it says; of pictures `std` is 1k and `pro` 2k. Master models have
 * only `pro`.
 *
 * @example
 * ```ts
 * import type { Mode } from '@reelay/core'
 * const height: Readonly<Record<Mode, number>> = { std: 720, pro: 1080, '4k': 2160 }
 * ```
 */
export type Mode = (typeof modeNames)[number]

/**
 * Width to height of the clip.
 *
 * @example
 * ```ts
 * import type { AspectRatio } from '@reelay/core'
 * const ratioFor = (width: number, height: number): AspectRatio =>
 *   width === height ? '1:1' : width > height ? '16:9' : '9:16'
 * ```
 */
export type AspectRatio = '16:9' | '9:16' | '1:1' | (string & {})

/**
 * A scripted camera move, on the models that take one.
 *
 * @example
 * ```ts
 * import type { CameraControl, TextToVideoRequest } from '@reelay/core'
 * const zoomIn: CameraControl = { type: 'simple', config: { zoom: 6 } }
 * export const request: TextToVideoRequest = {
 *   kind: 'text-to-video',
 *   model: 'kling-v1-6',
 *   prompt: 'A lighthouse',
 *   cameraControl: zoomIn,
 * }
 * ```
 */
export interface CameraControl {
  readonly type: 'simple' | 'down_back' | 'forward_up' | 'right_turn_forward' | 'left_turn_forward'
  /** For `simple` only: exactly one axis other than zero, from -10 to 10. */
  readonly config?: {
    readonly [axis in 'horizontal' | 'vertical' | 'pan' | 'tilt' | 'roll' | 'zoom']?: number
  }
}

/**
 * One of several shots in a clip.
 *
 * @example
 * ```ts
 * import type { Shot } from '@reelay/core'
 * const shots: readonly Shot[] = [
 *   { prompt: 'Sunrise over a ridge', duration: 4 },
 *   { prompt: 'A bird crosses the sky', duration: 3 },
 * ]
 * ```
 */
export interface Shot {
  /** What it shows. */
  readonly prompt: string
  /** Whole seconds; all of them together are as long as the clip. */
  readonly duration: number
}

/**
 * Settings for one provider, keyed by provider id, in the provider's own spelling.
 *
 * @example
 * ```ts
 * import type { ProviderOptions, TextToVideoRequest } from '@reelay/core'
 * const providerOptions: ProviderOptions = { kling: { watermark_info: { enabled: false } } }
 * export const request: TextToVideoRequest = { kind: 'text-to-video', prompt: 'A paper boat', providerOptions }
 * ```
 */
export type ProviderOptions = { readonly [provider: string]: { readonly [key: string]: unknown } }
