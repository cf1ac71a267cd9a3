import type { Offer } from '../../model/offer.ts'
import type { Problem } from '../../model/problem.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import type { ProviderSpec } from '../spec.ts'
import { defaultDuration, limitProblems } from './limits.ts'
import { selectOffer } from './offer.ts'
import { ownOptionProblems, ownOptions } from './own-options.ts'
import { shapeProblems } from './shape.ts'
import { textProblems } from './texts.ts'

/** The outcome of checking a request: the row that will serve it, or what is wrong. */
export type Checked =
  | { readonly offer: Offer; readonly problems: readonly [] }
  | { readonly offer?: undefined; readonly problems: readonly Problem[] }

/**
 * Checks a request against a provider's tables, from its shape inwards; pure.
 *
 * @param near Whether the provider stands where the caller does, see `isNear`.
 */
export function checkRequest(spec: ProviderSpec, request: RenderRequest, near: boolean = false): Checked {
  const shape = shapeProblems(request)
  if (shape.length > 0) return { problems: shape }
  const selection = selectOffer(spec.id, spec.catalog, request)
  if (!('offer' in selection)) return selection
  const { offer } = selection
  const options = ownOptions(spec, request)
  const subject = { request, offer, options, duration: request.duration ?? defaultDuration }
  const prompted = spec.carriesPrompt?.(options) === true
  const problems = [
    ...textProblems('prompt', request.prompt),
    ...textProblems('negativePrompt', request.negativePrompt),
    ...limitProblems(request, offer, near).filter(
      (found) => !(prompted && found.field === 'prompt' && found.rule === 'required'),
    ),
    ...ownOptionProblems(spec, request, near),
    ...(spec.check?.(subject) ?? []),
  ]
  return problems.length > 0 ? { problems } : { offer, problems: [] }
}
