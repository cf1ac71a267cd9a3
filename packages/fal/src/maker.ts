import {
  booleanOptions,
  type Catalog,
  defineProvider,
  type InstanceOptions,
  type Kind,
  keyText,
  readHistory,
  resolveHosts,
  type Sold,
  searchByInput,
  type VideoProvider,
} from '@reelay/core/adapter'
import { createAuth } from './auth.ts'
import { type FalOptions, hosts } from './manifest.ts'
import { follow } from './routes.ts'
import { specOf } from './spec-of.ts'

/**
 * Kling at fal.ai with some of its kinds. It can cancel, and look for a task by its input in the request history, which
 * lists a request some time after it ended: see `soleSubmitter`.
 *
 * @example
 * ```ts
 * import type { VideoKind } from '@reelay/core'
 * import { createFalWith, type FalRenderer, falVideo } from '@reelay/fal/kinds'
 * const clips: FalRenderer<VideoKind> = createFalWith({ kinds: [falVideo], apiKey: 'key-id:key-secret' })
 * ```
 */
export interface FalRenderer<K extends Kind = Kind> extends VideoProvider {
  readonly catalog: Catalog<K>
  readonly cancel: NonNullable<VideoProvider['cancel']>
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly find: NonNullable<VideoProvider['find']>
}

/** A provider, and what its readers of other things than tasks are made from. */
interface Made {
  readonly provider: FalRenderer
  readonly instance: InstanceOptions
  /** What reads the account's books, if any key was given. */
  readonly booksKey: string | undefined
}

/**
 * What makes providers that sell some kinds, out of the options of each.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, see `createFal`.
 */
export function makerOf(kinds: readonly Sold[]): (options: FalOptions) => Made {
  const spec = specOf(kinds)
  const parts = { readHistory, searchByInput }
  const define = defineProvider(spec, parts)
  const defineFollowing = defineProvider({ ...spec, follow }, parts)
  return (options) => {
    const { apiKey, adminKey, stream = false, ...shared } = options
    const { account = 'default', soleSubmitter } = shared
    const who = { provider: 'fal', account }
    booleanOptions({ stream, soleSubmitter }, who)
    const booksKey = adminKey === undefined ? apiKey : keyText(adminKey, 'adminKey', who)
    const instance = {
      ...shared,
      auth: createAuth(apiKey, account),
      ...resolveHosts('fal', hosts, options),
    }
    // The spec can cancel, list and search, so the engine attaches the methods.
    const provider = (stream ? defineFollowing : define)(instance) as FalRenderer
    return { provider, instance, booksKey }
  }
}
