import type { Catalog, Offer, RenderRequest } from '../../kinds/kinds.ts'
import { costs } from '../../kinds/ways.ts'
import { knownProviders, sellers } from '../../model/known.ts'
import { type Finding, problem, type Way } from '../../model/problem.ts'
import type { Chosen } from '../../model/task.ts'
import { kindSoldBy, sellsKind, stillSoldBy, unsoldModel } from './model-names.ts'

/** The row a request will be served by, or why there is none. */
export type Selection = { readonly offer: Offer } | { readonly problems: readonly Finding[] }

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)]

const refuse = (...args: Parameters<typeof problem>): Selection => ({ problems: [problem(...args)] })

const tiers = ['std', 'pro', '4k']

/** The modes a model has, the one closest to the mode asked for first. */
function otherModes(sold: readonly Offer[], { mode = 'std' }: RenderRequest, plain: string): readonly Way[] {
  const asked = tiers.indexOf(mode)
  const list = sold.map((offer) => offer.mode).join(', ')
  return sold.map((offer) => {
    const steps = Math.abs(tiers.indexOf(offer.mode) - asked) / 10
    const fix = sold.length === 1 ? plain : `Use mode: '${offer.mode}' (sold are ${list}).`
    return { patch: { mode: offer.mode }, cost: costs.mode + steps, fix }
  })
}

/** The model of a kind where a request names none; `undefined` where none is sold for sure. */
export function defaultModelOf(
  { defaultModel, defaultModels, offers }: Catalog,
  kind: RenderRequest['kind'],
): string | undefined {
  const ofKind = offers.filter((offer) => offer.kind === kind)
  const own = defaultModels?.[kind] ?? defaultModel
  return ofKind.length > 0 && ofKind.every(({ state }) => state === 'unverified') ? undefined : own
}

/**
 * Finds the catalogue row for a request's kind, model and mode.
 *
 * @param whole See `ProviderSpec`.
 */
export function selectOffer(
  provider: string,
  catalog: Catalog,
  request: RenderRequest,
  whole?: string,
): Selection {
  const ofKind = catalog.offers.filter((offer) => offer.kind === request.kind)
  if (ofKind.length === 0) {
    const sold = unique(catalog.offers.map((offer) => offer.kind)).join(', ')
    const elsewhere = kindSoldBy(request.kind, provider)
    const isLeftOut = whole !== undefined && sellsKind(provider, request.kind)
    const message = isLeftOut
      ? `This ${provider} was made without ${request.kind}.`
      : `${provider} does not sell ${request.kind}.`
    const said = [`It sells ${sold}.`, isLeftOut && `${whole} sells it too.`, elsewhere]
    return refuse('kind', 'unsupported', message, said.filter(Boolean).join(' '))
  }
  const model = request.model ?? defaultModelOf(catalog, request.kind)
  const ofModel = ofKind.filter((offer) => offer.model === model)
  const current = unique(ofKind.filter((offer) => offer.state === 'current').map((offer) => offer.model))
  if (model === undefined) {
    const named = unique(ofKind.map((offer) => offer.model)).join(', ')
    const message = `Whether ${provider} still sells ${request.kind} is unverified, so no model is chosen for you.`
    return refuse('model', 'required', message, `Name one of ${named}, if you want to try.`)
  }
  if (ofModel.length === 0) return { problems: [unsoldModel(provider, catalog.offers, request, model)] }
  const sold = ofModel.filter((offer) => offer.state !== 'discontinued')
  const gone = ofModel.find((offer) => offer.state === 'discontinued' && offer.mode === request.mode)
  if (sold.length === 0 || gone) {
    const what = sold.length === 0 ? model : `mode ${gone?.mode} of ${model}`
    const fix =
      sold.length === 0
        ? `Use one of ${current.join(', ')}.${stillSoldBy(model, provider, request)}`
        : `Use ${sold.map(({ mode }) => mode).join(', ')}.`
    return refuse(
      sold.length === 0 ? 'model' : 'mode',
      'discontinued',
      `${provider} has discontinued ${what}.`,
      fix,
      gone && sold.length > 0 ? otherModes(sold, request, fix) : [],
    )
  }
  const modes = sold.map((offer) => offer.mode)
  const offer = sold.find((row) => row.mode === (request.mode ?? (modes.includes('std') ? 'std' : modes[0])))
  if (offer) return { offer }
  const fix = modes.length === 1 ? `Leave mode out, or use ${modes[0]}.` : `Use one of ${modes.join(', ')}.`
  const message = `${provider} does not sell ${model} in mode ${request.mode}.`
  return refuse('mode', 'unsupported', message, fix, otherModes(sold, request, fix))
}

/**
 * The row of a catalogue that a request will be served by: its default model and its cheapest mode filled in. `undefined`
 * where none fits; `check` says why.
 *
 * @example
 * ```ts
 * import { offerFor, type RenderRequest, type VideoProvider } from '@reelay/core'
 * const chosen = ({ catalog }: VideoProvider, request: RenderRequest): string | undefined =>
 *   offerFor(catalog, request)?.nativeModel
 * ```
 */
export function offerFor(catalog: Catalog, request: RenderRequest): Offer | undefined {
  const selection = selectOffer('', catalog, request)
  return 'offer' in selection ? selection.offer : undefined
}

/** The model and mode of a row, and what made them the choice for a request. */
export function chosenFor(request: RenderRequest, { kind, model, mode }: Offer, { offers }: Catalog): Chosen {
  const { model: named, mode: wanted } = request
  if (named !== undefined && wanted !== undefined) {
    return { model, mode, why: 'You asked for this model and this mode.' }
  }
  const sold = offers.filter(
    (one) => one.kind === kind && one.model === model && one.state !== 'discontinued',
  )
  const everywhere = knownProviders.every((id) => sellers[kind]?.[model]?.includes(id))
  const theModel =
    named === undefined
      ? `You named no model, and ${model} is the default${everywhere ? ', which every provider sells' : ''}`
      : 'You asked for this model'
  const theMode =
    wanted !== undefined
      ? 'you asked for this mode'
      : sold.length > 1
        ? `${mode} is its cheapest mode`
        : `${mode} is its only mode`
  return { model, mode, why: `${theModel}; ${theMode}.` }
}
