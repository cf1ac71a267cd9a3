import type { Catalog, Offer } from '../../model/offer.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import { nearest } from './nearest.ts'

/** The row a request will be served by, or why there is none. */
export type Selection = { readonly offer: Offer } | { readonly problems: readonly Problem[] }

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)]

const refuse = (...args: Parameters<typeof problem>): Selection => ({ problems: [problem(...args)] })

/** Finds the catalogue row for a request's kind, model and mode. */
export function selectOffer(provider: string, catalog: Catalog, request: RenderRequest): Selection {
  const ofKind = catalog.offers.filter((offer) => offer.kind === request.kind)
  if (ofKind.length === 0) {
    const sold = unique(catalog.offers.map((offer) => offer.kind)).join(', ')
    return refuse('kind', 'unsupported', `${provider} does not sell ${request.kind}.`, `It sells ${sold}.`)
  }
  const model = request.model ?? catalog.defaultModel
  const ofModel = ofKind.filter((offer) => offer.model === model)
  const current = unique(ofKind.filter((offer) => offer.state === 'current').map((offer) => offer.model))
  if (ofModel.length === 0) {
    const meant = nearest(model, current) ?? nearest(`kling-${model}`, current)
    const fix = `${meant === undefined ? '' : `Did you mean ${meant}? `}It sells ${current.join(', ')}.`
    return refuse('model', 'unsupported', `${provider} does not sell ${model} for ${request.kind}.`, fix)
  }
  const sold = ofModel.filter((offer) => offer.state !== 'discontinued')
  const gone = ofModel.find((offer) => offer.state === 'discontinued' && offer.mode === request.mode)
  if (sold.length === 0 || gone) {
    const what = sold.length === 0 ? model : `mode ${gone?.mode} of ${model}`
    const fix =
      sold.length === 0
        ? `Use one of ${current.join(', ')}.`
        : `Use ${sold.map(({ mode }) => mode).join(', ')}.`
    return refuse(
      sold.length === 0 ? 'model' : 'mode',
      'discontinued',
      `${provider} has discontinued ${what}.`,
      fix,
    )
  }
  const modes = sold.map((offer) => offer.mode)
  const offer = sold.find((row) => row.mode === (request.mode ?? (modes.includes('std') ? 'std' : modes[0])))
  if (offer) return { offer }
  const fix = modes.length === 1 ? `Leave mode out, or use ${modes[0]}.` : `Use one of ${modes.join(', ')}.`
  return refuse('mode', 'unsupported', `${provider} does not sell ${model} in mode ${request.mode}.`, fix)
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
