import type { VideoProvider } from '@reelay/core'
import type { Listed } from '../providers.ts'
import { configError, refuseUnknownKeys, unknownWord } from './problem.ts'
import { type AdapterOptions, adapters, type CreateProvider, optionsOf, sharedOptions } from './registry.ts'

/**
 * A value that stands in an environment variable rather than in a file.
 *
 * @example
 * ```ts
 * import { env, type EnvReference, type ProviderConfig } from 'reelay/config'
 * const key: EnvReference = env('STUDIO_FAL_KEY') // the same as { env: 'STUDIO_FAL_KEY' }, which JSON can say too
 * export const studio: ProviderConfig = { use: 'fal', apiKey: key }
 * ```
 */
export interface EnvReference {
  /** Name of the variable. */
  readonly env: string
}

/** Options with what is a text, a choice or a switch by a reference to the environment, where the caller prefers that. */
type Configured<Options> = {
  readonly [option in keyof Options]: string extends NonNullable<Options[option]>
    ? Options[option] | EnvReference
    : NonNullable<Options[option]> extends string | boolean
      ? Options[option] | EnvReference
      : Options[option]
}

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

type EveryOption = Together<AdapterOptions[keyof AdapterOptions]>

/**
 * A provider as a configuration names it: which adapter, and any option that its `createX` takes; texts may be an
 * {@link EnvReference}, and so may single headers and addresses. An option of another adapter is refused.
 *
 * @example
 * ```ts
 * import { createProvider, env, type ProviderConfig } from 'reelay/config'
 * const beijing: ProviderConfig = { use: 'kling', region: 'beijing', account: 'studio', apiKey: env('STUDIO_KLING_KEY') }
 * export const provider = await createProvider(beijing)
 * ```
 */
export interface ProviderConfig extends Omit<Configured<EveryOption>, 'headers' | 'baseURL' | 'official'> {
  /** Id of the provider. */
  readonly use: keyof AdapterOptions | (string & {})
  /** Where the provider is, when not at its own address; by host name where it has several. */
  readonly baseURL?: string | EnvReference | Readonly<Record<string, string | EnvReference>> | undefined
  /** Whether that is the provider itself in another place: an emulator, or a proxy of your own. A variable says `true`. */
  readonly official?: true | EnvReference | undefined
  /** Extra headers on every request. */
  readonly headers?: Readonly<Record<string, string | EnvReference>> | undefined
}

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

const isReference = (value: unknown): value is EnvReference =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).join() === 'env' &&
  typeof (value as EnvReference).env === 'string'

/** Options that hold several texts, by names that are not ours: a header may be called `env`. */
const groups: readonly string[] = ['headers', 'baseURL']

const switches: Readonly<Record<string, boolean>> = { true: true, false: false }

function resolve(where: string, value: unknown, isSwitch = false): unknown {
  if (!isReference(value)) return value
  const { env: name } = value
  const text = process.env[name]?.trim()
  // Not left out in silence: an address that is missing by mistake would be the real service's.
  if (!text) throw configError(`${where} refers to the environment variable ${name}, which is not set.`)
  return isSwitch ? (switches[text] ?? text) : text
}

/** One option, its references resolved. */
function resolveOption(where: string, option: string, value: unknown, isSwitch: boolean): unknown {
  const several = groups.includes(option) && typeof value === 'object' && value !== null
  if (!several || (option === 'baseURL' && isReference(value))) return resolve(where, value, isSwitch)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, resolve(`${where}.${name}`, one)]),
  )
}

async function load(id: string, { manifest, load: loadAdapter }: Listed): Promise<CreateProvider> {
  try {
    return (await loadAdapter())[manifest.create] as CreateProvider
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error
    throw configError(`The adapter for ${id} is not installed. Run: npm install ${manifest.package}`)
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
  const own = optionsOf(adapter.manifest)
  refuseUnknownKeys(use, options, [...sharedOptions, ...own.map(([option]) => option)])
  const resolved = Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      const isSwitch =
        key === 'official' || own.some(([name, { type }]) => name === key && type === 'boolean')
      return [key, resolveOption(`${use}.${key}`, key, value, isSwitch)]
    }),
  )
  const create = await load(use, adapter)
  return create(resolved)
}
