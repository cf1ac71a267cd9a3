import type { Auth, Clock } from '@reelay/core/adapter'
import {
  type CredentialOptions,
  type Credentials,
  configErrorFor,
  environmentCredentials,
  explicitCredentials,
  type RelayName,
} from './credentials.ts'
import { createTokenSource, type TokenSource } from './jwt.ts'
import { codeOf } from './read.ts'

// Token not valid yet, token expired: the refusals that a new signature cures (official error table, 2026-09).
const clockCodes: ReadonlySet<string> = new Set(['1003', '1004'])

type Resolved =
  | { readonly type: 'api-key'; readonly apiKey: string }
  | { readonly type: 'key-pair'; readonly keys: readonly [string, string]; readonly tokens: TokenSource }

/**
 * Kling's credentials as a closure. Keys passed explicitly are checked at once; the environment is read when the first
 * request needs it, and again as long as it holds none.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for explicit keys, on use for the environment.
 */
export function createAuth(
  options: CredentialOptions,
  account: string,
  clock: Clock,
  relay?: RelayName,
): Auth {
  const fail = configErrorFor(account)
  const resolve = (credentials: Credentials): Resolved => {
    if (credentials.type === 'api-key') return credentials
    const { accessKey, secretKey } = credentials
    const tokens = createTokenSource(accessKey, secretKey, clock)
    return { type: 'key-pair', keys: [accessKey, secretKey], tokens }
  }
  const explicit = explicitCredentials(options, relay, fail)
  let resolved = explicit && resolve(explicit)

  return {
    async authorize(headers) {
      resolved ??= resolve(environmentCredentials(relay, fail))
      const token = resolved.type === 'api-key' ? resolved.apiKey : await resolved.tokens.token()
      headers.set('authorization', `Bearer ${token}`)
    },
    renew(reply) {
      // An API key has no clock in it: sending it again would be refused again.
      if (resolved?.type !== 'key-pair') return false
      if (!clockCodes.has(codeOf(reply.body))) return false
      resolved.tokens.renew(reply.serverTime)
      return true
    },
    secrets() {
      if (!resolved) return []
      if (resolved.type === 'api-key') return [resolved.apiKey]
      const token = resolved.tokens.current()
      return token === undefined ? resolved.keys : [...resolved.keys, token]
    },
  }
}
