import type { ProviderManifest, ProviderOptionsBase } from '@reelay/core/adapter'

/**
 * Options of {@link createFal}. Without `apiKey` the environment is read at the first request: `FAL_KEY`, `FAL_API_KEY`,
 * then `FAL_KEY_ID` with `FAL_KEY_SECRET`.
 *
 * `baseURL` has three hosts, `queue`, `rest` (uploads) and `api` (the request history). Given only the first, as a string
 * or by name, the others go to `<queue>/rest` and `<queue>/api`: the key never leaves for fal when the adapter was pointed elsewhere.
 *
 * @example
 * ```ts
 * import type { FalOptions } from '@reelay/fal'
 * const options: FalOptions = {
 *   apiKey: 'key-id:key-secret',
 *   baseURL: { queue: 'https://proxy.example.com/queue', rest: 'https://proxy.example.com/rest' },
 * }
 * ```
 */
export interface FalOptions extends ProviderOptionsBase {
  /** `<key id>:<key secret>`, as the dashboard shows it. */
  readonly apiKey?: string | undefined
  /**
   * A key with ADMIN scope, in the same form, for `usage` alone: without it the `apiKey` is tried there, which fal refuses
   * unless it has that scope. Read from `FAL_ADMIN_KEY` where neither key is given.
   */
  readonly adminKey?: string | undefined
  /**
   * Whether a task that is waited for alone is followed by fal's status stream too, one request held open per task, so
   * that its end is seen at once; looking goes on as without it. `false` when absent: proxies may not let streams pass.
   */
  readonly stream?: boolean | undefined
  /**
   * Whether this journal is the only buyer of such requests on the account, whatever other programs and people do there.
   * Then a submission whose answer was lost is given the one task in fal's request history that has its input and no other
   * purchase. `false` when absent: such tasks are named as `candidates`, and none is adopted.
   */
  readonly soleSubmitter?: boolean | undefined
}

/**
 * fal's hosts: the queue, uploads, and the request history.
 *
 * @example
 * ```ts
 * import { hosts } from '@reelay/fal/manifest'
 * console.log(hosts.queue)
 * ```
 */
export const hosts = {
  queue: 'https://queue.fal.run',
  rest: 'https://rest.fal.ai',
  api: 'https://api.fal.ai',
} as const

/**
 * Where a person makes a key.
 *
 * @example
 * ```ts
 * import { keysFrom } from '@reelay/fal/manifest'
 * console.log(`Make a key at ${keysFrom}`)
 * ```
 */
export const keysFrom = 'https://fal.ai/dashboard/keys'

/**
 * Variables that the API key is read from, in order; the last two hold its halves.
 *
 * @example
 * ```ts
 * import { apiKeyVariables } from '@reelay/fal/manifest'
 * const [first] = apiKeyVariables
 * ```
 */
export const apiKeyVariables = ['FAL_KEY', 'FAL_API_KEY', ['FAL_KEY_ID', 'FAL_KEY_SECRET']] as const

/**
 * Variable that the key for the books is read from.
 *
 * @example
 * ```ts
 * import { adminKeyVariables } from '@reelay/fal/manifest'
 * const [name] = adminKeyVariables
 * ```
 */
export const adminKeyVariables = ['FAL_ADMIN_KEY'] as const

/**
 * fal.ai as data.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/fal/manifest'
 * console.log(manifest.title, manifest.kinds)
 * ```
 */
export const manifest: ProviderManifest<FalOptions> = {
  id: 'fal',
  title: 'fal.ai',
  package: '@reelay/fal',
  create: 'createFal',
  hosts,
  keysFrom,
  options: {
    apiKey: {
      type: 'text',
      secret: true,
      env: apiKeyVariables,
      doc: 'Key id and key secret, joined by a colon, as the dashboard shows them.',
    },
    adminKey: {
      type: 'text',
      secret: true,
      env: adminKeyVariables,
      only: 'usage',
      doc: 'A key with ADMIN scope, for reading what was charged; apiKey is tried when absent.',
    },
    stream: {
      type: 'boolean',
      doc: 'Whether a task that is waited for alone is followed by the status stream too; false when absent.',
    },
    soleSubmitter: {
      type: 'boolean',
      doc: 'Whether this journal is the only buyer of such requests on the account; false when absent.',
    },
  },
  can: {
    idempotency: 'none',
    find: 'candidates',
    getMany: 'ended',
    cancel: true,
    usage: true,
    account: true,
  },
  webhooks: { proof: 'public-keys', env: [] },
  kinds: [
    'text-to-video',
    'image-to-video',
    'reference-to-video',
    'lip-sync',
    'text-to-image',
    'image-to-image',
    'virtual-try-on',
  ],
  media: ['url', 'data-uri', 'upload'],
}
