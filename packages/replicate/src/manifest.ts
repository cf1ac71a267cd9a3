import type { ProviderManifest, ProviderOptionsBase } from '@reelay/core/adapter'

/**
 * Options of {@link createReplicate}.
 *
 * @example
 * ```ts
 * import type { ReplicateOptions } from '@reelay/replicate'
 * const options: ReplicateOptions = { apiKey: 'r8_your-token', account: 'studio', timeoutMs: 30_000 }
 * ```
 */
export interface ReplicateOptions extends ProviderOptionsBase {
  /** API token; `REPLICATE_API_TOKEN` is read at the first request when absent. */
  readonly apiKey?: string | undefined
  /**
   * Whether this journal is the only buyer of such requests on the account. Then a submission whose answer was lost is
   * given the one prediction that has its input and no other purchase; else such predictions are named as `candidates`,
   * and none is adopted. `true` when absent: say `false` where other programs buy the same there.
   */
  readonly soleSubmitter?: boolean | undefined
}

/**
 * Replicate's host.
 *
 * @example
 * ```ts
 * import { hosts } from '@reelay/replicate/manifest'
 * console.log(hosts.api)
 * ```
 */
export const hosts = {
  api: 'https://api.replicate.com/v1',
} as const

/**
 * Where a person makes a key.
 *
 * @example
 * ```ts
 * import { keysFrom } from '@reelay/replicate/manifest'
 * console.log(`Make a key at ${keysFrom}`)
 * ```
 */
export const keysFrom = 'https://replicate.com/account/api-tokens'

/**
 * Variables that the API key is read from, in order.
 *
 * @example
 * ```ts
 * import { apiKeyVariables } from '@reelay/replicate/manifest'
 * const [first] = apiKeyVariables
 * ```
 */
export const apiKeyVariables = ['REPLICATE_API_TOKEN'] as const

/**
 * Replicate as data.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/replicate/manifest'
 * console.log(manifest.title, manifest.kinds)
 * ```
 */
export const manifest: ProviderManifest<ReplicateOptions> = {
  id: 'replicate',
  title: 'Replicate',
  package: '@reelay/replicate',
  create: 'createReplicate',
  hosts,
  keysFrom,
  options: {
    apiKey: { type: 'text', secret: true, env: apiKeyVariables, doc: 'API token.' },
    soleSubmitter: {
      type: 'boolean',
      doc: 'Whether this journal is the only buyer of such requests on the account; true when absent.',
    },
  },
  can: { idempotency: 'none', find: true, getMany: true, cancel: true, usage: false, account: false },
  webhooks: {
    proof: 'secret',
    env: ['REPLICATE_WEBHOOK_SIGNING_SECRET', 'REPLICATE_WEBHOOK_SECRET'],
  },
  kinds: ['text-to-video', 'image-to-video', 'reference-to-video', 'lip-sync'],
  media: ['url', 'data-uri', 'upload'],
}
