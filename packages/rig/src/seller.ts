import type { Clock, ProviderOptionsBase, TextToVideoRequest, VideoProvider } from '@reelay/core'
import type { ProviderManifest } from '@reelay/core/adapter'
import type { EmulatorOptions, FaultSpec } from '@reelay/emulator'
import type { FaultOptions, ProviderFault } from '@reelay/testing'

/** What a fault does, without whom it hits. */
export type Act = FaultSpec extends infer Spec
  ? Spec extends FaultSpec
    ? Omit<Spec, 'provider' | 'on' | 'times'>
    : never
  : never

/** Options of one emulated provider. */
export type EmulatedOptions<Id extends string> = EmulatorOptions[Id & keyof EmulatorOptions]

/** What is particular to one adapter in its tests; everything else comes from its manifest. */
export interface Seller<
  Id extends string,
  Options extends ProviderOptionsBase,
  Provider extends VideoProvider,
> {
  readonly id: Id
  readonly manifest: ProviderManifest
  create(options?: Options): Provider
  /** Keys that the emulator accepts, by option. */
  readonly keys: Readonly<Record<string, string>>
  /** The options that prove who one is, where not all keys together. */
  readonly valid?: Options
  /** Keys of the right form that nobody has. */
  readonly wrong: Options
  /** Keys of the right form where a test answers in the provider's place. */
  readonly stubKeys: Options
  /** Options that every provider of a world is given. */
  readonly always?: Options
  /** What of the keys must not be seen; each whole key when absent. */
  secretsOf?(key: string): readonly string[]
  /** Keys of `providerOptions` that are refused. */
  readonly reserved: readonly string[]
  /** What is paid for on the way to a task, as the last part of its path: no purchase of a clip by itself. */
  readonly steps?: readonly string[]
  /** The requests that cost money; every POST when absent. */
  paid?(request: Request): boolean
  /** Where the answer of a create names its task, dotted. */
  readonly idField: string
  /**
   * What the provider documents as refusing before anything is made; what is not listed cannot be planted. Each in the
   * emulator's own words for that meaning, or in those given here.
   */
  readonly refuses: readonly Refusing[]
  readonly words?: { readonly [fault in Refusing]?: Act }
  /** The same for reads, where that is another list. */
  readonly refusesReads?: readonly Refusing[]
  readonly boat: TextToVideoRequest
}

/** The contract's faults that are refusals, each with the emulator's word for it. */
export const meanings = {
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  funds: 'funds',
  invalid: 'invalid',
  content: 'content',
  concurrency: 'concurrency',
  'rate-limit': 'rate',
  'not-found': 'not-found',
} as const

export type Refusing = keyof typeof meanings

const isRefusal = (name: ProviderFault): name is Refusing => name in meanings

type Faults = Pick<
  Seller<string, ProviderOptionsBase, VideoProvider>,
  'idField' | 'refuses' | 'refusesReads' | 'words'
>

/** One of the contract's faults as the emulator plants it; `undefined` where the provider never does so. */
export function actOf(
  seller: Faults,
  name: ProviderFault,
  { on, retryAfter }: FaultOptions,
): Act | undefined {
  if (name === 'missing-id') return { kind: 'missing-field', field: seller.idField }
  if (name === 'unknown-status' || name === 'missing-url') return { kind: name }
  if (!isRefusal(name)) return undefined
  const { refuses, refusesReads = [...refuses, 'not-found', 'rate-limit'] } = seller
  if (!(on === 'read' ? refusesReads : refuses).includes(name)) return undefined
  if (name === 'rate-limit' && retryAfter !== undefined) return { kind: 'rate-limit', retryAfter }
  return seller.words?.[name] ?? { kind: 'refuse', as: meanings[name] }
}

/** A clock that runs so many milliseconds ahead of another. */
export function ahead(clock: Clock, ms: number): Clock {
  return { now: () => clock.now() + ms, sleep: (time, signal) => clock.sleep(time, signal) }
}
