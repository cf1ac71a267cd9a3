import { type Auth, staticKey } from '@reelay/core'

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
    variables: ['PIAPI_API_KEY', 'PIAPI_KEY'],
    keysFrom: 'https://piapi.ai/workspace/key',
    apply: (headers, key) => headers.set('x-api-key', key),
    secrets: () => (webhookSecret === undefined ? [] : [webhookSecret]),
  })
}
