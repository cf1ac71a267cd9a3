import type { ProviderManifest, ProviderOptionsBase } from '@reelay/core/adapter'

/**
 * Options of {@link createPiapi}. Without `apiKey` the environment is read at the first request: `PIAPI_API_KEY`, then
 * `PIAPI_KEY`.
 *
 * A `baseURL` replaces the API's host, and uploads go below it, to `<baseURL>/upload`, so that a key meant for a proxy
 * never reaches the real upload host. `{ api, upload }` sets both.
 *
 * @example
 * ```ts
 * import type { PiapiOptions } from '@reelay/piapi'
 * const options: PiapiOptions = { apiKey: 'your-key', webhookSecret: 'a-long-random-text', account: 'studio' }
 * ```
 */
export interface PiapiOptions extends ProviderOptionsBase {
  readonly apiKey?: string | undefined
  /** Sent back in clear text with each webhook (header `x-webhook-secret`); goes only with a `webhookUrl`. */
  readonly webhookSecret?: string | undefined
  /**
   * `public`, the default: pay as you go, which is what quotes are for. `private`: a Kling account hosted by PiAPI, paid
   * per seat, so quotes are `unknown`. Always sent; the workspace's own setting is not used.
   */
  readonly serviceMode?: 'public' | 'private' | undefined
}

/**
 * PiAPI's hosts: the API, and uploads.
 *
 * @example
 * ```ts
 * import { hosts } from '@reelay/piapi/manifest'
 * console.log(hosts.api)
 * ```
 */
export const hosts = {
  api: 'https://api.piapi.ai',
  upload: 'https://upload.theapi.app',
} as const

/**
 * Where a person makes a key.
 *
 * @example
 * ```ts
 * import { keysFrom } from '@reelay/piapi/manifest'
 * console.log(`Make a key at ${keysFrom}`)
 * ```
 */
export const keysFrom = 'https://piapi.ai/workspace/key'

/**
 * Variables that the API key is read from, in order.
 *
 * @example
 * ```ts
 * import { apiKeyVariables } from '@reelay/piapi/manifest'
 * const [first] = apiKeyVariables
 * ```
 */
export const apiKeyVariables = ['PIAPI_API_KEY', 'PIAPI_KEY'] as const

/**
 * PiAPI as data.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/piapi/manifest'
 * console.log(manifest.title, manifest.kinds)
 * ```
 */
export const manifest: ProviderManifest<PiapiOptions> = {
  id: 'piapi',
  title: 'PiAPI',
  package: '@reelay/piapi',
  create: 'createPiapi',
  hosts,
  keysFrom,
  options: {
    apiKey: { type: 'text', secret: true, env: apiKeyVariables, doc: 'The key of the workspace.' },
    webhookSecret: {
      type: 'text',
      secret: true,
      doc: 'Sent back in clear text with each webhook; goes only with a webhookUrl.',
    },
    serviceMode: {
      type: 'choice',
      values: ['public', 'private'],
      doc: 'Pay as you go (public, when absent), or a Kling account hosted by PiAPI and paid per seat.',
    },
  },
  can: { idempotency: 'none', find: 'candidates', getMany: false, cancel: true, usage: true, account: true },
  webhooks: { proof: 'clear-secret', env: [] },
  kinds: ['text-to-video', 'image-to-video', 'reference-to-video', 'extend', 'lip-sync', 'virtual-try-on'],
  media: ['url', 'upload'],
}
