import type { Offer, RenderRequest } from '../../kinds/kinds.ts'
import { sellers } from '../../model/known.ts'
import { applySuggestion } from '../../model/patch.ts'
import type { Problem } from '../../model/problem.ts'
import { notSold } from '../among.ts'
import type { Priced } from '../priced.ts'
import { answerOf } from './ask.ts'
import type { ComparedOffer, MissingOffer } from './comparison.ts'
import { qualityOf, sellerOf } from './offered.ts'

type Shelf = 'kind' | 'model' | 'mode'

/** What a row has to agree in, where the request names it. */
const sharesOf: { readonly [field in Shelf]: readonly Shelf[] } = {
  kind: ['kind'],
  model: ['kind', 'model'],
  mode: ['kind', 'model', 'mode'],
}

/** Ids of those who sell what one provider lacks. */
function soldBy(
  field: Shelf,
  request: RenderRequest,
  all: readonly Priced[],
  without: Priced,
): readonly string[] {
  const asked: Partial<Record<Shelf, unknown>> = request
  const isIt = (offer: Offer): boolean =>
    offer.state !== 'discontinued' && sharesOf[field].every((name) => offer[name] === asked[name])
  const compared = all.filter(({ leaf }) => leaf.catalog.offers.some(isIt)).map(({ leaf }) => leaf.id)
  const { kind, model = '' } = request
  const here = new Set(
    all.flatMap(({ leaf }) => [leaf.id, ...leaf.catalog.offers.map((offer) => offer.provider)]),
  )
  const known = field === 'model' ? (sellers[kind]?.[model] ?? []) : []
  const ids = [...compared, ...known.filter((id) => !here.has(id))]
  return [...new Set(ids)].filter((id) => id !== without.leaf.id)
}

/** What else the provider can serve, and at what price. */
function insteadOf({ leaf, own }: Priced, [first]: readonly Problem[]) {
  const change = first?.suggestion
  if (!change) return {}
  const { quote } = answerOf(leaf, applySuggestion(own, change))
  return { instead: { change, quote } }
}

const inWords = ({ message, fix }: Problem): string => `${message} ${fix}`.trim()

/**
 * Why a provider has no offer.
 *
 * @param all All that were asked the same.
 */
export function missingOffer(priced: Priced, all: readonly Priced[]): MissingOffer {
  const { leaf, own, appraisal, quote } = priced
  const seller = sellerOf(leaf)
  const { problems } = appraisal
  const unsold = problems.find(notSold)
  const [problem] = problems
  if (unsold) {
    const field = unsold.field as Shelf
    const sold = soldBy(field, own, all, priced)
    const about = { message: inWords(unsold), field, problems, soldBy: sold }
    return { ...seller, why: 'not-sold', ...about, ...insteadOf(priced, problems) }
  }
  if (problem) {
    const about = { message: inWords(problem), field: problem.field, problems }
    return { ...seller, why: 'unsupported', ...about, ...insteadOf(priced, problems) }
  }
  const message = quote.type === 'unknown' ? quote.why : ''
  return { ...seller, why: 'price-unknown', message, quality: qualityOf(priced) }
}

/** An offer that cannot be bought for want of a key. */
export function keylessOffer(offer: ComparedOffer): MissingOffer {
  const { provider, account, host, missingKeys: variables = [] } = offer
  return {
    provider,
    account,
    ...(host !== undefined && { host }),
    why: 'key-missing',
    message: `There is no key for ${provider}: set ${variables.join(', ')}.`,
    variables,
    offer,
  }
}
