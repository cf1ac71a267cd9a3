import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { ReelayError } from '@reelay/core'
import type { ProviderConfig } from '../config/create-provider.ts'
import type { RequestDefaults } from '../config/defaults.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { unknownWord } from '../config/problem.ts'
import { adapters } from '../config/registry.ts'
import { UsageError } from './failure.ts'

const extensions = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json', 'jsonc', 'json5', 'yaml', 'yml', 'toml']

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

/**
 * The nearest `reelay.config.*`, from the current folder up to the one that holds the repository. Not from a home folder
 * or above it: what lies there by chance must not decide who is paid.
 */
async function findConfig(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (folder !== from && (folder === homedir() || folder === dirname(folder))) return undefined
    for (const extension of extensions) {
      const file = join(folder, `reelay.config.${extension}`)
      if (await exists(file)) return file
    }
    if (folder === dirname(folder) || (await exists(join(folder, '.git')))) return undefined
  }
}

/** A provider as it was named, before it is made. */
export interface Picked {
  /** Its name in the configuration; absent where it is an adapter's id. */
  readonly name?: string
  readonly entry: ProviderConfig
  readonly defaults: RequestDefaults
}

/** The configuration a command works with. */
export interface Configured {
  /** Its file, relative to the current folder; absent where there is none. */
  readonly file?: string
  /** Names of the configured providers; the ids of all adapters where nothing is configured. */
  readonly names: readonly string[]
  readonly defaults: RequestDefaults
  /** The provider of this name, an adapter's id, or the configuration's own choice. */
  pick(name?: string): Picked
  /** Everybody who may have made a task at this provider, likeliest first; `owns` of the made one decides. */
  owners(of: { readonly provider: string; readonly account: string }): readonly Picked[]
}

async function load(file: string | undefined): Promise<LoadedConfig> {
  try {
    return await loadConfig(file === undefined ? { config: {} } : { file })
  } catch (error) {
    if (ReelayError.isInstance(error)) throw error
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    throw new UsageError(
      `${file} cannot be loaded: ${why.slice(0, 300)} Mend it, or name another one with --config. Nothing was sent.`,
    )
  }
}

/**
 * Reads the configuration named by `--config`, or the nearest one; without any, every adapter goes by its own id and
 * takes its credentials from the environment.
 *
 * @throws UsageError when it cannot be loaded, ReelayError `ERR_CONFIG` when it makes no sense.
 */
export async function openConfig(named: string | undefined): Promise<Configured> {
  const file = named ?? (await findConfig(process.cwd()))
  const config = await load(file)
  const { defaults, entries } = config
  const own = file !== undefined && config.file !== undefined
  const known = (name: string): Picked | undefined =>
    own && Object.hasOwn(entries, name)
      ? { name, entry: entries[name] as ProviderConfig, defaults }
      : undefined
  return {
    names: config.names,
    defaults,
    ...(own ? { file: relative(process.cwd(), config.file ?? file) || file } : {}),
    pick(name = config.first) {
      const picked = known(name)
      if (picked) return picked
      if (Object.hasOwn(adapters, name)) return { entry: { use: name }, defaults }
      throw unknownWord('The provider', name, [...(own ? config.names : []), ...Object.keys(adapters)])
    },
    owners({ provider: use, account }) {
      const configured = own ? Object.keys(entries).flatMap((name) => known(name) ?? []) : []
      const same = configured.filter(({ entry }) => entry.use === use)
      return [...same, ...(Object.hasOwn(adapters, use) ? [{ entry: { use, account }, defaults: {} }] : [])]
    },
  }
}
