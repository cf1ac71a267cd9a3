import type { RenderRequest } from '../kinds/kinds.ts'
import type { Appraisal } from './appraisal.ts'
import type { VideoProvider } from './provider.ts'

const isShortForm: unique symbol = Symbol('reelay.shortForm')

const short = <Answer>(answer: (request: RenderRequest) => Answer): ((request: RenderRequest) => Answer) =>
  Object.assign(answer, { [isShortForm]: true })

/** `appraise` with its two short forms, marked as such. */
export const shortForms = (
  appraise: VideoProvider['appraise'],
): Pick<VideoProvider, 'appraise' | 'check' | 'quote'> => ({
  appraise,
  check: short((request) => appraise(request).problems),
  quote: short((request) => appraise(request).quote),
})

/**
 * What a provider says of a request, once for all. A copy of somebody's that replaces only `quote` or `check` means it:
 * its price must not be passed over for one that nobody asks.
 */
export function appraisalOf(provider: VideoProvider, request: RenderRequest): Appraisal {
  const appraisal = provider.appraise(request)
  const problems = isShortForm in provider.check ? appraisal.problems : provider.check(request)
  const quote = isShortForm in provider.quote ? appraisal.quote : provider.quote(request)
  return { ...appraisal, problems, quote }
}
