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

/** What the platform API (histories, prices) says, in an envelope of its own; source: its schema of 2026-08-21. */
function ofPlatform(body: unknown): Complaint | undefined {
  const { error } = (body ?? {}) as {
    readonly error?: { readonly type?: unknown; readonly message?: unknown }
  }
  if (typeof error !== 'object' || error === null || typeof error.type !== 'string') return undefined
  return { type: error.type, words: typeof error.message === 'string' ? error.message : undefined }
}

/**
 * Reads the shapes of fal's errors: `detail` as a list (model), as a text with `error_type` (queue), and as a text alone
 * (gateway); and the platform API's envelope. Source: errors and request-errors pages, 2026-09.
 */
export function readComplaint({ body, headers }: HttpReply): Complaint {
  const platform = ofPlatform(body)
  if (platform) return platform
  const { detail, error_type, type } = readBody(body)
  const details = Array.isArray(detail) ? detail.filter((one) => !!one) : []
  const words = typeof detail === 'string' ? detail : details.map(sentence).filter(Boolean).join('; ')
  return {
    type: details[0]?.type || error_type || type || headers['x-fal-error-type'] || undefined,
    words: words || undefined,
  }
}
