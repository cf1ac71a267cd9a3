import type { HttpReply } from '@reelay/core'
import { readBody, type WireDetail } from './wire.ts'

/** What a reply complains about. */
export interface Complaint {
  /** fal's machine word: of the first detail, of the platform, or of its header. */
  readonly type?: string | undefined
  /** fal's own words. */
  readonly words?: string | undefined
}

/** `Field required (prompt)`: without its field, a message about the input helps nobody. */
function sentence({ msg, type, loc }: WireDetail): string {
  const field = loc?.slice(1).join('.')
  return `${msg || type || ''}${field ? ` (${field})` : ''}`
}

/**
 * Reads the three shapes of fal's errors: `detail` as a list (model), as a text with `error_type` (platform), and as a
 * text alone (gateway). Source: errors and request-errors pages, 2026-09.
 */
export function readComplaint({ body, headers }: HttpReply): Complaint {
  const { detail, error_type, type } = readBody(body)
  const details = Array.isArray(detail) ? detail.filter((one) => !!one) : []
  const words = typeof detail === 'string' ? detail : details.map(sentence).filter(Boolean).join('; ')
  return {
    type: details[0]?.type || error_type || type || headers['x-fal-error-type'] || undefined,
    words: words || undefined,
  }
}
