import type { ProviderManifest, ProviderOptionsBase } from '@reelay/core/adapter'

/**
 * Where an account lives; keys work in one region only.
 *
 * Source: klingai.com/document-api, 2026-09. The former international host, api.klingai.com, is replaced.
 *
 * @example
 * ```ts
 * import { createKling, type KlingRegion } from '@reelay/kling'
 * const region: KlingRegion = 'beijing'
 * const provider = createKling({ region })
 * ```
 */
export type KlingRegion = 'singapore' | 'beijing'

/**
 * Options of {@link createKling}. Without credentials the environment is read at the first request:
 * `KLINGAI_API_KEY`, `KLING_API_KEY` (an API key, or `ak:sk` as older clients wrote it), then `KLINGAI_ACCESS_KEY` with
 * `KLINGAI_SECRET_KEY`, then `KLING_ACCESS_KEY` with `KLING_SECRET_KEY`.
 *
 * @example
 * ```ts
 * import type { KlingOptions } from '@reelay/kling'
 * const options: KlingOptions = { accessKey: 'ak', secretKey: 'sk', region: 'beijing', account: 'studio' }
 * ```
 */
export interface KlingOptions extends ProviderOptionsBase {
  /** API key; used rather than a key pair when both are given. */
  readonly apiKey?: string | undefined
  /** Access key of a pair that a JWT is signed with; V1 only. */
  readonly accessKey?: string | undefined
  readonly secretKey?: string | undefined
  /** `singapore` serves everywhere but mainland China, and is the default. */
  readonly region?: KlingRegion | undefined
  /**
   * Whether a create whose answer was lost, and whose task does not show up, is sent once more under the same external
   * id; `true` when absent. That the id stays unique in a race of two creates is known second-hand only.
   */
  readonly resend?: boolean | undefined
}

/**
 * Kling's own addresses, regions first; the last one still answered in 2026-10 for accounts made before them.
 *
 * @example
 * ```ts
 * import { hosts } from '@reelay/kling/manifest'
 * const [singapore] = hosts.api.urls
 * ```
 */
export const hosts = {
  api: {
    urls: ['https://api-singapore.klingai.com', 'https://api-beijing.klingai.com', 'https://api.klingai.com'],
    version: '/v1',
  },
} as const

/**
 * Where a person makes a key.
 *
 * @example
 * ```ts
 * import { keysFrom } from '@reelay/kling/manifest'
 * console.log(`Make a key at ${keysFrom}`)
 * ```
 */
export const keysFrom = 'https://kling.ai/dev'

/**
 * Variables that the API key is read from, in order; API keys come before key pairs, as with the field's most used client (Vercel AI SDK, 2026-08).
 *
 * @example
 * ```ts
 * import { apiKeyVariables } from '@reelay/kling/manifest'
 * const [first] = apiKeyVariables
 * ```
 */
export const apiKeyVariables = ['KLINGAI_API_KEY', 'KLING_API_KEY'] as const

/**
 * Variables that the access key is read from, in order.
 *
 * @example
 * ```ts
 * import { accessKeyVariables } from '@reelay/kling/manifest'
 * const [first] = accessKeyVariables
 * ```
 */
export const accessKeyVariables = ['KLINGAI_ACCESS_KEY', 'KLING_ACCESS_KEY'] as const

/**
 * Variables that the secret key is read from, in order.
 *
 * @example
 * ```ts
 * import { secretKeyVariables } from '@reelay/kling/manifest'
 * const [first] = secretKeyVariables
 * ```
 */
export const secretKeyVariables = ['KLINGAI_SECRET_KEY', 'KLING_SECRET_KEY'] as const

/**
 * The official Kling API as data.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/kling/manifest'
 * console.log(manifest.title, manifest.kinds)
 * ```
 */
export const manifest: ProviderManifest<KlingOptions> = {
  id: 'kling',
  title: 'official Kling',
  package: '@reelay/kling',
  create: 'createKling',
  hosts,
  keysFrom,
  options: {
    apiKey: {
      type: 'text',
      secret: true,
      env: apiKeyVariables,
      doc: 'API key; used rather than a key pair when both are given.',
    },
    accessKey: {
      type: 'text',
      secret: true,
      env: accessKeyVariables,
      with: 'secretKey',
      doc: 'Access key of a pair that a token is signed with.',
    },
    secretKey: {
      type: 'text',
      secret: true,
      env: secretKeyVariables,
      with: 'accessKey',
      doc: 'Secret key of that pair.',
    },
    region: {
      type: 'choice',
      values: ['singapore', 'beijing'],
      doc: 'Where the account lives; singapore (everywhere but mainland China) when absent.',
    },
    resend: {
      type: 'boolean',
      doc: 'Whether a create whose answer was lost is sent once more under the same id; true when absent.',
    },
  },
  can: { idempotency: 'external-id', find: true, getMany: true, cancel: false, usage: true, account: true },
  webhooks: { proof: 'secret', env: ['KLING_WEBHOOK_SECRET'] },
  kinds: [
    'text-to-video',
    'image-to-video',
    'reference-to-video',
    'extend',
    'lip-sync',
    'virtual-try-on',
    'text-to-image',
    'image-to-image',
  ],
  media: ['url', 'base64'],
}
