import { type Auth, staticKey } from '@reelay/core/adapter'
import { apiKeyVariables, keysFrom } from './manifest.ts'

/** fal's key, `<id>:<secret>`, behind the scheme word `Key` (client 1.10.1; docs of 2026-09). */
export function createAuth(
  apiKey: string | undefined,
  account: string | undefined,
  variables: Parameters<typeof staticKey>[0]['variables'] = apiKeyVariables,
): Auth {
  return staticKey({
    provider: 'fal',
    account,
    apiKey,
    variables,
    keysFrom,
    apply: (headers, key) => headers.set('authorization', `Key ${key}`),
    // The second half alone gives as much away; the first is a name.
    secrets: (key) => (key === undefined ? [] : [key.slice(key.indexOf(':') + 1)]),
  })
}
