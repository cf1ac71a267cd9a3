import { type Auth, staticKey } from '@reelay/core'
import { apiKeyVariables, keysFrom } from './manifest.ts'

/**
 * PiAPI's key.
 *
 * @param webhookSecret Not sent as a credential, but repeated by PiAPI in every task.
 */
export function createAuth(
  apiKey: string | undefined,
  account: string | undefined,
  webhookSecret: string | undefined,
): Auth {
  return staticKey({
    provider: 'piapi',
    account,
    apiKey,
    variables: apiKeyVariables,
    keysFrom,
    apply: (headers, key) => headers.set('x-api-key', key),
    secrets: () => (webhookSecret === undefined ? [] : [webhookSecret]),
  })
}
