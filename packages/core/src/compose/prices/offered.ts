import { isClipOffer, kinds, type Offer, type RenderRequest } from '../../kinds/kinds.ts'
import type { Measure } from '../../kinds/price.ts'
import type { RequestPatch } from '../../model/problem.ts'
import { mostOf } from '../../model/quote.ts'
import { ownerOf } from '../../provider/hosts.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { defaultModelOf } from '../../provider/request/offer.ts'
import type { Priced } from '../priced.ts'
import type { ComparedOffer, OfferGroup, Quality } from './comparison.ts'

/** Variables of the environment that a provider lacks, as {@link CompareOptions.missingKeys} says. */
export type MissingKeys = (provider: VideoProvider) => readonly string[]

/** Whose an offer is, as data. */
export function sellerOf(leaf: VideoProvider): Pick<ComparedOffer, 'provider' | 'account' | 'host'> {
  const { provider, account, host } = ownerOf(leaf)
  return { provider, account, ...(host !== undefined && { host }) }
}

/** Whether a row makes sound of a request, or whether it was asked for where there is no row; nothing where none can be. */
export function soundOf(
  { kind, generateAudio }: RenderRequest,
  offer: Offer | undefined,
): boolean | undefined {
  if (!kinds[kind]?.fields.includes('generateAudio')) return undefined
  if (!offer) return generateAudio === true
  if (!isClipOffer(offer)) return undefined
  const { audio } = offer.limits
  return audio === 'always' || (audio === 'optional' && generateAudio === true)
}

/** What a provider would make of a request that it can serve. */
export function qualityOf({ leaf, own, appraisal: { offer, chosen } }: Priced): Quality {
  const duration = own.duration ?? kinds[own.kind].defaults.duration
  const sound = soundOf(own, offer)
  return {
    kind: own.kind,
    model: offer?.model ?? chosen?.model ?? own.model ?? defaultModelOf(leaf.catalog, own.kind) ?? '',
    mode: offer?.mode ?? chosen?.mode ?? own.mode ?? 'std',
    ...(typeof duration === 'number' && { seconds: duration }),
    ...(sound !== undefined && { sound }),
  }
}

/** How many of what a price is per; nothing where that is not known before. */
function amountOf({ own }: Priced, per: Measure, seconds: number | undefined): number | undefined {
  if (per === 'second') return seconds
  return per === 'image' || per === 'clip' ? (own.n ?? 1) : undefined
}

/** A provider's offer; `undefined` where it cannot serve the request, or nobody knows at what price. */
export function comparedOffer(priced: Priced, missingKeys: MissingKeys): ComparedOffer | undefined {
  const { leaf, quote, appraisal } = priced
  const total = mostOf(quote)
  if (appraisal.problems.length > 0 || quote.type === 'unknown' || total === undefined) return undefined
  const { offer, warnings } = appraisal
  const quality = qualityOf(priced)
  const { seconds } = quality
  const { basis, asOf, source } = quote
  const native = quote.type === 'exact' ? quote.native : undefined
  // Of a quote in another unit than the row's, such as a caller's own, the row says nothing.
  const unitUsd = native && native.unit === offer?.price.unit ? offer.price.unitUsd : undefined
  const keys = missingKeys(leaf)
  const per = offer?.price.per
  const amount = per && amountOf(priced, per, seconds)
  return {
    ...sellerOf(leaf),
    ...quality,
    ...(offer && { nativeModel: offer.nativeModel, state: offer.state }),
    total,
    totalMin: quote.type === 'bounded' ? quote.min : total,
    ...(seconds !== undefined && { perSecond: Math.round(total / seconds) }),
    ...(per && { per }),
    ...(amount !== undefined && { perUnit: Math.round(total / amount) }),
    ...(native && { native }),
    ...(unitUsd !== undefined && { unitUsd }),
    basis,
    asOf,
    source,
    warnings,
    ...(keys.length > 0 && { missingKeys: keys }),
  }
}

const qualities = ['kind', 'model', 'mode', 'seconds', 'sound'] as const

/** In what two qualities differ. */
export const differences = (one: Quality, other: Quality): readonly (keyof Quality)[] =>
  qualities.filter((name) => one[name] !== other[name])

const nameOf = (quality: Quality): string => JSON.stringify(qualities.map((name) => quality[name]))

/** Offers by equal quality: the cheapest group first, and in each the cheapest offer. */
export function grouped(
  offers: readonly ComparedOffer[],
  asked: Quality,
  change: RequestPatch,
): readonly OfferGroup[] {
  const sorted = [...offers].sort((a, b) => a.total - b.total)
  return [...Map.groupBy(sorted, nameOf).values()].flatMap((equal) => {
    const [first] = equal
    if (!first) return []
    const { kind, model, mode, seconds, sound } = first
    const quality = {
      kind,
      model,
      mode,
      ...(seconds !== undefined && { seconds }),
      ...(sound !== undefined && { sound }),
    }
    return [{ quality, differs: differences(asked, quality), change, offers: equal }]
  })
}
