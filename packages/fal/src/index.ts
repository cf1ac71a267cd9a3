import { type AccountInfoReader, createReader, type UsageReader } from '@reelay/core/adapter'
import { readAccountInfo } from './account-info.ts'
import { createAuth } from './auth.ts'
import type { FalLivePrices, FalLivePricesOptions } from './live-prices.ts'
import { readLivePrices } from './live-prices.ts'
import { type FalRenderer, makerOf } from './maker.ts'
import { adminKeyVariables, apiKeyVariables, type FalOptions } from './manifest.ts'
import { kinds, spec } from './spec.ts'
import { readBooks } from './usage.ts'

export type { FalLivePrices, FalLivePricesOptions, FalPriceDoubt } from './live-prices.ts'
export type { FalRenderer } from './maker.ts'
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
export interface FalProvider extends FalRenderer {
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

const make = makerOf(kinds)

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
  const { provider, instance, booksKey } = make(options)
  // At a relay it is whole, whatever the type says.
  if (instance.host.standing === 'relay') return provider as FalProvider
  const { account } = provider
  const booksAuth = createAuth(booksKey, account, [...adminKeyVariables, ...apiKeyVariables])
  const usage: UsageReader = async (call = {}) => {
    const read = createReader(spec, { ...instance, auth: booksAuth })
    return readBooks(read, call, { account, now: provider.clock.now() })
  }
  const accountInfo: AccountInfoReader = async (call = {}) => {
    const read = createReader(spec, { ...instance, auth: booksAuth })
    return readAccountInfo(read, call, { account, now: provider.clock.now() })
  }
  const livePrices = async (call: FalLivePricesOptions = {}): Promise<FalLivePrices> => {
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
