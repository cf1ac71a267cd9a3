import {
  type Auth,
  booleanOptions,
  type Catalog,
  defineProvider,
  type Kind,
  resolveHosts,
  type Sold,
  searchByInput,
  staticKey,
  type VideoProvider,
} from '@reelay/core/adapter'
import { apiKeyVariables, hosts, keysFrom, type ReplicateOptions } from './manifest.ts'
import { specOf } from './spec-of.ts'

/**
 * Replicate with some of its kinds: everything a {@link VideoProvider} can do.
 *
 * @example
 * ```ts
 * import type { VideoKind } from '@reelay/core'
 * import { createReplicateWith, type ReplicateRenderer, replicateVideo } from '@reelay/replicate/kinds'
 * const clips: ReplicateRenderer<VideoKind> = createReplicateWith({ kinds: [replicateVideo], apiKey: 'r8_your-token' })
 * ```
 */
export interface ReplicateRenderer<K extends Kind = Kind> extends VideoProvider {
  readonly catalog: Catalog<K>
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly cancel: NonNullable<VideoProvider['cancel']>
  readonly find: NonNullable<VideoProvider['find']>
}

/** Replicate's token. The older scheme word `Token` still appears in its files documentation; `Bearer` is the spec's. */
function createAuth(apiKey: string | undefined, account: string | undefined): Auth {
  return staticKey({
    provider: 'replicate',
    account,
    apiKey,
    variables: apiKeyVariables,
    keysFrom,
    apply: (headers, token) => headers.set('authorization', `Bearer ${token}`),
  })
}

/**
 * What makes providers that sell some kinds, out of the options of each.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, see `createReplicate`.
 */
export function makerOf(
  kinds: readonly Sold[],
): (options: ReplicateOptions) => { readonly provider: ReplicateRenderer } {
  const define = defineProvider(specOf(kinds), { searchByInput })
  return (options) => {
    const { apiKey, ...shared } = options
    const { account, soleSubmitter } = shared
    booleanOptions({ soleSubmitter }, { provider: 'replicate', account })
    const auth = createAuth(apiKey, account)
    // The spec has a list, a cancel and a search, so the engine attaches all three methods.
    const instance = { ...shared, auth, ...resolveHosts('replicate', hosts, options) }
    return { provider: define(instance) as ReplicateRenderer }
  }
}
