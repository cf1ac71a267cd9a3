import { ReelayError } from '../../model/error.ts'
import { printable } from '../../model/printable.ts'

// The longest seen has 90 characters (a UUID and a model's name); what a server takes in an address ends at some 2,000.
const longestId = 512

/** What is wrong with an id that came from outside, as a clause; `undefined` for one that can be told apart and kept. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'is empty'
  if (id.length > longestId) return `has ${id.length} characters`
  if (/\p{Cs}/u.test(id)) return 'holds half a surrogate pair'
  return /\p{Cc}/u.test(id) ? 'holds a control character' : undefined
}

/** An id for a message: as it can be shown, and no longer than a line. */
export function shownId(id: string): string {
  return `"${printable(id.slice(0, 80))}${id.length > 80 ? '…' : ''}"`
}

/**
 * An id as one part of a path. Dots alone would be steps to another path, also when they are encoded (URL standard,
 * "double-dot URL path segment"), and an encoded slash is one to many a proxy; no provider has such ids.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for an id that would not stay what it is.
 *
 * @example
 * ```ts
 * import { type TaskHandle } from '@reelay/core'
 * import { type HttpRequest, pathPart } from '@reelay/core/adapter'
 * const query = ({ id }: TaskHandle): HttpRequest => ({ method: 'GET', path: `/v1/tasks/${pathPart(id)}` })
 * ```
 */
export function pathPart(id: string): string {
  const fault = idFault(id) ?? (/^\.{1,2}$|[/\\]/.test(id) ? 'reads as a path of its own' : undefined)
  if (fault === undefined) return encodeURIComponent(id)
  const message = `The id ${shownId(id)} ${fault}, so no address can carry it. Nothing was asked; look for it in the provider's console.`
  throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'none' })
}
