import { kinds, type RenderRequest } from '../../kinds/kinds.ts'
import { ReelayError } from '../../model/error.ts'
import { isKind } from '../../model/words.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { defaultModelOf } from '../../provider/request/offer.ts'
import { appraiseAmong } from '../priced.ts'
import { answerOf } from './ask.ts'
import type { ComparedOffer, Comparison, Quality } from './comparison.ts'
import { keylessOffer, missingOffer } from './missing.ts'
import { nearGroups } from './near.ts'
import { comparedOffer, grouped, type MissingKeys, qualityOf } from './offered.ts'

/**
 * What {@link compare} is to look at.
 *
 * @example
 * ```ts
 * import { type CompareOptions, compare, type VideoProvider } from '@reelay/core'
 * declare const providers: readonly VideoProvider[]
 * const keys: Readonly<Record<string, string>> = { fal: 'FAL_KEY', replicate: 'REPLICATE_API_TOKEN' }
 * const options: CompareOptions = {
 *   near: false,
 *   missingKeys: ({ id }) => [keys[id] ?? ''].filter((name) => name !== '' && !process.env[name]),
 *   usableOnly: true,
 * }
 * export const { groups } = compare({ kind: 'text-to-video', prompt: 'A paper boat' }, providers, options)
 * ```
 */
export interface CompareOptions {
  /** Whether to look for the next mode, model and length as well; `true` when absent. */
  readonly near?: boolean | undefined
  /**
   * Variables of the environment that a provider lacks, by which its offers are marked. Nobody is asked for a key, and a
   * provider does not say whether it has one: whoever made it knows.
   */
  readonly missingKeys?: MissingKeys | undefined
  /** Whether offers that cannot be bought for want of a key are left out, as `key-missing`; `false` when absent. */
  readonly usableOnly?: boolean | undefined
}

/** What a request asks for, where nobody can serve it: as far as it says. */
function wanted(
  { kind, model, mode, duration, generateAudio }: RenderRequest,
  [first]: readonly VideoProvider[],
): Quality {
  return {
    kind,
    model: model ?? (first && defaultModelOf(first.catalog, kind)) ?? '',
    mode: mode ?? 'std',
    ...(duration !== undefined && { seconds: duration }),
    ...(kinds[kind].fields.includes('generateAudio') && { sound: generateAudio === true }),
  }
}

/**
 * What a request costs at each of several providers: sorted by what the whole of it costs, grouped by equal quality, with
 * where each price is from and how old it is; what is near; and who has no offer, and why. Everybody is asked about the
 * same model and mode. Pure: nothing is sent, and no key is needed. A price that nobody knows is in `missing`, never in a
 * list of prices, and so is a provider that throws when it is asked.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an empty list of providers.
 *
 * @example
 * ```ts
 * import { compare, formatUsd, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider
 * declare const fal: VideoProvider
 * const { chosen, groups, missing } = compare({ kind: 'text-to-video', prompt: 'A paper boat' }, [kling, fal])
 * console.log(chosen?.why)
 * for (const { offers } of groups)
 *   for (const { provider, total, basis, asOf } of offers) console.log(provider, formatUsd(total), basis, asOf)
 * for (const { provider, message } of missing) console.log(provider, message)
 * ```
 */
export function compare(
  request: RenderRequest,
  providers: readonly VideoProvider[],
  options: CompareOptions = {},
): Comparison {
  const { near = true, missingKeys = () => [], usableOnly = false } = options
  if (providers.length === 0) {
    throw new ReelayError('ERR_CONFIG', 'There is no provider to compare.', { outcome: 'none' })
  }
  const { request: asked, leaves, chosen } = appraiseAmong(providers, request, answerOf)
  const offers: ComparedOffer[] = []
  const missing = leaves.flatMap((priced) => {
    const offer = comparedOffer(priced, missingKeys)
    if (!offer) return [missingOffer(priced, leaves)]
    if (usableOnly && offer.missingKeys) return [keylessOffer(offer)]
    offers.push(offer)
    return []
  })
  const able = leaves.find(({ appraisal }) => appraisal.problems.length === 0)
  const isReadable = isKind(request?.kind)
  const quality = able ? qualityOf(able) : isReadable ? wanted(asked, providers) : undefined
  // Silent unless asked for: a model that cannot be silent makes something else.
  const plain = quality && {
    ...quality,
    ...(quality.sound !== undefined && { sound: asked.generateAudio === true }),
  }
  const usable = usableOnly ? providers.filter((one) => missingKeys(one).length === 0) : providers
  const named = plain && { ...asked, model: plain.model, mode: plain.mode }
  return {
    request: asked,
    ...(chosen && { chosen }),
    groups: plain ? grouped(offers, plain, {}) : [],
    near: near && plain && named ? nearGroups(usable, named, plain, missingKeys) : [],
    missing,
  }
}
