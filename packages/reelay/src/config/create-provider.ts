import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { configError, refuseUnknownKeys, unknownWord } from './problem.ts'
import { type Adapter, adapters, type CreateProvider } from './registry.ts'

/** A value that stands in an environment variable rather than in a file. */
export interface EnvReference {
  /** Name of the variable. */
  readonly env: string
}

/** A provider as a configuration names it: which adapter, and its options, any of which may be an {@link EnvReference}. */
export interface ProviderConfig extends Omit<ProviderOptionsBase, 'baseURL'> {
  /** Id of the adapter: `kling`, `piapi`, `fal` or `replicate`. */
  readonly use: string
  readonly apiKey?: string | EnvReference
  readonly accessKey?: string | EnvReference
  readonly secretKey?: string | EnvReference
  readonly webhookSecret?: string | EnvReference
  /** Where the provider is, when not at its own address. */
  readonly baseURL?: ProviderOptionsBase['baseURL'] | EnvReference
  /** Official Kling only. */
  readonly region?: 'singapore' | 'beijing'
  /** Official Kling only: whether a create whose answer was lost may be sent again with the same external id. */
  readonly resend?: boolean
  /** PiAPI only. */
  readonly serviceMode?: 'public' | 'private'
}

const shared = ['account', 'baseURL', 'fetch', 'headers', 'timeoutMs', 'clock'] as const

/**
 * Reads a secret, or an address, from the environment instead of from a configuration file.
 *
 * @example
 * ```ts
 * import { env } from 'reelay/config'
 * const apiKey = env('STUDIO_FAL_KEY')
 * ```
 */
export function env(name: string): EnvReference {
  return { env: name }
}

function resolve(where: string, value: unknown): unknown {
  const name = (value as Partial<EnvReference> | null | undefined)?.env
  if (typeof name !== 'string') return value
  const text = process.env[name]?.trim()
  // Not left out in silence: an address that is missing by mistake would be the real service's.
  if (!text) throw configError(`${where} refers to the environment variable ${name}, which is not set.`)
  return text
}

async function load(id: string, adapter: Adapter): Promise<CreateProvider> {
  try {
    return await adapter.load()
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw configError(`The adapter for ${id} is not installed. Run: npm install ${adapter.package}`)
  }
}

/**
 * Makes a provider by name, loading its adapter only now. Credentials come from the environment unless given.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: an unknown provider or option (the nearest valid one is named), an
 * adapter that is not installed, or a reference to a variable that is not set.
 *
 * @example
 * ```ts
 * import { createProvider } from 'reelay/config'
 * const fal = await createProvider('fal')
 * const studio = await createProvider({ use: 'kling', region: 'beijing', account: 'studio' })
 * ```
 */
export async function createProvider(config: string | ProviderConfig): Promise<VideoProvider> {
  const { use, ...options } = typeof config === 'string' ? { use: config } : config
  const adapter = Object.hasOwn(adapters, use) ? adapters[use] : undefined
  if (!adapter) throw unknownWord('The provider', String(use), Object.keys(adapters))
  refuseUnknownKeys(use, options, [...shared, ...adapter.options, ...Object.keys(adapter.secrets)])
  const resolved = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, resolve(`${use}.${key}`, value)]),
  )
  const create = await load(use, adapter)
  return create(resolved)
}
