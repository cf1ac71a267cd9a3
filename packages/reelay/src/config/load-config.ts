import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { VideoProvider } from '@reelay/core'
import { loadConfig as load } from 'c12'
import { withAlternatives } from './alternatives.ts'
import { createProvider, type ProviderConfig } from './create-provider.ts'
import { type RequestDefaults, withDefaults } from './defaults.ts'
import { configError, unknownWord } from './problem.ts'
import { type ReelayConfig, readConfig } from './read-config.ts'
import { adapters } from './registry.ts'

/**
 * A configuration with its providers ready to use.
 *
 * @example
 * ```ts
 * import type { VideoProvider } from 'reelay'
 * import type { LoadedConfig } from 'reelay/config'
 * const everyProvider = ({ names, provider }: LoadedConfig): Promise<readonly VideoProvider[]> =>
 *   Promise.all(names.map((name) => provider(name)))
 * ```
 */
export interface LoadedConfig {
  /** The file it came from; absent when there was none. */
  readonly file?: string
  /** The configured providers' names. */
  readonly names: readonly string[]
  /** Name of the provider used when none is named. */
  readonly first: string
  /** What each provider is made of, by its name. */
  readonly entries: Readonly<Record<string, ProviderConfig>>
  readonly defaults: RequestDefaults
  /**
   * The provider of this name, or the configuration's own choice. The same name gives the same instance.
   *
   * @throws ReelayError `ERR_CONFIG` for a name that is not configured.
   */
  provider(name?: string): Promise<VideoProvider>
}

/**
 * Where to look for a configuration.
 *
 * @example
 * ```ts
 * import { loadConfig, type LoadConfigOptions } from 'reelay/config'
 * const ofTests: LoadConfigOptions = { config: { providers: { main: 'fal' } } }
 * export const { names } = await loadConfig(ofTests)
 * ```
 */
export interface LoadConfigOptions {
  /** Folder; the current one when absent. */
  readonly cwd?: string
  /** A file instead of `reelay.config.*`, relative to the folder. */
  readonly file?: string
  /** A configuration instead of a file. */
  readonly config?: ReelayConfig
}

/**
 * Types a configuration file.
 *
 * @example
 * ```ts
 * import { defineConfig, env } from 'reelay/config'
 * export default defineConfig({
 *   provider: 'main',
 *   providers: { main: { use: 'fal', apiKey: env('STUDIO_FAL_KEY') }, backup: 'replicate' },
 *   defaults: { model: 'kling-v3', mode: 'std' },
 * })
 * ```
 */
export function defineConfig(config: ReelayConfig): ReelayConfig {
  return config
}

const dataFormats = ['json', 'jsonc', 'json5', 'yaml', 'yml', 'toml']

/**
 * A data file that cannot be read, told by the place alone: the readers quote what is around it (V8 inline, YAML and TOML by
 * whole lines and in fields of the error), and that may be a key. A program may throw what it likes.
 */
function unreadable(error: unknown, cwd: string, file: string | undefined): unknown {
  const candidates = file === undefined ? dataFormats.map((format) => `reelay.config.${format}`) : [file]
  const path = candidates.map((name) => resolve(cwd, name)).find((one) => existsSync(one))
  const format = path?.split('.').at(-1) ?? ''
  if (!(error instanceof Error) || path === undefined || !dataFormats.includes(format)) return error
  const { line, column } = placeIn(error)
  const at = line === undefined ? '' : ` at line ${line}, column ${column}`
  return configError(
    `${path} is not valid ${format.replace('yml', 'yaml').toUpperCase()}${at}. Correct it there; what stands there is not shown, since it may be a key.`,
  )
}

interface Place {
  readonly line?: number | undefined
  readonly column?: number | undefined
}

/** The place that an error of one of the readers names, from 1. */
function placeIn(error: Error): Place {
  // Each has its own fields: TOML `line`, JSON5 `lineNumber`; JSON and YAML say it in their words only.
  const { line, column, lineNumber, columnNumber } = error as Error & Readonly<Record<string, unknown>>
  const [, inWords, columnInWords] =
    /line (\d+) column (\d+)/.exec(error.message) ?? /\((\d+):(\d+)\)/.exec(error.message) ?? []
  const [row, at] = [line ?? lineNumber ?? inWords, column ?? columnNumber ?? columnInWords].map(Number)
  return Number.isSafeInteger(row) && Number.isSafeInteger(at) ? { line: row, column: at } : {}
}

