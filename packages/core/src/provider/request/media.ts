import type { KindRow } from '../../kinds/kind.ts'
import type { Media, MediaRule } from '../../model/media.ts'
import { mediaProblems } from '../../model/media-rule.ts'
import type { Problem } from '../../model/problem.ts'
import { reachProblems } from './reach.ts'

const bytesInstead =
  'Pass its bytes (a Uint8Array or Blob, read from there or from its file), which the adapter brings to the provider; or a public https URL.'
const linkInstead = 'Put it where the provider can fetch it, and pass its public https URL.'

/**
 * Whether the media themselves can be used.
 *
 * @param near Whether the provider stands where the caller does.
 */
export function mediaProblemsAt(
  { media }: KindRow,
  request: Readonly<Record<string, unknown>>,
  rule: MediaRule | false,
  near: boolean,
): readonly Problem[] {
  if (rule === false) return []
  return media.flatMap((field) => {
    const value = request[field] as Media | undefined
    if (value === undefined) return []
    const wrong = mediaProblems(field, value, rule)
    if (wrong.length > 0 || !(typeof value === 'string' || value instanceof URL)) return wrong
    const instead = rule.forms.some((form) => form !== 'url') ? bytesInstead : linkInstead
    return reachProblems(field, String(value), near, instead)
  })
}
