import {
  type ComparedOffer,
  type CompareOptions,
  type Comparison,
  compare,
  isClipOffer,
  type Offer,
  type OfferGroup,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'

/** The prices of a page. Each chart shows some of them, and the table all of them. */
export interface Market {
  /** What was asked for, first; then the same clip of every other model and mode on sale. */
  readonly models: readonly OfferGroup[]
  /** The model that was asked for, in each of its modes, at every length on sale. */
  readonly lengths: readonly OfferGroup[]
  /** Every price once: of both lists, and of what is near. */
  readonly offers: readonly ComparedOffer[]
}

/** What is on sale of the kind that is asked for; what may not run any more only where it is named. */
function rowsFor({ kind, model }: RenderRequest, providers: readonly VideoProvider[]): readonly Offer[] {
  return providers
    .flatMap(({ catalog }) => catalog.offers)
    .filter((row) => row.kind === kind && (row.state === 'current' || row.model === model))
}

const nameOf = ({ provider, account, host, model, mode, seconds, sound }: ComparedOffer): string =>
  JSON.stringify([provider, account, host, model, mode, seconds, sound])

const lowest = ({ offers: [first] }: OfferGroup): number => first?.total ?? 0

/**
 * What a page compares beyond what was asked for: the same of every model and mode, and at every length. Pure, like
 * `compare` itself.
 */
export function marketOf(
  { request, groups, near }: Comparison,
  providers: readonly VideoProvider[],
  options: CompareOptions,
): Market {
  const rows = rowsFor(request, providers)
  const groupsFor = (change: Partial<RenderRequest>): readonly OfferGroup[] =>
    compare({ ...request, ...change } as RenderRequest, providers, { ...options, near: false }).groups.filter(
      ({ offers }) => offers.some(({ state, model }) => state === 'current' || model === request.model),
    )
  const choices = new Map(rows.map(({ model, mode }) => [`${model} ${mode}`, { model, mode }] as const))
  const others = [...choices.values()]
    .filter(({ model, mode }) => model !== request.model || mode !== request.mode)
    .flatMap(groupsFor)
    .sort((a, b) => lowest(a) - lowest(b))

  const ofModel = rows.filter(isClipOffer).filter(({ model }) => model === request.model)
  const durations = new Set(ofModel.flatMap(({ limits }) => limits.durations))
  const modes = new Set(ofModel.map(({ mode }) => mode))
  const lengths = [...modes].flatMap((mode) =>
    [...durations].sort((a, b) => a - b).flatMap((duration) => groupsFor({ mode, duration })),
  )
  const models = [...groups, ...others]
  const all = [...models, ...near, ...lengths].flatMap(({ offers }) => offers)
  return { models, lengths, offers: [...new Map(all.map((offer) => [nameOf(offer), offer])).values()] }
}
