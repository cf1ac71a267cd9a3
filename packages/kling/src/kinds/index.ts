import { assertKinds } from '@reelay/core/adapter'
import { type KlingRenderer, makerOf } from '../maker.ts'
import type { KlingOptions } from '../manifest.ts'
import type { KlingKind } from './kind.ts'

export type { KlingRenderer } from '../maker.ts'
export { extend as klingExtend } from './extend.ts'
export { imagesToImage as klingImageToImage } from './image-to-image.ts'
export type { KlingKind } from './kind.ts'
export { lipSync as klingLipSync } from './lip-sync.ts'
export { reference as klingReference } from './reference-to-video.ts'
export { wordsToImage as klingTextToImage } from './text-to-image.ts'
export { video as klingVideo } from './video.ts'
export { tryOn as klingTryOn } from './virtual-try-on.ts'

/**
 * Options of {@link createKlingWith}: those of `createKling`, and what to sell.
 *
 * @example
 * ```ts
 * import { type KlingKindsOptions, klingVideo } from '@reelay/kling/kinds'
 * const options: KlingKindsOptions = { kinds: [klingVideo], region: 'beijing' }
 * ```
 */
export interface KlingKindsOptions<Sells extends KlingKind = KlingKind> extends KlingOptions {
  /** One at least. */
  readonly kinds: readonly Sells[]
}

/**
 * The same account as `createKling`'s, selling the named kinds alone: a bundle holds these and no others. It reads, waits
 * for, finds and downloads tasks of every kind, whoever bought them, and knows their handles and orders; what it does not
 * sell, it refuses before any request. What tasks cost is told in Kling's units where their kind is not sold here.
 * `usage` and `accountInfo` are with `createKling`.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a missing or empty `kinds`, and as `createKling` does.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createKlingWith, klingVideo } from '@reelay/kling/kinds'
 * const kling = createKlingWith({ kinds: [klingVideo], apiKey: 'your-key' })
 * const task = await generate(kling, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createKlingWith<Sells extends KlingKind>({
  kinds,
  ...options
}: KlingKindsOptions<Sells>): KlingRenderer<Sells['rows'][number]['kind']> {
  const { account = 'default' } = options
  assertKinds(kinds, { provider: 'kling', account }, 'kinds: [klingVideo]')
  return makerOf(kinds)(options).provider as KlingRenderer<Sells['rows'][number]['kind']>
}
