import { type Auth, staticKey } from '@reelay/core'
import { apiKeyVariables, keysFrom } from './manifest.ts'

/** Replicate's token. The older scheme word `Token` still appears in its files documentation; `Bearer` is the spec's. */
export function createAuth(apiKey: string | undefined, account: string | undefined): Auth {
  return staticKey({
    provider: 'replicate',
    account,
    apiKey,
    variables: apiKeyVariables,
    keysFrom,
    apply: (headers, token) => headers.set('authorization', `Bearer ${token}`),
  })
}
