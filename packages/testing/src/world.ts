import type { Clock, Kind, RenderRequest, VideoProvider } from '@reelay/core'
import type { ProviderManifest } from '@reelay/core/adapter'
import type { VirtualClock } from './clock/index.ts'
import type { Wire } from './wire/index.ts'

/**
 * How a case wants its provider made. Everything is optional; pass on what is given.
 *
 * @example
 * ```ts
 * import type { ProviderSetup } from '@reelay/testing'
 * const setup: ProviderSetup = { account: 'studio', credentials: 'wrong' }
 * ```
 */
export interface ProviderSetup {
  /** The account's name; not given to the provider when absent. */
  readonly account?: string
  /** Given to the provider as it is, not wrapped; the wire's own when absent. */
  readonly fetch?: typeof globalThis.fetch
  /** The world's clock when absent. */
  readonly clock?: Clock
  /**
   * `valid` when absent. `wrong`: of the right form, but unknown to the wire. `missing`: none at all, and none in the
   * environment. `environment`: none given, to be read from {@link Manifest.env}.
   */
  readonly credentials?: 'valid' | 'wrong' | 'missing' | 'environment'
  /** Options of the adapter's own, given to it as they are after the credentials; for adapters with a manifest. */
  readonly options?: Readonly<Record<string, unknown>>
}

/**
 * One case's private universe: a fresh simulated provider, its clock, and providers that talk to it.
 *
 * @example
 * ```ts
 * import type { World } from '@reelay/testing'
 * const buyOne = async (world: World): Promise<number> => {
 *   await world.createProvider().submit(world.request)
 *   return world.wire.posts() // 1
 * }
 * ```
 */
export interface World {
  readonly clock: VirtualClock
  /** A minimal valid request that costs money, with a prompt. */
  readonly request: RenderRequest
  /** Texts that must not be seen anywhere: keys, also the wrong ones. */
  readonly secrets: readonly string[]
  readonly wire: Wire
  createProvider(setup?: ProviderSetup): VideoProvider
  /** Called when the case has ended, to close ports. */
  close?(): void | Promise<void>
}

/**
 * An adapter's own manifest, and keys to try it with.
 *
 * @example
 * ```ts
 * import { manifest } from '@reelay/fal/manifest'
 * import type { AdapterFacts } from '@reelay/testing'
 * const facts: AdapterFacts = { manifest, keys: { apiKey: 'key-id:key-secret' } }
 * ```
 */
export interface AdapterFacts {
  readonly manifest: ProviderManifest
  /** Values that the wire accepts, by option. */
  readonly keys: Readonly<Record<string, string>>
}

/**
 * What a provider says it can do. It alone decides which cases run; one case holds the provider to it.
 *
 * @example
 * ```ts
 * import type { Manifest } from '@reelay/testing'
 * const manifest: Manifest = { idempotency: 'none', find: false, getMany: false, cancel: false }
 * ```
 */
export interface Manifest {
  /** `external-id`: a create may be sent again under the same id and buys once. `none`: it is never sent twice. */
  readonly idempotency: 'external-id' | 'none'
  /**
   * Whether a journal holds the keys, one for all providers of a world: a key with its first request brings the first
   * task back, however it ended, and with another request it is refused. Beside `idempotency`, since a journal does not
   * change how often a create may be sent.
   */
  readonly journal?: boolean
  /** Whether a task can be looked for by its submission; `candidates` where none is adopted without more proof. */
  readonly find: boolean | 'candidates'
  /** Whether many tasks can be read at once; `ended` where only those that ended can. */
  readonly getMany: boolean | 'ended'
  readonly cancel: boolean
  /**
   * `running`: a task in a status word that nobody knows is taken for one that goes on, as at a relay, whose words are
   * anybody's. `unknown` when absent.
   */
  readonly unknownStatus?: 'running'
  /** Whether some of its rows need priced calls before their create; `false` when absent. */
  readonly steps?: boolean
  /** The kinds it sells: what is promised of every purchase is tried with each; with the world's own request alone when absent. */
  readonly kinds?: readonly Kind[]
  /** Keys of `providerOptions` that are refused, by provider id. */
  readonly reservedOptions?: Readonly<Record<string, readonly string[]>>
  /** Environment variables that hold credentials, with values that the wire accepts. */
  readonly env?: Readonly<Record<string, string>>
  /** Where the provider is an adapter with a manifest, see `contractOf`. */
  readonly adapter?: AdapterFacts
}

/**
 * Everything the contract has to know about an adapter or a composition.
 *
 * @example
 * ```ts
 * import { describeProvider, type Descriptor, type World } from '@reelay/testing'
 * declare function createWorld(): World
 * const descriptor: Descriptor = {
 *   name: 'mine',
 *   manifest: { idempotency: 'none', find: false, getMany: false, cancel: false },
 *   world: createWorld,
 * }
 * describeProvider(descriptor)
 * ```
 */
export interface Descriptor {
  readonly name: string
  readonly manifest: Manifest
  /** A fresh world for each case. */
  world(): World | Promise<World>
}
