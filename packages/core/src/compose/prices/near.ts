import { isClipOffer, type Offer, type RenderRequest } from '../../kinds/kinds.ts'
import { applySuggestion } from '../../model/patch.ts'
import type { RequestPatch } from '../../model/problem.ts'
import { klingModels, modeNames } from '../../model/words.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { addressed } from '../among.ts'
import { answerOf } from './ask.ts'
import type { OfferGroup, Quality } from './comparison.ts'
import { comparedOffer, grouped, type MissingKeys } from './offered.ts'

/** The values on each side of one, nearest first; from an ordered list. */
function sides<Value>(ordered: readonly Value[], isBelow: (value: Value) => boolean, one: Value) {
  const others = ordered.filter((value) => value !== one)
  const below = others.filter(isBelow)
  return [[...below].reverse(), others.filter((value) => !below.includes(value))]
}

/** Models by their age; those that have no place there (a dresser, a dubber) come after, as the catalogues have them. */
const byAge = (models: readonly string[]): readonly string[] => {
  const known: readonly string[] = klingModels
  const unique = [...new Set(models)]
  return [...known.filter((one) => unique.includes(one)), ...unique.filter((one) => !known.includes(one))]
}

const lengthsOf = (offers: readonly Offer[]): readonly number[] =>
  [...new Set(offers.filter(isClipOffer).flatMap(({ limits }) => limits.durations))].sort((a, b) => a - b)

/** Changes to try on one side of what was asked for, the nearest first. */
type Side = readonly RequestPatch[]

/** What is near: the sides on which to look for another mode, model and length. */
function sidesOf(leaves: readonly VideoProvider[], asked: Quality): readonly Side[] {
  const rows = leaves
    .flatMap(({ catalog }) => catalog.offers)
    .filter(({ kind, state, model }) => kind === asked.kind && (state === 'current' || model === asked.model))
  const { model, mode, seconds } = asked
  const ofModel = rows.filter((row) => row.model === model)
  const at = modeNames.indexOf(mode)
  const modes = sides(modeNames, (one) => modeNames.indexOf(one) < at, mode)
  const ages = byAge(rows.map((row) => row.model))
  const age = ages.indexOf(model)
  const models = age === -1 ? [] : sides(ages, (one) => ages.indexOf(one) < age, model)
  const lengths = seconds === undefined ? [] : sides(lengthsOf(ofModel), (one) => one < seconds, seconds)
  return [
    ...modes.map((side) => side.map((one) => ({ mode: one }))),
    // Of another model in the same mode first, else in whichever it has.
    ...models.map((side) =>
      side.flatMap((one) => [{ model: one }, ...modes.flat().map((other) => ({ model: one, mode: other }))]),
    ),
    ...lengths.map((side) => side.map((one) => ({ duration: one }))),
  ]
}

/**
 * Groups that were not asked for: the next mode, model and length in each direction that somebody can serve as the request
 * otherwise is, and for which a price is known. Models are in the order of their age.
 *
 * @param request With its model and mode named.
 */
export function nearGroups(
  leaves: readonly VideoProvider[],
  request: RenderRequest,
  asked: Quality,
  missingKeys: MissingKeys,
): readonly OfferGroup[] {
  function groupsAt(change: RequestPatch): readonly OfferGroup[] {
    const changed = applySuggestion(request, change)
    const offers = leaves.flatMap((leaf) => {
      const own = addressed(changed, leaf, leaves)
      const appraisal = answerOf(leaf, own)
      // Nobody has named this model: what may not run any more is not offered for it.
      if ('model' in change && appraisal.offer?.state === 'unverified') return []
      return comparedOffer({ leaf, own, appraisal, quote: appraisal.quote }, missingKeys) ?? []
    })
    return grouped(offers, asked, change)
  }
  return sidesOf(leaves, asked).flatMap((side) => {
    for (const change of side) {
      const groups = groupsAt(change)
      if (groups.length > 0) return groups
    }
    return []
  })
}
