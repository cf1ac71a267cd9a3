import { makerOf, type ReplicateRenderer } from './maker.ts'
import type { ReplicateOptions } from './manifest.ts'
import { kinds } from './spec.ts'

export type { ReplicateRenderer } from './maker.ts'
export type { ReplicateOptions } from './manifest.ts'
export type { ReplicateVideoOptions } from './provider-options.ts'
export { type ReplicateErrorRow, replicateErrors } from './tables.ts'
export { createReplicateWebhook, type ReplicateWebhookOptions } from './webhook.ts'

/**
 * Replicate: everything a provider can do.
 *
 * @example
 * ```ts
 * import { createReplicate, type ReplicateProvider } from '@reelay/replicate'
 * const provider: ReplicateProvider = createReplicate({ apiKey: 'r8_your-token' })
 * ```
 */
export type ReplicateProvider = ReplicateRenderer

const make = makerOf(kinds)

/**
 * One account at Replicate, for the Kling models that make a clip from words or images (owner `kwaivgi`).
 *
 * Source: OpenAPI 1.0.0-a1 (copy of 2026-04-09), the models' API pages and recorded exchanges until 2026-11.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a token no header can carry or an unusable `baseURL`. A missing
 * token shows at the first request.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createReplicate } from '@reelay/replicate'
 * const replicate = createReplicate({ apiKey: 'r8_your-token' })
 * const task = await generate(replicate, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createReplicate(options: ReplicateOptions = {}): ReplicateProvider {
  return make(options).provider
}

/**
 * The account of `REPLICATE_API_TOKEN`, which is read at the first request.
 *
 * @example
 * ```ts
 * import { replicate } from '@reelay/replicate'
 * const quote = replicate.quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 })
 * ```
 */
export const replicate: ReplicateProvider = createReplicate()
