import { assertKinds } from '@reelay/core/adapter'
import type { PiapiKind } from '../create.ts'
import { makerOf, type PiapiRenderer } from '../maker.ts'
import type { PiapiOptions } from '../manifest.ts'

export type { PiapiKind } from '../create.ts'
export type { PiapiRenderer } from '../maker.ts'
export { extendOf as piapiExtend } from './extend.ts'
export { lipSyncOf as piapiLipSync } from './lip-sync.ts'
export { referenceOf as piapiReference } from './reference-to-video.ts'
export { videoOf as piapiVideo } from './video.ts'
export { tryOnOf as piapiTryOn } from './virtual-try-on.ts'

/**
 * Options of {@link createPiapiWith}: those of `createPiapi`, and what to sell.
 *
 * @example
 * ```ts
 * import { type PiapiKindsOptions, piapiVideo } from '@reelay/piapi/kinds'
 * const options: PiapiKindsOptions = { kinds: [piapiVideo], account: 'studio' }
 * ```
 */
export interface PiapiKindsOptions<Sells extends PiapiKind = PiapiKind> extends PiapiOptions {
  /** One at least. */
  readonly kinds: readonly Sells[]
}

/**
 * The same account as `createPiapi`'s, selling the named kinds alone: a bundle holds these and no others. It reads, waits for
 * and downloads tasks of every kind, whoever bought them, and knows their handles and orders; what it does not sell, it
 * refuses before any request. `usage` and `accountInfo` are with `createPiapi`.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a missing or empty `kinds`, and as `createPiapi` does.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createPiapiWith, piapiVideo } from '@reelay/piapi/kinds'
 * const piapi = createPiapiWith({ kinds: [piapiVideo], apiKey: 'your-key' })
 * const task = await generate(piapi, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createPiapiWith<Sells extends PiapiKind>({
  kinds,
  ...options
}: PiapiKindsOptions<Sells>): PiapiRenderer<ReturnType<Sells>['rows'][number]['kind']> {
  const { account = 'default' } = options
  assertKinds(kinds, { provider: 'piapi', account }, 'kinds: [piapiVideo]')
  return makerOf(kinds)(options).provider as PiapiRenderer<ReturnType<Sells>['rows'][number]['kind']>
}
