import type { ClipRef } from '../../kinds/clip.ts'
import type { RenderRequest, RequestOf } from '../../kinds/kinds.ts'
import type { Kind } from '../../model/words.ts'
import type { VideoProvider } from '../../provider/provider.ts'

/**
 * The kinds that go on from a clip.
 *
 * @example
 * ```ts
 * import type { ClipKind } from '@reelay/core'
 * const words: Readonly<Record<ClipKind, string>> = { extend: 'Made longer', 'lip-sync': 'Made to speak' }
 * ```
 */
export type ClipKind = { [K in Kind]: RequestOf<K> extends { readonly video: unknown } ? K : never }[Kind]

type WithoutClip<Request> = Request extends unknown ? Omit<Request, 'kind' | 'video'> : never

/**
 * A request of a kind that goes on from a clip, without that clip: the step before brings it.
 *
 * @example
 * ```ts
 * import type { NextRequest } from '@reelay/core'
 * const longer: NextRequest<'extend'> = { model: 'kling-v1-6', prompt: 'The boat drifts on' }
 * ```
 */
export type NextRequest<K extends ClipKind> = WithoutClip<RequestOf<K>>

/**
 * Where a step of a chain is bought, when not where the chain is.
 *
 * @example
 * ```ts
 * import type { StepOptions, VideoProvider } from '@reelay/core'
 * declare const fal: VideoProvider
 * const there: StepOptions = { provider: fal }
 * ```
 */
export interface StepOptions {
  readonly provider?: VideoProvider | undefined
}

/** One link of a chain. */
export interface Link {
  readonly provider: VideoProvider
  /** What it buys, once the clip before it is known; the first is given none. */
  request(clip: ClipRef | undefined): RenderRequest
}
