import {
  type Catalog,
  defineProvider,
  type InstanceOptions,
  type Kind,
  readNamed,
  type SpecParts,
  type VideoProvider,
} from '@reelay/core/adapter'
import { instanceOf } from './instance.ts'
import type { KlingKind } from './kinds/kind.ts'
import type { KlingOptions } from './manifest.ts'
import { forKeyPair, specOf } from './spec-of.ts'

/**
 * The official Kling API with some of its kinds: everything a {@link VideoProvider} can do but cancel, which Kling does
 * not offer. At a relay `getMany` and `find` are absent, whatever the type says of them: ask `provider.host`.
 *
 * @example
 * ```ts
 * import type { VideoKind } from '@reelay/core'
 * import { createKlingWith, type KlingRenderer, klingVideo } from '@reelay/kling/kinds'
 * const clips: KlingRenderer<VideoKind> = createKlingWith({ kinds: [klingVideo], apiKey: 'your-key' })
 * ```
 */
export interface KlingRenderer<K extends Kind = Kind> extends VideoProvider {
  readonly catalog: Catalog<K>
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly find: NonNullable<VideoProvider['find']>
}

/** A provider, and what its readers of other things than tasks are made from. */
interface Made {
  readonly provider: KlingRenderer
  readonly instance: InstanceOptions
}

/**
 * What makes providers that sell some kinds, out of the options of each.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, see `createKling`.
 */
export function makerOf(kinds: readonly KlingKind[]): (options: KlingOptions) => Made {
  const spec = specOf(kinds)
  const parts: SpecParts = Object.assign({ readNamed }, ...kinds.map((kind) => kind.parts))
  const define = defineProvider(spec, parts)
  const defineForKeyPair = defineProvider(forKeyPair(spec), parts)
  return (options) => {
    const { instance, isKeyPair } = instanceOf(options)
    // The spec has a list and a find column, so the engine attaches both methods, but at a relay.
    const provider = (isKeyPair ? defineForKeyPair : define)(instance) as KlingRenderer
    return { provider, instance }
  }
}
