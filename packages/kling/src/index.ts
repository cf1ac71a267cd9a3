import { type AccountInfoReader, createReader, type UsageReader } from '@reelay/core/adapter'
import { readAccountInfo } from './account-info.ts'
import { type KlingRenderer, makerOf } from './maker.ts'
import type { KlingOptions } from './manifest.ts'
import { kinds, spec } from './spec.ts'
import { readBooks } from './usage.ts'

export type { KlingRenderer } from './maker.ts'
export type { KlingOptions, KlingRegion } from './manifest.ts'
export type { KlingVideoOptions } from './provider-options.ts'
export { klingRelayErrors } from './relay/tables.ts'
export { type KlingErrorRow, klingErrors } from './tables.ts'
export { createKlingWebhook, type KlingWebhookOptions } from './webhook.ts'

/**
 * The official Kling API: all its kinds, and its books. At a relay `getMany`, `find`, `usage` and `accountInfo` are absent,
 * whatever the type says of them: ask `provider.host`.
 *
 * @example
 * ```ts
 * import { createKling, type KlingProvider } from '@reelay/kling'
 * const provider: KlingProvider = createKling({ apiKey: 'your-key' })
 * ```
 */
export interface KlingProvider extends KlingRenderer {
  /** What the account was charged, from its resource packs and its balance, by Kling's own books (pages of 2026-07-06). */
  readonly usage: UsageReader
  /** Its resource packs, with what is left of each and until when (pages of 2026-09). Absent at a relay. */
  readonly accountInfo: AccountInfoReader
}

const make = makerOf(kinds)

/**
 * One account at the official Kling API: V1, and with an API key the Solutions too, which take no key pair.
 *
 * A `baseURL` that is not one of Kling's own addresses is a relay, unless `official` says otherwise.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for half a key pair, a pair for a relay, keys no header can carry, an
 * unknown region, a `resend` that is no boolean, or an unusable `baseURL`, `relay` or `prices`. Missing credentials show at the first request.
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
  const { provider, instance } = make(options)
  // At a relay it is whole, whatever the type says.
  if (instance.host.standing === 'relay') return provider as KlingProvider
  const { account } = provider
  const usage: UsageReader = async (call = {}) => {
    return readBooks(createReader(spec, instance), call, { account, now: provider.clock.now() })
  }
  const accountInfo: AccountInfoReader = async (call = {}) => {
    return readAccountInfo(createReader(spec, instance), call, { account, now: provider.clock.now() })
  }
  return Object.freeze({ ...provider, usage, accountInfo })
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
