import type { Submission } from '../../model/handle.ts'

/** JSON with sorted keys and no `undefined`, so that equal requests have equal text (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

async function sha256(content: string | Uint8Array): Promise<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
}

/** SHA-256 as lower-case hex. */
export async function sha256Hex(content: string | Uint8Array): Promise<string> {
  return [...(await sha256(content))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The id we give a provider for a task. Derived from the key, the request, the route and the number of the purchase, so
 * that one key can never bring back another request's clip, and so that a restarted process arrives at the same id.
 */
export async function externalIdFor({
  idempotencyKey,
  requestHash,
  route,
  number = 1,
}: Pick<Submission, 'idempotencyKey' | 'requestHash' | 'route' | 'number'>): Promise<string> {
  const parts = [idempotencyKey, requestHash, route, ...(number === 1 ? [] : [number])]
  return `reelay-${(await sha256Hex(canonicalJson(parts))).slice(0, 40)}`
}
