import type { ProviderManifest, ProviderOptionsBase } from '@reelay/core/adapter'

/** Options of `createAcme`. */
export interface AcmeOptions extends ProviderOptionsBase {
  /** `ACME_KEY` when absent. */
  readonly apiKey?: string | undefined
}

export const hosts = { api: 'https://api.acme.example' } as const
export const keysFrom = 'https://acme.example/keys'
export const apiKeyVariables = ['ACME_KEY'] as const

/** Acme as data: what a configuration, a table of providers and the contract need to know of it. */
export const manifest: ProviderManifest<AcmeOptions> = {
  id: 'acme',
  title: 'Acme',
  package: '@reelay-examples/custom-adapter',
  create: 'createAcme',
  hosts,
  keysFrom,
  options: {
    apiKey: { type: 'text', secret: true, env: apiKeyVariables, doc: 'The key of the account.' },
  },
  can: { idempotency: 'none', find: false, getMany: false, cancel: false, usage: false, account: false },
  webhooks: { proof: 'clear-secret', env: [] },
  kinds: ['text-to-video'],
  media: [],
}
