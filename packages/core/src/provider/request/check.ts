import type { Offer } from '../../model/offer.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import type { ProviderSpec } from '../spec.ts'
import { defaultDuration, limitProblems } from './limits.ts'
import { selectOffer } from './offer.ts'
import { shapeProblems } from './shape.ts'

/** The outcome of checking a request: the row that will serve it, or what is wrong. */
export type Checked =
  | { readonly offer: Offer; readonly problems: readonly [] }
  | { readonly offer?: undefined; readonly problems: readonly Problem[] }

/** The caller's own settings for one provider. */
export function ownOptions(spec: ProviderSpec, request: RenderRequest): Readonly<Record<string, unknown>> {
  return request.providerOptions?.[spec.id] ?? {}
}

/** Keys of the caller's options that the provider's table does not list: passed on, but they may move the price. */
export function unlistedOptions(spec: ProviderSpec, request: RenderRequest): readonly string[] {
  return Object.keys(ownOptions(spec, request)).filter((key) => !spec.providerOptions.free.includes(key))
}

function writable(value: unknown): boolean {
  try {
    return value === undefined || JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

/** What is wrong with the caller's own settings before anybody looks at their meaning. */
function optionProblems(spec: ProviderSpec, request: RenderRequest): readonly Problem[] {
  const { reserved } = spec.providerOptions
  return Object.entries(ownOptions(spec, request)).flatMap(([key, value]) => {
    const field = `providerOptions.${spec.id}.${key}`
    if (Object.hasOwn(reserved, key)) {
      return problem(field, 'reserved', `${key} is set by Reelay itself.`, reserved[key] ?? '')
    }
    if (writable(value)) return []
    return problem(
      field,
      'type',
      `${key} cannot be written as JSON.`,
      'Pass plain data; numbers, not bigints.',
    )
  })
}

/** Checks a request against a provider's tables, from its shape inwards; pure. */
export function checkRequest(spec: ProviderSpec, request: RenderRequest): Checked {
  const shape = shapeProblems(request)
  if (shape.length > 0) return { problems: shape }
  const selection = selectOffer(spec.id, spec.catalog, request)
  if (!('offer' in selection)) return selection
  const { offer } = selection
  const options = ownOptions(spec, request)
  const subject = { request, offer, options, duration: request.duration ?? defaultDuration }
  const prompted = spec.carriesPrompt?.(options) === true
  const problems = [
    ...limitProblems(request, offer).filter(
      (found) => !(prompted && found.field === 'prompt' && found.rule === 'required'),
    ),
    ...optionProblems(spec, request),
    ...(spec.check?.(subject) ?? []),
  ]
  return problems.length > 0 ? { problems } : { offer, problems: [] }
}
