import type { KyInstance } from 'ky'
import type { Clock } from '../model/clock.ts'
import type { OwnPrice } from '../model/own-price.ts'
import type { Hosting, HostOptions } from './hosts.ts'
import type { Auth } from './http/auth.ts'
import type { Upload } from './own-upload.ts'

/**
 * What every `createX` of an adapter accepts beside its credentials.
 *
 * @example
 * ```ts
 * import type { ProviderOptionsBase } from '@reelay/core'
 * import { createKling } from '@reelay/kling'
 * // The same for every provider of the house.
 * const house: ProviderOptionsBase = { timeoutMs: 30_000, headers: { 'x-team': 'film' } }
 * export const kling = createKling({ ...house, apiKey: 'your-key' })
 * ```
 */
export interface ProviderOptionsBase extends HostOptions {
  /** What you pay, instead of the provider's list: rows that come first count first. Quotes say that they are yours. */
  readonly prices?: readonly OwnPrice[] | undefined
  /**
   * A `fetch` to use instead of the runtime's. It must not retry: a retried POST is paid twice. undici's does upon HTTP
   * 421, with the text that a caller's own is given; and no error of it proves that nothing left.
   */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * An instance of `ky` (2 or later), for what your house does to every request: hooks, headers, tracing, a proxy
   * (`ky.create({ fetch })`, or a `dispatcher` among its options). Retries, timeouts, redirects, addresses and methods stay
   * ours; hooks see requests without credentials, and nobody but `fetch` answers for the provider. A paid request leaves
   * once: what a hook throws, repeats or redirects ends the purchase `unknown`. Uploads to addresses out of a reply go
   * without it, by its `fetch`.
   *
   * @example
   * ```ts
   * import { createKling } from '@reelay/kling'
   * import ky from 'ky'
   * const traced = ky.create({
   *   headers: { 'x-team': 'film' },
   *   hooks: { afterResponse: [({ request, response }) => console.log(request.method, request.url, response.status)] },
   * })
   * const kling = createKling({ apiKey: 'your-key', ky: traced })
   * ```
   */
  readonly ky?: KyInstance | undefined
  /**
   * Brings bytes to a public https URL where the provider takes nothing else and has no upload of its own; without it such
   * media have to be passed by their URL.
   */
  readonly upload?: Upload | undefined
  /** Extra headers on every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds one HTTP attempt may take; 60,000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * What an adapter hands over for one instance: the shared options, with credentials and addresses resolved.
 *
 * @example
 * ```ts
 * import { type Auth, defineProvider, type InstanceOptions, type ProviderSpec, resolveHosts } from '@reelay/core/adapter'
 * export function instance(spec: ProviderSpec, auth: Auth, timeoutMs?: number) {
 *   const options: InstanceOptions = { auth, timeoutMs, ...resolveHosts(spec.id, { api: 'https://api.example.com' }, {}) }
 *   return defineProvider(spec)(options)
 * }
 * ```
 */
export interface InstanceOptions
  extends Omit<ProviderOptionsBase, 'baseURL' | 'relay' | 'official'>,
    // See resolveHosts.
    Hosting {
  readonly auth: Auth
  /** Whether a create whose answer was lost may be sent again where the host allows it; `true` when absent. */
  readonly resend?: boolean | undefined
  /** Whether nobody but the caller's journal buys such requests on the account; the provider's usual when absent. */
  readonly soleSubmitter?: boolean | undefined
}
