import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import type { FalOptions } from '@reelay/fal'
import type { KlingOptions } from '@reelay/kling'
import type { PiapiOptions } from '@reelay/piapi'
import type { ReplicateOptions } from '@reelay/replicate'

/** An adapter's `createX`, as far as all adapters agree. */
export type CreateProvider = (
  options: ProviderOptionsBase & Readonly<Record<string, unknown>>,
) => VideoProvider

/** What every adapter's `createX` takes, by provider id. */
export interface AdapterOptions {
  readonly kling: KlingOptions
  readonly piapi: PiapiOptions
  readonly fal: FalOptions
  readonly replicate: ReplicateOptions
}

/** What the registry knows of an adapter without loading it. */
export interface Adapter {
  /** The npm package to install. */
  readonly package: string
  /** Where a person creates a key. */
  readonly keysFrom: string
  /** Options beside the shared ones. */
  readonly options: readonly string[]
  /** Options that hold secrets, each with the environment variables read when it is not given. */
  readonly secrets: Readonly<Record<string, readonly string[]>>
  load(): Promise<CreateProvider>
}

/** A `setting`, or a secret with the environment variables it is read from when it is not given. */
type Role = 'setting' | readonly string[]

type Create<Options> = (options?: Options) => VideoProvider

/** An option that an adapter gains does not compile until it stands here. */
interface Row<Options> {
  readonly package: string
  readonly keysFrom: string
  readonly own: { readonly [option in Exclude<keyof Options, keyof ProviderOptionsBase>]-?: Role }
  load(): Promise<Create<Options>>
}

function adapter<Options extends ProviderOptionsBase>({ own, load, ...row }: Row<Options>): Adapter {
  const roles = Object.entries<Role>(own)
  const secrets = roles.filter((entry): entry is [string, readonly string[]] => entry[1] !== 'setting')
  return {
    ...row,
    options: roles.filter(([, role]) => role === 'setting').map(([option]) => option),
    secrets: Object.fromEntries(secrets),
    load: load as () => Promise<CreateProvider>,
  }
}

const shared: { readonly [option in keyof ProviderOptionsBase]-?: true } = {
  account: true,
  baseURL: true,
  relay: true,
  official: true,
  prices: true,
  fetch: true,
  ky: true,
  headers: true,
  timeoutMs: true,
  clock: true,
}

/** Options that every adapter takes. */
export const sharedOptions: readonly string[] = Object.keys(shared)

// Each loader names its package literally, so that bundlers see it and nothing loads before it is asked for.
const rows: { readonly [id in keyof AdapterOptions]: Adapter } = {
  kling: adapter<KlingOptions>({
    package: '@reelay/kling',
    keysFrom: 'https://kling.ai/dev',
    own: {
      region: 'setting',
      resend: 'setting',
      apiKey: ['KLINGAI_API_KEY', 'KLING_API_KEY'],
      accessKey: ['KLINGAI_ACCESS_KEY', 'KLING_ACCESS_KEY'],
      secretKey: ['KLINGAI_SECRET_KEY', 'KLING_SECRET_KEY'],
    },
    load: async () => (await import('@reelay/kling')).createKling,
  }),
  piapi: adapter<PiapiOptions>({
    package: '@reelay/piapi',
    keysFrom: 'https://piapi.ai/workspace/key',
    own: { serviceMode: 'setting', apiKey: ['PIAPI_API_KEY', 'PIAPI_KEY'], webhookSecret: [] },
    load: async () => (await import('@reelay/piapi')).createPiapi,
  }),
  fal: adapter<FalOptions>({
    package: '@reelay/fal',
    keysFrom: 'https://fal.ai/dashboard/keys',
    own: { stream: 'setting', soleSubmitter: 'setting', apiKey: ['FAL_KEY', 'FAL_API_KEY'] },
    load: async () => (await import('@reelay/fal')).createFal,
  }),
  replicate: adapter<ReplicateOptions>({
    package: '@reelay/replicate',
    keysFrom: 'https://replicate.com/account/api-tokens',
    own: { soleSubmitter: 'setting', apiKey: ['REPLICATE_API_TOKEN'] },
    load: async () => (await import('@reelay/replicate')).createReplicate,
  }),
}

/** Every adapter there is, by provider id. */
export const adapters: Readonly<Record<string, Adapter>> = rows
