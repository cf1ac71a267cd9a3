import { ReelayError } from '../model/error.ts'

/**
 * Everything that core and the adapters call and that a runtime with plain ES2020 may lack. A test walks the sources and
 * fails when one of them calls something that is not here, or when something here is called no longer.
 */
export const features: readonly string[] = [
  'AbortController',
  'AbortSignal.prototype.reason',
  'AbortSignal.prototype.throwIfAborted',
  'Array.prototype.at',
  'Blob',
  'FormData',
  'Headers',
  'Map.groupBy',
  'Object.hasOwn',
  'ReadableStream',
  'Response',
  'String.prototype.replaceAll',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URL.canParse',
  'URLSearchParams',
  'atob',
  'btoa',
  'clearTimeout',
  'crypto.randomUUID',
  'crypto.subtle',
  'fetch',
  'performance.now',
  'setTimeout',
]

/**
 * What a caller brings along and the runtime need not have.
 *
 * @example
 * ```ts
 * import { missingFeatures } from '@reelay/core'
 * import { type OwnFeatures } from '@reelay/core/adapter'
 * const own: OwnFeatures = { fetch: globalThis.fetch }
 * const lacks = missingFeatures(own)
 * if (lacks.length > 0) console.warn(`No clip can be bought here, for want of ${lacks.join(', ')}`)
 * ```
 */
export interface OwnFeatures {
  /** A `fetch` that is used instead of the runtime's. */
  readonly fetch?: unknown
}

const paths: readonly (readonly [feature: string, steps: readonly string[]])[] = features.map((path) => [
  path,
  path.split('.'),
])

function has(steps: readonly string[]): boolean {
  let value: unknown = globalThis
  for (const name of steps) {
    // A getter of a prototype (AbortSignal's `reason`) throws when it is read there, and an error with its stack takes
    // longer than all other looks together.
    if (name === 'reason') return name in Object(value)
    value = (value as Record<string, unknown> | null)?.[name]
    if (value === undefined || value === null) return false
  }
  return true
}

/**
 * What this runtime lacks of all that a render calls, from the purchase to the finished clip; empty where Reelay runs.
 * Looked at anew each time, since polyfills come and go. `submit` and `generate` look by themselves, before anything is
 * sent.
 *
 * @example
 * ```ts
 * import { missingFeatures } from '@reelay/core'
 * const missing = missingFeatures()
 * if (missing.length > 0) console.error(`Not here: this runtime lacks ${missing.join(', ')}.`)
 * ```
 */
export function missingFeatures(own: OwnFeatures = {}): readonly string[] {
  return paths
    .filter(([path, steps]) => !(path === 'fetch' && own.fetch) && !has(steps))
    .map(([path]) => path)
}

interface Host {
  readonly process?: { readonly versions?: Readonly<Record<string, string | undefined>> }
  readonly Deno?: { readonly version?: { readonly deno?: string } }
  readonly navigator?: { readonly userAgent?: string }
}

/** What the runtime calls itself, with its version where it says so: for messages, never for a decision. */
export function runtimeName(host: Host = globalThis as Host): string {
  try {
    // Bun and Deno also say which Node they resemble.
    const { bun, node } = host.process?.versions ?? {}
    const deno = host.Deno?.version?.deno
    if (bun) return `Bun ${bun}`
    if (deno) return `Deno ${deno}`
    if (node) return `Node ${node}`
    return host.navigator?.userAgent ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/**
 * Whether what one request makes (a timer, a promise, a connection, a stream) dies with it and may not be waited for by
 * another: workerd's rule for requests that share an isolate, and with it the module's variables.
 * developers.cloudflare.com/workers/observability/errors, "Cannot perform I/O on behalf of a different request",
 * 2026-11-26.
 *
 * @example
 * ```ts
 * import { isolatesRequests } from '@reelay/core/adapter'
 * let running: Promise<void> | undefined
 * const load = async (): Promise<void> => undefined
 * const refresh = (): Promise<void> => (isolatesRequests() ? load() : (running ??= load()))
 * ```
 */
export function isolatesRequests(): boolean {
  return (globalThis as Host).navigator?.userAgent === 'Cloudflare-Workers'
}

/**
 * Refuses to begin what this runtime could not finish: found out after a purchase, it would be about a paid task.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function assertRuntime(
  of: { readonly provider: string; readonly account: string } & OwnFeatures,
): void {
  const missing = missingFeatures(of)
  if (missing.length === 0) return
  const { provider, account } = of
  const message = `Nothing was sent: this runtime (${runtimeName()}) lacks ${missing.join(', ')}, which Reelay calls on the way to the clip. Use a newer one (Node 22.19 or later, a current Bun, Deno, workerd or browser), or load polyfills before Reelay.`
  throw new ReelayError('ERR_CONFIG', message, { provider, account, outcome: 'none' })
}
