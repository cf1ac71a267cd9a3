import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Concession } from './concede.ts'
import type { RecommendReason } from './facts.ts'
import type { KnownQuote } from './ranks.ts'
import type { PassedOver } from './survey.ts'

/**
 * A row that serves an intent, with the request that is ready to be submitted there.
 *
 * @example
 * ```ts
 * import { generate, type RecommendedOffer } from '@reelay/core'
 * const buy = ({ provider, request }: RecommendedOffer) => generate(provider, request)
 * ```
 */
export interface RecommendedOffer {
  readonly provider: VideoProvider
  /** Ready to be submitted: `check` of the provider finds nothing wrong with it. */
  readonly request: RenderRequest
  readonly offer: Offer
  /** Never unknown. */
  readonly quote: KnownQuote
}

/**
 * The answer of {@link recommend} where something fits.
 *
 * @example
 * ```ts
 * import type { RecommendedClip } from '@reelay/core'
 * const why = ({ reasons, warnings }: RecommendedClip): readonly string[] => [...reasons, ...warnings].map(({ text }) => text)
 * ```
 */
export interface RecommendedClip extends RecommendedOffer {
  readonly type: 'clip'
  readonly reasons: readonly RecommendReason[]
  /** What to know before it is bought. */
  readonly warnings: readonly RecommendReason[]
  /** Whether somebody has to say yes before it is bought: it is of a master tier. */
  readonly mustConfirm: boolean
  /** The best that may be bought without asking; only beside `mustConfirm`. */
  readonly withoutAsking?: RecommendedOffer
  /** Every other row of the kind, and why it was not picked. */
  readonly passedOver: readonly PassedOver[]
}

/**
 * The answer of {@link recommend} where nothing fits.
 *
 * @example
 * ```ts
 * import type { NothingFits } from '@reelay/core'
 * const advice = ({ why, nearest }: NothingFits): string => [why, ...nearest.map(({ fix }) => fix)].join('\n')
 * ```
 */
export interface NothingFits {
  readonly type: 'none'
  /** A sentence. */
  readonly why: string
  /** Changes after which something fits, each tried. */
  readonly nearest: readonly Concession[]
  readonly passedOver: readonly PassedOver[]
}

/**
 * The answer of {@link recommend}.
 *
 * @example
 * ```ts
 * import { formatQuote, type Recommendation } from '@reelay/core'
 * const line = (answer: Recommendation): string =>
 *   answer.type === 'none' ? answer.why : `${answer.offer.model} at ${answer.provider.id}: ${formatQuote(answer.quote)}`
 * ```
 */
export type Recommendation = RecommendedClip | NothingFits
