import { assertKinds, type Kind, type Sold } from '@reelay/core/adapter'
import { type FalRenderer, makerOf } from '../maker.ts'
import type { FalOptions } from '../manifest.ts'

export type { FalRenderer } from '../maker.ts'
export { imagesToImage as falImageToImage } from './image-to-image.ts'
export { lipSync as falLipSync } from './lip-sync.ts'
export { reference as falReference } from './reference-to-video.ts'
export { wordsToImage as falTextToImage } from './text-to-image.ts'
export { video as falVideo } from './video.ts'
export { tryOn as falTryOn } from './virtual-try-on.ts'

/**
 * A kind as this adapter sells it.
 *
 * @example
 * ```ts
 * import { type FalKind, falVideo } from '@reelay/fal/kinds'
 * const sold: readonly FalKind[] = [falVideo]
 * ```
 */
export type FalKind<K extends Kind = Kind> = Sold<K>

/**
 * Options of {@link createFalWith}: those of `createFal`, and what to sell.
 *
 * @example
 * ```ts
 * import { type FalKindsOptions, falVideo } from '@reelay/fal/kinds'
 * const options: FalKindsOptions = { kinds: [falVideo], account: 'studio' }
 * ```
 */
export interface FalKindsOptions<Sells extends FalKind = FalKind> extends FalOptions {
  /** One at least. */
  readonly kinds: readonly Sells[]
}

/**
 * The same account as `createFal`'s, selling the named kinds alone: a bundle holds these and no others. It reads, waits for
 * and downloads tasks of every kind, whoever bought them, and knows their handles and orders; what it does not sell, it
 * refuses before any request. A task whose answer was lost is looked for where its kind is sold. `usage`, `accountInfo` and
 * `livePrices` are with `createFal`.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a missing or empty `kinds`, and as `createFal` does.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createFalWith, falVideo } from '@reelay/fal/kinds'
 * const fal = createFalWith({ kinds: [falVideo], apiKey: 'key-id:key-secret' })
 * const task = await generate(fal, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createFalWith<Sells extends FalKind>({
  kinds,
  ...options
}: FalKindsOptions<Sells>): FalRenderer<Sells['rows'][number]['kind']> {
  const { account = 'default' } = options
  assertKinds(kinds, { provider: 'fal', account }, 'kinds: [falVideo]')
  return makerOf(kinds)(options).provider as FalRenderer<Sells['rows'][number]['kind']>
}
