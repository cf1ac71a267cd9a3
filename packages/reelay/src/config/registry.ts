import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'

/** An adapter's `createX`, as far as all adapters agree. */
export type CreateProvider = (
  options: ProviderOptionsBase & Readonly<Record<string, unknown>>,
) => VideoProvider

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

// Each loader names its package literally, so that bundlers see it and nothing loads before it is asked for.
/** Every adapter there is, by provider id. */
export const adapters: Readonly<Record<string, Adapter>> = {
  kling: {
    package: '@reelay/kling',
    keysFrom: 'https://kling.ai/dev',
    options: ['region', 'resend'],
    secrets: {
      apiKey: ['KLINGAI_API_KEY', 'KLING_API_KEY'],
      accessKey: ['KLINGAI_ACCESS_KEY', 'KLING_ACCESS_KEY'],
      secretKey: ['KLINGAI_SECRET_KEY', 'KLING_SECRET_KEY'],
    },
    load: async () => (await import('@reelay/kling')).createKling as CreateProvider,
  },
  piapi: {
    package: '@reelay/piapi',
    keysFrom: 'https://piapi.ai/workspace/key',
    options: ['serviceMode'],
    secrets: { apiKey: ['PIAPI_API_KEY', 'PIAPI_KEY'], webhookSecret: [] },
    load: async () => (await import('@reelay/piapi')).createPiapi as CreateProvider,
  },
  fal: {
    package: '@reelay/fal',
    keysFrom: 'https://fal.ai/dashboard/keys',
    options: [],
    secrets: { apiKey: ['FAL_KEY', 'FAL_API_KEY'] },
    load: async () => (await import('@reelay/fal')).createFal as CreateProvider,
  },
  replicate: {
    package: '@reelay/replicate',
    keysFrom: 'https://replicate.com/account/api-tokens',
    options: [],
    secrets: { apiKey: ['REPLICATE_API_TOKEN'] },
    load: async () => (await import('@reelay/replicate')).createReplicate as CreateProvider,
  },
}
