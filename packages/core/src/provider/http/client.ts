import type { KyInstance, Options } from 'ky'
import { ReelayError } from '../../model/error.ts'

/**
 * What no instance of ky may decide: how often a request leaves, how long it is waited for, and where it goes. A paid
 * request that is sent again is paid twice.
 */
const pins = {
  retry: 0,
  timeout: false,
  totalTimeout: false,
  throwHttpErrors: false,
  redirect: 'manual',
} as const satisfies Options

/** Of a caller's instance also where it goes, what it carries, and who may stop it; ky unsets what is `undefined`. */
const pinsOfCallers: { readonly [name in keyof Options]: Options[name] | undefined } = {
  ...pins,
  prefix: '',
  baseUrl: undefined,
  searchParams: undefined,
  json: undefined,
  body: undefined,
  signal: undefined,
}

let own: KyInstance | undefined

/**
 * ky without hooks. Loaded with the first request, so that whoever only looks at prices does not load it; a value and not
 * its promise is kept, since where requests are isolated (workerd) none may wait for what another began.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, where it cannot be loaded: a bundle that was not published whole.
 */
export async function loadClient(): Promise<KyInstance> {
  try {
    own ??= (await import('ky')).default.extend(pins)
    return own
  } catch {
    const message =
      'The HTTP client (the package ky) could not be loaded. Nothing was sent; install or publish it with @reelay/core.'
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
  }
}

/** A caller's own instance, as far as it may decide. */
export interface CallersClient {
  readonly ky: KyInstance
  /** The `fetch` it was made with. */
  readonly fetch: typeof globalThis.fetch | undefined
}

/**
 * A caller's own instance with everything pinned that moves, repeats or hides a request. Its hooks, its headers and the
 * options that ky hands on to `fetch` (`dispatcher`, say) stay.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for what is no instance of ky.
 */
export function pinnedClient(given: unknown): CallersClient {
  let fetch: typeof globalThis.fetch | undefined
  try {
    const ky = (given as KyInstance).extend((parent) => {
      fetch = parent.fetch
      return pinsOfCallers as Options
    })
    if (typeof ky === 'function') return { ky, fetch }
  } catch {
    // Below.
  }
  const message =
    'ky is not an instance of ky 2 or later. Pass what ky.create() or ky.extend() made; nothing was sent.'
  throw new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}

let answer: boolean | undefined

/** Whether the runtime's requests take `cache`: workerd throws for it before its compatibility date of 2024-11-11. */
function takesCache(): boolean {
  try {
    return new Request('https://example.com/', { cache: 'no-store' }).cache !== undefined
  } catch {
    return false
  }
}

/**
 * What keeps a reply from coming out of a cache: of a browser's, or of a framework that replaces the global `fetch` and
 * answers GETs from its data cache for ever (Next.js 13 and 14 do). Nothing where the runtime refuses the option.
 */
export function noStore(): Pick<RequestInit, 'cache'> {
  // Asked at the first request, not at import: some runtimes allow no requests before one has come in.
  answer ??= takesCache()
  return answer ? { cache: 'no-store' } : {}
}
