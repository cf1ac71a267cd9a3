import type { MediaForm } from '../model/media.ts'
import type { Kind } from '../model/words.ts'
import type { OwnHost } from './hosts.ts'
import type { ProviderOptionsBase } from './instance.ts'

/** An environment variable, or several that hold the parts of one text, joined by `:`. */
export type EnvName = string | readonly [string, ...string[]]

/** What an option's value may be; a function or another thing that no file can hold is no option of its own. */
export type OptionType<Value = unknown> = unknown extends Value
  ?
      | { readonly type: 'text' }
      | { readonly type: 'boolean' }
      | { readonly type: 'choice'; readonly values: readonly string[] }
  : [Value] extends [boolean]
    ? { readonly type: 'boolean' }
    : string extends Value
      ? { readonly type: 'text' }
      : { readonly type: 'choice'; readonly values: readonly Value[] }

/**
 * One option of a `createX` beside the shared ones, as data: what a configuration file takes for it.
 *
 * @example
 * ```ts
 * import type { ManifestOption } from '@reelay/core/adapter'
 * const apiKey: ManifestOption = { type: 'text', secret: true, env: ['MINE_KEY'], doc: 'Made in the console.' }
 * ```
 */
export type ManifestOption<Value = unknown> = OptionType<Value> & {
  /** What it is for, in a sentence. */
  readonly doc: string
  /** A credential: it must show nowhere. */
  readonly secret?: true
  /** Read in this order at the first request when the option is not given. */
  readonly env?: readonly EnvName[]
  /** A credential that renders do without: it counts for this alone. */
  readonly only?: 'usage'
  /** The option that it counts only together with: the other half of a key pair. */
  readonly with?: string
}

/** The options of a `createX` beside the shared ones, each exactly once. */
export type ManifestOptions<Options> = {
  readonly [option in Exclude<keyof Options, keyof ProviderOptionsBase>]-?: ManifestOption<
    Exclude<Options[option], undefined>
  >
}

/**
 * What an adapter says of itself, as data that loads nothing: a configuration, a table of providers and the contract
 * suite derive from it, and the contract holds the adapter to every word.
 *
 * @example
 * ```ts
 * import type { ProviderOptionsBase } from '@reelay/core'
 * import type { ProviderManifest } from '@reelay/core/adapter'
 * interface MineOptions extends ProviderOptionsBase {
 *   readonly apiKey?: string | undefined
 * }
 * const manifest: ProviderManifest<MineOptions> = {
 *   id: 'mine',
 *   title: 'Mine',
 *   package: 'reelay-mine',
 *   create: 'createMine',
 *   hosts: { api: 'https://api.mine.example' },
 *   keysFrom: 'https://mine.example/keys',
 *   options: { apiKey: { type: 'text', secret: true, env: ['MINE_KEY'], doc: 'Made in the console.' } },
 *   can: { idempotency: 'none', find: false, getMany: false, cancel: false, usage: false, account: false },
 *   kinds: ['text-to-video'],
 *   media: [],
 * }
 * ```
 */
export interface ProviderManifest<Options extends object = Readonly<Record<string, unknown>>> {
  /** Provider id, as in handles. */
  readonly id: string
  /** The provider's own name, for people. */
  readonly title: string
  /** The npm package to install. */
  readonly package: string
  /** The name of its `createX` there. */
  readonly create: `create${string}`
  /** The provider's own addresses by host; the first is the main one. */
  readonly hosts: Readonly<Record<string, string | OwnHost>>
  /** Where a person makes a key: a URL. */
  readonly keysFrom: string
  readonly options: ManifestOptions<Options>
  /** What the provider offers beside making a clip and reading it. */
  readonly can: {
    /** `external-id`: a create may be sent again under the same id and buys once. `none`: it is never sent twice. */
    readonly idempotency: 'external-id' | 'none'
    /** Whether a task can be looked for by its submission; `candidates` where none is adopted without more proof. */
    readonly find: boolean | 'candidates'
    /** Whether many tasks can be read at once; `ended` where only those that ended can. */
    readonly getMany: boolean | 'ended'
    readonly cancel: boolean
    /** Whether it says what an account was charged: then an instance has `usage`, see `UsageReader`. */
    readonly usage: boolean
    /** Whether it says what an account has left: then an instance has `accountInfo`, see `AccountInfoReader`. */
    readonly account: boolean
  }
  /** Callbacks, where the provider makes them. */
  readonly webhooks?: {
    /**
     * What vouches for one: a signature made with a shared secret, one that published keys verify, or the secret itself,
     * sent back in clear.
     */
    readonly proof: 'secret' | 'public-keys' | 'clear-secret'
    /** Variables that its secret is read from, in this order. */
    readonly env: readonly string[]
  }
  /** The kinds it sells. */
  readonly kinds: readonly Kind[]
  /** The forms in which it takes images; none where it takes no image. */
  readonly media: readonly MediaForm[]
}

/**
 * Every environment variable from which an adapter takes something that must not be seen.
 *
 * @example
 * ```ts
 * import { credentialVariables, type ProviderManifest } from '@reelay/core/adapter'
 * declare const manifest: ProviderManifest
 * for (const name of credentialVariables(manifest)) delete process.env[name]
 * ```
 */
export function credentialVariables(manifest: ProviderManifest): readonly string[] {
  const options: readonly ManifestOption[] = Object.values(manifest.options)
  const names = options.flatMap(({ env = [] }) => env.flat())
  return [...names, ...(manifest.webhooks?.env ?? [])]
}
