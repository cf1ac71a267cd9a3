import {
  defineProvider,
  type OwnHost,
  type ProviderOptionsBase,
  ReelayError,
  resolveHosts,
  systemClock,
  type VideoProvider,
} from '@reelay/core'
import { createAuth } from './auth.ts'
import { spec } from './spec.ts'

export { type KlingErrorRow, klingErrors } from './errors.ts'
export type { KlingVideoOptions } from './provider-options.ts'
export { klingRelayErrors } from './relay/errors.ts'
export { createKlingWebhook, type KlingWebhookOptions } from './webhook.ts'

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
 * The official Kling API: everything a {@link VideoProvider} can do but cancel, which Kling does not offer. At a relay
 * `getMany` and `find` are absent, whatever the type says of them: ask `provider.host`.
 *
 * @example
 * ```ts
 * import { createKling, type KlingProvider } from '@reelay/kling'
 * const provider: KlingProvider = createKling({ apiKey: 'your-key' })
 * ```
 */
export interface KlingProvider extends VideoProvider {
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly find: NonNullable<VideoProvider['find']>
}

const regions: { readonly [region in KlingRegion]: string } = {
  singapore: 'https://api-singapore.klingai.com',
  beijing: 'https://api-beijing.klingai.com',
}

// Still answering in 2026-10 for accounts made before the regions.
const former = 'https://api.klingai.com'

const ownHosts = (region: KlingRegion): Readonly<Record<string, OwnHost>> => ({
  api: { urls: [regions[region], ...Object.values(regions), former], version: '/v1' },
})

const define = defineProvider(spec)

/**
 * One account at the official Kling API (V1: text to video, image to video).
 *
 * A `baseURL` that is not one of Kling's own addresses is a relay, unless `official` says otherwise.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for half a key pair, a pair for a relay, keys no header can carry, an
 * unknown region, or an unusable `baseURL`, `relay` or `prices`. Missing credentials show at the first request.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createKling } from '@reelay/kling'
 * const kling = createKling({ apiKey: 'your-key', region: 'singapore' })
 * const task = await generate(kling, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createKling(options: KlingOptions = {}): KlingProvider {
  const { apiKey, accessKey, secretKey, region = 'singapore', ...shared } = options
  const { account = 'default', clock = systemClock } = shared
  if (!Object.hasOwn(regions, region)) {
    const message = `There is no region ${JSON.stringify(region)}. Use ${Object.keys(regions).join(' or ')}.`
    throw new ReelayError('ERR_CONFIG', message, { provider: 'kling', account, outcome: 'none' })
  }
  const hosting = resolveHosts('kling', ownHosts(region), options)
  const relay = hosting.host.standing === 'relay' ? hosting.host.name : undefined
  const auth = createAuth({ apiKey, accessKey, secretKey }, account, clock, relay)
  // The spec has a list and a find column, so the engine attaches both methods, but at a relay.
  return define({ ...shared, auth, ...hosting }) as KlingProvider
}

/**
 * The account of the environment's credentials, which are read at the first request.
 *
 * @example
 * ```ts
 * import { kling } from '@reelay/kling'
 * const quote = kling.quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 })
 * ```
 */
export const kling: KlingProvider = createKling()
