import { kinds, type Mode, type OwnPrice, type ProviderOptionsBase } from '@reelay/core'
import type { ManifestOption, ProviderManifest } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { adapters, optionsOf } from './registry.ts'

const takes = (what: string): { readonly error: string } => ({ error: `takes ${what}` })
const orVariable = 'or { "env": "NAME" } for an environment variable'

const reference = z.strictObject({ env: z.string().check(z.minLength(1)) })
const text = (what: string) => z.union([z.string(), reference], takes(`${what}, ${orVariable}`))
const modes: readonly Mode[] = ['std', 'pro', '4k']
const mode = z.enum([...modes], takes(modes.join(', ')))

const variants = [...new Set(Object.values(kinds).flatMap((kind) => kind.variants))]
const amount = z.union(
  [
    z.number(),
    z.strictObject(Object.fromEntries(variants.map((variant) => [variant, z.optional(z.number())]))),
  ],
  takes(`a number, or one for each of ${variants.join(', ')}`),
)
const measures = ['second', 'clip', 'image', 'character', 'input-second', 'input-and-output-second'] as const
const price: { readonly [field in keyof OwnPrice]-?: z.ZodMiniType } = {
  kind: z.optional(z.string(takes('a kind'))),
  model: z.optional(z.string(takes('a model'))),
  mode: z.optional(mode),
  nativeModel: z.optional(z.string(takes("a provider's own name of a row"))),
  per: z.optional(z.enum(measures, takes(measures.join(', ')))),
  usd: z.optional(amount),
  microUsd: z.optional(amount),
  cny: z.optional(amount),
  unitUsd: z.optional(z.number(takes('dollars for one unit'))),
  unitCny: z.optional(z.number(takes('yuan for one unit'))),
  discount: z.optional(z.number(takes('a share, such as 0.15'))),
  cnyPerUsd: z.optional(z.number(takes('yuan for one dollar'))),
  basis: z.optional(z.enum(['yours', 'live'], takes('yours or live'))),
  asOf: z.optional(z.string(takes('a date'))),
  source: z.optional(z.string(takes('a text'))),
}

const relay = { name: z.string(), idempotencyHeader: z.optional(z.string()) }

/** What a file cannot hold: it comes with a configuration that is a program. */
const code = z.any()

type Shared = { readonly [option in keyof ProviderOptionsBase]-?: readonly [z.ZodMiniType, doc: string] }

/** The options that every adapter takes, with what is particular to one: the names of its hosts. */
function sharedOf({ hosts }: ProviderManifest): Shared {
  const names = Object.keys(hosts)
  const byHost = z.strictObject(Object.fromEntries(names.map((name) => [name, z.optional(text('a URL'))])))
  return {
    account: [text('a name'), 'A name for this account, kept in handles; "default" when absent.'],
    baseURL: [
      z.union([z.string(), reference, byHost], takes(`a URL, or one for each of ${names.join(', ')}`)),
      "Where requests go, when not to the provider's own address.",
    ],
    relay: [
      z.union(
        [z.string(), reference, z.strictObject(relay)],
        takes('a name, or { name, idempotencyHeader }'),
      ),
      'The name of the relay at baseURL.',
    ],
    official: [
      z.union([z.literal(true), reference], takes(`true, ${orVariable}`)),
      'baseURL is the provider itself in another place: an emulator, or a proxy of your own.',
    ],
    prices: [
      z.array(z.strictObject(price, takes('an object')), takes('a list')),
      'What you pay, instead of the list.',
    ],
    headers: [
      z.record(z.string(), text('a text'), takes('texts by header name')),
      'Extra headers on every request.',
    ],
    timeoutMs: [z.number(takes('a number')), 'Milliseconds one HTTP attempt may take; 60,000 when absent.'],
    upload: [code, ''],
    fetch: [code, ''],
    ky: [code, ''],
    clock: [code, ''],
  }
}

function ownOf(option: ManifestOption): z.ZodMiniType {
  if (option.type === 'boolean')
    return z.union([z.boolean(), reference], takes(`true or false, ${orVariable}`))
  if (option.type === 'text') return text('a text')
  return z.union(
    [z.enum([...option.values]), reference],
    takes(`${option.values.join(' or ')}, ${orVariable}`),
  )
}

/** Every option by name, in a file only those that a file can hold. */
function optionsIn(manifest: ProviderManifest, file: boolean): Readonly<Record<string, z.ZodMiniType>> {
  const shared = Object.entries(sharedOf(manifest)).filter(([, [schema]]) => !file || schema !== code)
  const own = optionsOf(manifest).map(([name, option]) => [name, [ownOf(option), option.doc]] as const)
  return Object.fromEntries(
    [...own, ...shared].map(([name, [schema, doc]]) => [name, z.optional(schema).check(z.describe(doc))]),
  )
}

const entryOf = ([id, { manifest }]: (typeof entries)[number], file: boolean): z.ZodMiniType =>
  z.strictObject({ use: z.literal(id), ...optionsIn(manifest, file) }, takes('an object'))

const entries = Object.entries(adapters)

/** What an entry of `providers` may be that says `use`, by that word. */
export const entrySchemas: ReadonlyMap<string, z.ZodMiniType> = new Map(
  entries.map((one) => [one[0], entryOf(one, false)]),
)

const defaults = { model: z.optional(z.string(takes('a model'))), mode: z.optional(mode) }

function configOf(entry: z.ZodMiniType): z.ZodMiniType {
  const shape = {
    $schema: z.optional(z.string(takes('the address of a schema'))),
    provider: z
      .optional(z.string(takes('a name of providers')))
      .check(z.describe('Name of the provider used when none is named; the first one when absent.')),
    providers: z
      .optional(z.record(z.string(), entry, takes('providers by name')))
      .check(z.describe("Providers by a name of your own: a provider's id, or its id with options.")),
    defaults: z
      .optional(z.strictObject(defaults, takes('an object')))
      .check(z.describe('What requests get that do not say otherwise.')),
  }
  return z.strictObject(shape, takes('an object'))
}

/** A configuration whose entries are still to be looked at, each by the schema of its provider. */
export const outerSchema: z.ZodMiniType = configOf(z.unknown())

/** The keys that count at a place in a configuration; `undefined` where a name is anybody's. */
export function keysAt(path: readonly PropertyKey[], use?: string): readonly string[] {
  const manifest = use === undefined ? undefined : adapters[use]?.manifest
  if (path.length === 0) return ['provider', 'providers', 'defaults', '$schema']
  if (path[0] === 'defaults') return Object.keys(defaults)
  const [, , option, , amountField] = path
  if (option === undefined && manifest) return ['use', ...Object.keys(optionsIn(manifest, false))]
  if (option === 'baseURL' && manifest) return Object.keys(manifest.hosts)
  if (option === 'relay') return Object.keys(relay)
  if (option === 'prices') return amountField === undefined ? Object.keys(price) : variants
  return ['env']
}

/**
 * The JSON Schema of `reelay.config.json`, as it is published beside the package. What entries must be among themselves
 * (no two for one account, `provider` one of them) no schema says; the loader does.
 */
export function configJsonSchema(): object {
  const ids = entries.map(([id]) => id)
  const entry = z.union([z.enum(ids), ...entries.map((one) => entryOf(one, true))])
  return {
    title: 'reelay.config.json',
    ...z.toJSONSchema(configOf(entry), { target: 'draft-7', io: 'input' }),
  }
}
