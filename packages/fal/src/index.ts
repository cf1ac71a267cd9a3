import {
  type AccountInfoReader,
  type Auth,
  booleanOptions,
  type Catalog,
  createReader,
  defineProvider,
  keyText,
  readHistory,
  resolveHosts,
  searchByInput,
  staticKey,
  type UsageReader,
  type VideoKind,
  type VideoProvider,
} from '@reelay/core/adapter'
import type { FalLivePrices, FalLivePricesOptions } from './live-prices.ts'
import { adminKeyVariables, apiKeyVariables, type FalOptions, hosts, keysFrom } from './manifest.ts'
import { follow } from './routes.ts'
import { spec } from './spec.ts'

export type { FalLivePrices, FalLivePricesOptions, FalPriceDoubt } from './live-prices.ts'
export type { FalOptions } from './manifest.ts'
export type { FalVideoOptions } from './provider-options.ts'
export { createFalWebhook, type FalWebhookOptions } from './webhook.ts'

/**
 * Kling at fal.ai. It can cancel, and look for a task by its input in the request history, which lists a request some
 * time after it ended: see `soleSubmitter`.
 *
 * @example
 * ```ts
 * import { createFal, type FalProvider } from '@reelay/fal'
 * const provider: FalProvider = createFal({ apiKey: 'key-id:key-secret' })
 * ```
 */
export interface FalProvider extends VideoProvider {
  readonly catalog: Catalog<VideoKind>
  readonly cancel: NonNullable<VideoProvider['cancel']>
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly find: NonNullable<VideoProvider['find']>
  /**
   * What the account was charged for Kling's endpoints, by fal's billing events of at most 90 days; the key needs ADMIN
   * scope, see `adminKey`. Absent at a relay.
   */
  readonly usage: UsageReader
  /** Its prepaid balance; the key needs ADMIN scope, see `adminKey`. Absent at a relay. */
  readonly accountInfo: AccountInfoReader
  /**
   * What fal's price API asks for each endpoint now, as rows for `createFal({ prices })`; this instance's quotes stay as they
   * are. A price that a discount does not explain, or in a unit that means something else, is told and not used; see
   * {@link FalLivePrices}. Given what it gave before as `cached`, it asks nothing while that is young enough. The key needs
   * API scope. Absent at a relay.
   *
   * @throws ReelayError outcome `none`.
   */
  livePrices(options?: FalLivePricesOptions): Promise<FalLivePrices>
}

const parts = { readHistory, searchByInput }
const define = defineProvider(spec, parts)
const defineFollowing = defineProvider({ ...spec, follow }, parts)

/** fal's key, `<id>:<secret>`, behind the scheme word `Key` (client 1.10.1; docs of 2026-09). */
function createAuth(
  apiKey: string | undefined,
  account: string | undefined,
  variables: Parameters<typeof staticKey>[0]['variables'] = apiKeyVariables,
): Auth {
  return staticKey({
    provider: 'fal',
    account,
    apiKey,
    variables,
    keysFrom,
    apply: (headers, key) => headers.set('authorization', `Key ${key}`),
    // The second half alone gives as much away; the first is a name.
    secrets: (key) => (key === undefined ? [] : [key.slice(key.indexOf(':') + 1)]),
  })
}

/**
 * One account at fal.ai: text to video and image to video with every Kling model it sells.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a key no header can carry, a `stream` or `soleSubmitter`
 * that is no boolean, and an unusable `baseURL`. A missing
 * key shows at the first request.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createFal } from '@reelay/fal'
 * const fal = createFal({ apiKey: 'key-id:key-secret' })
 * const task = await generate(fal, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createFal(options: FalOptions = {}): FalProvider {
  const { apiKey, adminKey, stream = false, ...shared } = options
  const { account = 'default', soleSubmitter } = shared
  const who = { provider: 'fal', account }
  booleanOptions({ stream, soleSubmitter }, who)
  const booksKey = adminKey === undefined ? apiKey : keyText(adminKey, 'adminKey', who)
  const instance = {
    ...shared,
    auth: createAuth(apiKey, account),
    ...resolveHosts('fal', hosts, options),
  }
  // The spec can cancel, list and search, so the engine attaches the methods.
  const provider = (stream ? defineFollowing : define)(instance) as FalProvider
  if (instance.host.standing === 'relay') return provider
  const booksAuth = createAuth(booksKey, account, [...adminKeyVariables, ...apiKeyVariables])
  const usage: UsageReader = async (call = {}) => {
    // Few who render read the books in the same program.
    const { readBooks } = await import('./usage.ts')
    const read = createReader(spec, { ...instance, auth: booksAuth })
    return readBooks(read, call, { account, now: provider.clock.now() })
  }
  const accountInfo: AccountInfoReader = async (call = {}) => {
    const { readAccountInfo } = await import('./account-info.ts')
    const read = createReader(spec, { ...instance, auth: booksAuth })
    return readAccountInfo(read, call, { account, now: provider.clock.now() })
  }
  const livePrices = async (call: FalLivePricesOptions = {}): Promise<FalLivePrices> => {
    const { readLivePrices } = await import('./live-prices.ts')
    return readLivePrices(createReader(spec, instance), call, { account, now: provider.clock.now() })
  }
  return Object.freeze({ ...provider, usage, accountInfo, livePrices })
}

/**
 * The account of the environment's key, which is read at the first request.
 *
 * @example
 * ```ts
 * import { fal } from '@reelay/fal'
 * const quote = fal.quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 })
 * ```
 */
export const fal: FalProvider = createFal()
