import { assertKinds, type Kind, type Sold } from '@reelay/core/adapter'
import { makerOf, type ReplicateRenderer } from '../maker.ts'
import type { ReplicateOptions } from '../manifest.ts'

export type { ReplicateRenderer } from '../maker.ts'
export { lipSync as replicateLipSync } from './lip-sync.ts'
export { reference as replicateReference } from './reference-to-video.ts'
export { video as replicateVideo } from './video.ts'

/**
 * A kind as this adapter sells it.
 *
 * @example
 * ```ts
 * import { type ReplicateKind, replicateVideo } from '@reelay/replicate/kinds'
 * const sold: readonly ReplicateKind[] = [replicateVideo]
 * ```
 */
export type ReplicateKind<K extends Kind = Kind> = Sold<K>

/**
 * Options of {@link createReplicateWith}: those of `createReplicate`, and what to sell.
 *
 * @example
 * ```ts
 * import { type ReplicateKindsOptions, replicateVideo } from '@reelay/replicate/kinds'
 * const options: ReplicateKindsOptions = { kinds: [replicateVideo], account: 'studio' }
 * ```
 */
export interface ReplicateKindsOptions<Sells extends ReplicateKind = ReplicateKind> extends ReplicateOptions {
  /** One at least. */
  readonly kinds: readonly Sells[]
}

/**
 * The same account as `createReplicate`'s, selling the named kinds alone: a bundle holds these and no others. It reads, waits for
 * and downloads tasks of every kind, whoever bought them, and knows their handles and orders; what it does not sell, it
 * refuses before any request. A task whose answer was lost is looked for where its kind is sold.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a missing or empty `kinds`, and as `createReplicate` does.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createReplicateWith, replicateVideo } from '@reelay/replicate/kinds'
 * const replicate = createReplicateWith({ kinds: [replicateVideo], apiKey: 'r8_your-token' })
 * const task = await generate(replicate, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createReplicateWith<Sells extends ReplicateKind>({
  kinds,
  ...options
}: ReplicateKindsOptions<Sells>): ReplicateRenderer<Sells['rows'][number]['kind']> {
  const { account = 'default' } = options
  assertKinds(kinds, { provider: 'replicate', account }, 'kinds: [replicateVideo]')
  return makerOf(kinds)(options).provider as ReplicateRenderer<Sells['rows'][number]['kind']>
}
