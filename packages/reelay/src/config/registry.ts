import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import type { ManifestOption, ProviderManifest } from '@reelay/core/adapter'
import { type Listed, providers } from '../providers.ts'

/** An adapter's `createX`, as far as all adapters agree. */
export type CreateProvider = (
  options: ProviderOptionsBase & Readonly<Record<string, unknown>>,
) => VideoProvider

/** What every adapter's `createX` takes, by provider id. */
export type AdapterOptions = {
  readonly [id in keyof typeof providers]: NonNullable<(typeof providers)[id]['options']>
}

/** Every provider by id, for ids that come from outside. */
export const adapters: Readonly<Record<string, Listed>> = providers

const shared: { readonly [option in keyof ProviderOptionsBase]-?: true } = {
  account: true,
  baseURL: true,
  relay: true,
  official: true,
  prices: true,
  fetch: true,
  ky: true,
  upload: true,
  headers: true,
  timeoutMs: true,
  clock: true,
}

/** Options that every adapter takes. */
export const sharedOptions: readonly string[] = Object.keys(shared)

/** Every option of an adapter's own, with what the manifest says of it. */
export function optionsOf({ options }: ProviderManifest): readonly (readonly [string, ManifestOption])[] {
  return Object.entries(options)
}

/** For each option that is read from the environment, the variable to set: the first of its list. */
export function variablesToSet(manifest: ProviderManifest): readonly string[] {
  return optionsOf(manifest).flatMap(([, { env = [] }]) => [env[0] ?? []].flat())
}
