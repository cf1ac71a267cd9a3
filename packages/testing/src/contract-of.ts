import type { ProviderManifest } from '@reelay/core/adapter'
import { waysOf } from './probe/ways.ts'
import type { Manifest } from './world.ts'

/**
 * What the contract holds an adapter to, from the adapter's own manifest; more cases run than for one that has none.
 *
 * @param keys Values that the wire accepts, by option: one for each secret option that is read from the environment.
 * @param more What no manifest says: `reservedOptions` and `steps`, for two.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/kling/manifest'
 * import { contractOf } from '@reelay/testing'
 * const promised = contractOf(manifest, { apiKey: 'key-1', accessKey: 'ak-1', secretKey: 'sk-1' })
 * ```
 */
export function contractOf(
  manifest: ProviderManifest,
  keys: Readonly<Record<string, string>>,
  more: Pick<Manifest, 'reservedOptions' | 'unknownStatus' | 'steps'> = {},
): Manifest {
  const [first] = waysOf({ manifest, keys })
  return {
    ...manifest.can,
    kinds: manifest.kinds,
    ...more,
    ...(first && { env: first.env }),
    adapter: { manifest, keys },
  }
}
