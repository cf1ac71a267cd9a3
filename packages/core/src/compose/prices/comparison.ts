import type { RenderRequest } from '../../kinds/kinds.ts'
import type { OfferState } from '../../kinds/offer.ts'
import type { Measure } from '../../kinds/price.ts'
import type { MicroUsd, NativeAmount } from '../../model/money.ts'
import type { Problem, RequestPatch, Warning } from '../../model/problem.ts'
import type { PriceSource, Quote } from '../../model/quote.ts'
import type { Chosen } from '../../model/task.ts'
import type { Kind, KlingModel, Mode } from '../../model/words.ts'

/**
 * What a render is, whoever makes it: offers that agree in all of it differ in their price alone.
 *
 * @example
 * ```ts
 * import type { Quality } from '@reelay/core'
 * const title = ({ model, mode, seconds, sound }: Quality): string =>
 *   `${model} ${mode}, ${seconds} s, ${sound ? 'with sound' : 'silent'}`
 * ```
 */
export interface Quality {
  readonly kind: Kind
  readonly model: KlingModel
  readonly mode: Mode
  /** Length in seconds; absent where the kind has none. */
  readonly seconds?: number
  /** Whether it has sound; absent where the kind cannot have any. */
  readonly sound?: boolean
}

/**
 * What one provider asks for a render, and where that is known from.
 *
 * @example
 * ```ts
 * import { type ComparedOffer, formatUsd } from '@reelay/core'
 * const line = ({ provider, total, basis, asOf, source }: ComparedOffer): string =>
 *   `${provider}: ${formatUsd(total)} (${basis}, ${source}, ${asOf})`
 * ```
 */
export interface ComparedOffer extends Quality, PriceSource {
  /** Id of the provider. */
  readonly provider: string
  readonly account: string
  /** Name of the relay that stands in its place, where one does. */
  readonly host?: string
  /** What the provider calls it. */
  readonly nativeModel?: string
  readonly state?: OfferState
  /** Micro-USD for the whole request; the dearer end where the price has two. */
  readonly total: MicroUsd
  /** Micro-USD: the cheaper end; the same where the price has one. */
  readonly totalMin: MicroUsd
  /** Micro-USD of `total` for each second of output, rounded. */
  readonly perSecond?: MicroUsd
  /** What the provider's price is per, such as an image. */
  readonly per?: Measure
  /** Micro-USD of `total` for each of these, rounded; absent where how many there are is not known before. */
  readonly perUnit?: MicroUsd
  /** The whole request in the provider's own unit. */
  readonly native?: NativeAmount
  /** Micro-USD that one such unit costs. */
  readonly unitUsd?: MicroUsd
  /** What the provider will ignore or treat differently. */
  readonly warnings: readonly Warning[]
  /** Variables of the environment to set before it can be bought, where `CompareOptions.missingKeys` names some. */
  readonly missingKeys?: readonly string[]
}

/**
 * Offers of equal quality, from cheap to dear.
 *
 * @example
 * ```ts
 * import { formatUsd, type OfferGroup } from '@reelay/core'
 * const best = ({ quality, offers: [first] }: OfferGroup): string =>
 *   first ? `${quality.model} ${quality.mode}: ${formatUsd(first.total)} at ${first.provider}` : 'nobody'
 * ```
 */
export interface OfferGroup {
  readonly quality: Quality
  /** In what it is another thing than was asked for; empty where it is that. */
  readonly differs: readonly (keyof Quality)[]
  /** What turns the compared request into one for this group, see `applySuggestion`. */
  readonly change: RequestPatch
  /** At least one. */
  readonly offers: readonly ComparedOffer[]
}

/** Another request that a provider can serve. */
interface Instead {
  /** What turns the compared request into it, see `applySuggestion`. */
  readonly change: RequestPatch
  /** What it costs there. */
  readonly quote: Quote
}

/**
 * A provider that has no price for the request, and why. `not-sold`: its catalogue has no such kind, model or mode.
 * `unsupported`: it has, and something else of the request is not for it. `price-unknown`: it can render it, and nobody
 * knows at what price, which is not the same as free. `key-missing`: its price is known, and it cannot be asked yet.
 *
 * @example
 * ```ts
 * import type { MissingOffer } from '@reelay/core'
 * function sentence(missing: MissingOffer): string {
 *   if (missing.why === 'not-sold') return `${missing.message} Sold by: ${missing.soldBy.join(', ') || 'nobody here'}`
 *   if (missing.why === 'key-missing') return `Set ${missing.variables.join(', ')}.`
 *   return missing.message
 * }
 * ```
 */
export type MissingOffer = {
  readonly provider: string
  readonly account: string
  /** Name of the relay that stands in its place, where one does. */
  readonly host?: string
  /** Why, as a sentence. */
  readonly message: string
} & (
  | {
      readonly why: 'not-sold'
      /** Which of these it does not have. */
      readonly field: 'kind' | 'model' | 'mode'
      readonly problems: readonly Problem[]
      /** Ids of the providers that sell it: of those compared, and of those that Reelay knows. */
      readonly soldBy: readonly string[]
      /** The nearest request that it can serve. */
      readonly instead?: Instead
    }
  | {
      readonly why: 'unsupported'
      /** Path of the first field that it does not take as it is. */
      readonly field: string
      readonly problems: readonly Problem[]
      /** The nearest request that it can serve; absent where only a person can say. */
      readonly instead?: Instead
    }
  | { readonly why: 'price-unknown'; readonly quality: Quality }
  | {
      readonly why: 'key-missing'
      /** Variables of the environment to set. */
      readonly variables: readonly string[]
      readonly offer: ComparedOffer
    }
)

/**
 * What providers ask for one request.
 *
 * @example
 * ```ts
 * import { type Comparison, formatUsd } from '@reelay/core'
 * function report({ chosen, groups, missing }: Comparison): readonly string[] {
 *   const offers = groups.flatMap((group) => group.offers)
 *   return [
 *     chosen?.why ?? '',
 *     ...offers.map(({ provider, total }) => `${provider} ${formatUsd(total)}`),
 *     ...missing.map(({ provider, message }) => `${provider}: ${message}`),
 *   ]
 * }
 * ```
 */
export interface Comparison {
  /** As everybody was asked: with the model and mode that the first able provider would choose. */
  readonly request: RenderRequest
  /** That model and mode, and why they are these; absent where nobody can serve the request. */
  readonly chosen?: Chosen
  /**
   * What was asked for, by equal quality: more than one group where the request leaves the sound open and some models
   * always have it. The group with the cheapest offer comes first.
   */
  readonly groups: readonly OfferGroup[]
  /** What was not asked for, and is near: the next mode, model and length in each direction that somebody sells. */
  readonly near: readonly OfferGroup[]
  /** Providers that are in none of `groups`, in the order given. */
  readonly missing: readonly MissingOffer[]
}
