import type { ReelayError } from '@reelay/core'
import type * as z from 'zod/mini'
import type { ProviderConfig } from './create-provider.ts'
import type { RequestDefaults } from './defaults.ts'
import { configError, unknownWord } from './problem.ts'
import { adapters } from './registry.ts'
import { entrySchemas, keysAt, outerSchema } from './schema.ts'

/**
 * What stands in `reelay.config.ts`, `.js` or `.json`.
 *
 * @example
 * ```ts
 * import { defineConfig, type ReelayConfig } from 'reelay/config'
 * const config: ReelayConfig = { provider: 'main', providers: { main: 'fal', backup: 'replicate' } }
 * export default defineConfig(config)
 * ```
 */
export interface ReelayConfig {
  /** Of a JSON file, for editors: `./node_modules/reelay/config.schema.json`. */
  readonly $schema?: string
  /** Name of the provider used when none is named; the first one when absent. */
  readonly provider?: string
  /** Providers by a name of your own: an adapter's id, or its id with options. */
  readonly providers?: Readonly<Record<string, string | ProviderConfig>>
  readonly defaults?: RequestDefaults
}

/** The first thing that is wrong, as a sentence that says where and what belongs there. It repeats no value. */
function mistake(
  where: string,
  path: readonly PropertyKey[],
  issues: readonly z.core.$ZodIssue[],
  use?: string,
): ReelayError {
  // A misspelt key explains what is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const place = [...path, ...(issue?.path ?? [])]
  const here = [where, ...(place.length > 0 ? [place.join('.')] : [])].join(': ')
  if (issue?.code !== 'unrecognized_keys') return configError(`${here} ${issue?.message}.`)
  return unknownWord(`${here}: the key`, issue.keys[0] ?? '', keysAt(place, use))
}

function readEntry(where: string, name: string, entry: unknown): void {
  const ids = Object.keys(adapters)
  const use = typeof entry === 'object' && entry !== null ? (entry as { use?: unknown }).use : entry
  const schema = typeof use === 'string' ? entrySchemas.get(use) : undefined
  const here = `${where}: providers.${name}`
  if (typeof use !== 'string')
    throw configError(`${here} takes one of ${ids.join(', ')}, or an object with use.`)
  if (!schema) throw unknownWord(`${here}: the provider`, use, ids)
  const result = typeof entry === 'string' ? undefined : schema.safeParse(entry)
  if (result?.error) throw mistake(where, ['providers', name], result.error.issues, use)
}

/**
 * A configuration as it was written, whatever that is.
 *
 * @param where The file, for messages.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for the first thing that makes no sense.
 */
export function readConfig(where: string, value: unknown): ReelayConfig {
  const result = outerSchema.safeParse(value)
  if (result.error) throw mistake(where, [], result.error.issues)
  const config = result.data as ReelayConfig
  for (const [name, entry] of Object.entries(config.providers ?? {})) readEntry(where, name, entry)
  return config
}
