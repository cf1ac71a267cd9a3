import type { VideoProvider } from '@reelay/core'
import type { ProviderManifest } from '@reelay/core/adapter'
import { createProvider, type ProviderConfig } from '../config/create-provider.ts'
import { adapters, optionsOf } from '../config/registry.ts'
import type { Configured } from './config.ts'
import { UsageError } from './failure.ts'

/** A provider to be asked for prices, with or without a key. */
export interface Seller {
  /** Its name in the configuration, or its id. */
  readonly name: string
  readonly provider: VideoProvider
  /** Variables of the environment to set before anything can be bought there. */
  readonly missingKeys: readonly string[]
}

/** What a reader calls a provider: its name, and its id where that is another word. */
export const titleOf = ({ name, provider }: Seller): string =>
  name === provider.id ? name : `${name} (${provider.id})`

const isSet = (name: string): boolean => !!process.env[name]?.trim()

/** The variable that an option refers to. */
function variableOf(value: unknown): string | undefined {
  const { env } = (typeof value === 'object' && value !== null ? value : {}) as { readonly env?: unknown }
  return typeof env === 'string' ? env : undefined
}

/** Options that hold a key or a part of one, and are read from the environment where they are not given. */
const keyOptions = (manifest: ProviderManifest) =>
  optionsOf(manifest).filter(([, { secret, env = [] }]) => secret && env.length > 0)

/** Variables that an entry of a configuration lacks; none where there is a key, of whatever quality. */
function missingKeys(manifest: ProviderManifest, entry: ProviderConfig): readonly string[] {
  const given = entry as unknown as Readonly<Record<string, unknown>>
  // Nothing can be bought with a key for the books alone.
  const options = keyOptions(manifest).filter(([, { only }]) => only === undefined)
  const named = options.filter(([option]) => given[option] !== undefined)
  if (named.length > 0) {
    // What is named counts, and the environment's usual variables do not.
    return named.flatMap(([option]) => variableOf(given[option]) ?? []).filter((name) => !isSet(name))
  }
  const has = (option: string): boolean => {
    const [, row] = options.find(([name]) => name === option) ?? []
    return (row?.env ?? []).some((names) => [names].flat().every(isSet))
  }
  const isWhole = options.some(
    ([option, { with: other }]) => has(option) && (other === undefined || has(other)),
  )
  if (isWhole) return []
  const [[, first] = []] = options
  return [first?.env?.[0] ?? []].flat()
}

/** The same entry without keys that are not there: nobody needs one to be asked for a price. */
function withoutKeys(manifest: ProviderManifest, entry: ProviderConfig): ProviderConfig {
  const keys = new Set(keyOptions(manifest).map(([option]) => option))
  const kept = Object.entries(entry).filter(([option, value]) => {
    const variable = variableOf(value)
    return !keys.has(option) || variable === undefined || isSet(variable)
  })
  return Object.fromEntries(kept) as unknown as ProviderConfig
}

/**
 * The providers of a command line that asks for prices: those named, else all that are configured, else all there are.
 *
 * @param names Separated by commas.
 * @throws UsageError for a name that is given twice; ReelayError `ERR_CONFIG` for one that nobody has.
 */
export async function sellersOf(config: Configured, names: string | undefined): Promise<readonly Seller[]> {
  const wanted = names === undefined ? config.names : names.split(',').map((name) => name.trim())
  const twice = wanted.find((name, at) => wanted.indexOf(name) !== at)
  if (twice !== undefined) throw new UsageError(`--providers names ${twice} twice.`)
  return Promise.all(
    wanted.map(async (name): Promise<Seller> => {
      const { entry } = config.pick(name)
      const manifest = adapters[entry.use]?.manifest
      if (!manifest) return { name, provider: await createProvider(entry), missingKeys: [] }
      const provider = await createProvider(withoutKeys(manifest, entry))
      return { name, provider, missingKeys: missingKeys(manifest, entry) }
    }),
  )
}