async function readFile({
  cwd = process.cwd(),
  file,
}: LoadConfigOptions): Promise<{ config: unknown; file?: string }> {
  const { config, configFile, layers } = await load<ReelayConfig>({
    name: 'reelay',
    cwd,
    ...(file === undefined ? {} : { configFile: file }),
    // Only the one file: a setting that comes from a home folder or package.json would be a paid surprise.
    rcFile: false,
    globalRc: false,
    packageJson: false,
    dotenv: false,
  }).catch((error: unknown) => {
    throw unreadable(error, cwd, file)
  })
  const found = layers?.some((layer) => layer.config) ?? false
  if (!found && file !== undefined) throw configError(`There is no configuration file ${file} in ${cwd}.`)
  return { config, ...(found && configFile ? { file: configFile } : {}) }
}

/**
 * Loads `reelay.config.{ts,js,json}` and makes its providers, each when it is first asked for. Without a file every
 * adapter is available under its own id, with credentials from the environment. No secret has to stand in the file.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: a file that cannot be read (by the place, quoting nothing of it), an
 * unknown key or name (the nearest valid one is named), or two providers that cannot be told apart. A configuration that is
 * a program throws what it throws.
 *
 * @example
 * ```ts
 * import { generate } from 'reelay'
 * import { loadConfig } from 'reelay/config'
 * const config = await loadConfig()
 * const task = await generate(await config.provider(), { kind: 'text-to-video', prompt: 'A paper boat' })
 * ```
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const { config, file } = options.config
    ? { config: options.config, file: undefined }
    : await readFile(options)
  const where = file ?? 'the configuration'
  const { providers = {}, defaults = {}, provider: chosen } = readConfig(where, config)
  const named = Object.keys(providers).length > 0 ? providers : everyAdapter
  const names = Object.keys(named)
  const first = chosen ?? names[0] ?? ''
  if (!names.includes(first)) throw unknownWord(`${where}: the provider`, first, names)

  refuseTwins(where, named)
  const made = new Map<string, Promise<VideoProvider>>()
  const ready: Record<string, VideoProvider> = {}

  async function make(name: string): Promise<VideoProvider> {
    const plain = withDefaults(await createProvider(named[name] ?? name), defaults)
    ready[name] = plain
    const others = (): Record<string, VideoProvider> =>
      Object.fromEntries(Object.entries(ready).filter(([other]) => other !== name))
    return withAlternatives(plain, others)
  }

  function get(name: string): Promise<VideoProvider> {
    const provider = made.get(name) ?? make(name)
    made.set(name, provider)
    return provider
  }

  return {
    ...(file === undefined ? {} : { file }),
    names,
    first,
    entries: Object.fromEntries(names.map((name) => [name, entryOf(named[name] ?? name)])),
    defaults,
    async provider(name = first) {
      if (!names.includes(name)) throw unknownWord(`${where}: the provider`, name, names)
      // The others too, since only what is loaded can be named as an alternative; their troubles are not this one's.
      if (Object.keys(providers).length > 1) await Promise.allSettled(names.map(get))
      return get(name)
    },
  }
}

const entryOf = (config: string | ProviderConfig): ProviderConfig =>
  typeof config === 'string' ? { use: config } : config

/** Two providers of one adapter and account would answer for each other's tasks. */
function refuseTwins(where: string, providers: Readonly<Record<string, string | ProviderConfig>>): void {
  const seen = new Map<string, string>()
  for (const [name, config] of Object.entries(providers)) {
    const { use, account = 'default', relay } = entryOf(config)
    const owner = JSON.stringify([
      use,
      account,
      typeof relay === 'object' && 'name' in relay ? relay.name : relay,
    ])
    const twin = seen.get(owner)
    if (twin !== undefined) {
      const both = `${where}: ${twin} and ${name} are both ${use}, account "${account}".`
      throw configError(`${both} Give one of them an account name of its own, or their tasks get mixed up.`)
    }
    seen.set(owner, name)
  }
}

const everyAdapter: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(adapters).map((id) => [id, id]),
)
