import { type MediaBytes, openMedia } from '../../model/media.ts'
import type { Offer } from '../../model/offer.ts'
import type { Finding, Problem } from '../../model/problem.ts'
import { kinds, type RenderRequest } from '../../model/request/index.ts'
import type { ProviderSpec } from '../spec.ts'
import { defaultDuration, limitProblems } from './limits.ts'
import { selectOffer } from './offer.ts'
import { ownOptionProblems, ownOptions } from './own-options.ts'
import { withSuggestions } from './repair.ts'
import { shapeProblems } from './shape.ts'

/** The outcome of checking a request: the row that will serve it, or what is wrong. */
export type Checked =
  | { readonly offer: Offer; readonly problems: readonly [] }
  | { readonly offer?: undefined; readonly problems: readonly Problem[] }

interface Found {
  readonly offer?: Offer
  readonly problems: readonly Finding[]
}

function find(spec: ProviderSpec, request: RenderRequest, near: boolean): Found {
  const shape = shapeProblems(request)
  if (shape.length > 0) return { problems: shape }
  const selection = selectOffer(spec.id, spec.catalog, request)
  if (!('offer' in selection)) return selection
  const { offer } = selection
  const options = ownOptions(spec, request)
  const subject = { request, offer, options, duration: request.duration ?? defaultDuration }
  const prompted = spec.carriesPrompt?.(options) === true
  const problems = [
    ...limitProblems(request, offer, spec.catalog.offers, near).filter(
      (found) => !(prompted && found.field === 'prompt' && found.rule === 'required'),
    ),
    ...ownOptionProblems(spec, request, near),
    ...(spec.check?.(subject) ?? []),
  ]
  return { offer, problems }
}

/** The same request with its data URIs read, so that looking for the nearest one does not read them each time. */
function opened(request: RenderRequest): RenderRequest {
  const fields = Object.hasOwn(kinds, request?.kind) ? kinds[request.kind].media : []
  const read = fields.flatMap((field): [string, MediaBytes][] => {
    const value = (request as unknown as Record<string, unknown>)[field]
    const media = typeof value === 'string' && value.startsWith('data:') ? openMedia(value) : undefined
    if (media?.type !== 'bytes') return []
    return [[field, { data: media.bytes, mediaType: media.mediaType ?? '' }]]
  })
  return read.length === 0 ? request : { ...request, ...Object.fromEntries(read) }
}

/**
 * Checks a request against a provider's tables, from its shape inwards; pure.
 *
 * @param near Whether the provider stands where the caller does, see `isNear`.
 */
export function checkRequest(spec: ProviderSpec, request: RenderRequest, near: boolean = false): Checked {
  const { offer, problems } = find(spec, request, near)
  if (offer && problems.length === 0) return { offer, problems: [] }
  const again = (one: RenderRequest): readonly Finding[] => find(spec, one, near).problems
  return { problems: withSuggestions(opened(request), problems, again) }
}
