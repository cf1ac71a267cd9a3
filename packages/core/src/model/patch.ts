import type { RequestPatch } from './problem.ts'

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function merged(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch
  const base = Object.entries(isPlain(target) ? target : {})
  const kept = base.filter(([key]) => !Object.hasOwn(patch, key))
  const changed = Object.entries(patch).flatMap(([key, change]) => {
    if (change === null) return []
    return [[key, merged((target as Record<string, unknown> | undefined)?.[key], change)] as const]
  })
  return Object.fromEntries([...kept, ...changed])
}

/**
 * A request changed as a {@link Problem.suggestion} says (JSON merge patch, RFC 7396): `null` leaves a field out. The request
 * given stays as it is. Pure.
 *
 * @example
 * ```ts
 * import { applySuggestion, type RenderRequest, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * const request: RenderRequest = { kind: 'text-to-video', prompt: 'A boat', model: 'kling-v2-6', generateAudio: true }
 * const [problem] = provider.check(request)
 * const nearest = problem?.suggestion ? applySuggestion(request, problem.suggestion) : request // mode: 'pro'
 * ```
 */
export function applySuggestion<Request extends object>(request: Request, suggestion: RequestPatch): Request {
  return merged(request, suggestion) as Request
}

/** Two patches as one, the second on top. */
export function together(first: RequestPatch, second: RequestPatch): RequestPatch {
  const entries = Object.entries(second).map(([key, change]) => {
    const before = first[key]
    return [key, isPlain(before) && isPlain(change) ? together(before, change) : change] as const
  })
  return { ...first, ...Object.fromEntries(entries) }
}

/** The patch that sets one value by its path. */
export function patchAt(path: readonly string[], value: unknown): RequestPatch {
  const [key = '', ...rest] = path
  return { [key]: rest.length === 0 ? value : patchAt(rest, value) }
}
