import type { ProviderOptionsBase } from '@reelay/core'
import type { ProviderManifest } from '@reelay/core/adapter'
import { type FalOptions, manifest as fal } from '@reelay/fal/manifest'
import { type KlingOptions, manifest as kling } from '@reelay/kling/manifest'
import { type PiapiOptions, manifest as piapi } from '@reelay/piapi/manifest'
import { type ReplicateOptions, manifest as replicate } from '@reelay/replicate/manifest'

/** A provider as it is listed: what it says of itself, and how its adapter is loaded. */
export interface Listed<Options extends object = ProviderOptionsBase> {
  readonly manifest: ProviderManifest
  /** The adapter, with the `createX` that the manifest names, when it is asked for. */
  load(): Promise<Readonly<Record<string, unknown>>>
  /** Never there; for the compiler, which learns from it what that `createX` takes. */
  readonly options?: Options
}

/**
 * Every provider there is, by id. This list is the only one: configuration, command line, tables and tests derive from
 * it. Each row names its package literally, so that bundlers see it.
 */
export const providers = {
  kling: { manifest: kling, load: () => import('@reelay/kling') } as Listed<KlingOptions>,
  piapi: { manifest: piapi, load: () => import('@reelay/piapi') } as Listed<PiapiOptions>,
  fal: { manifest: fal, load: () => import('@reelay/fal') } as Listed<FalOptions>,
  replicate: { manifest: replicate, load: () => import('@reelay/replicate') } as Listed<ReplicateOptions>,
}
