import { type Auth, ReelayError, readEnv } from '@reelay/core'

const variable = 'REPLICATE_API_TOKEN'
const where = 'Tokens are made at https://replicate.com/account/api-tokens.'

/**
 * A Replicate token as a closure. An explicit one is checked at once; the environment is read when the first request
 * needs it, and again as long as it holds none.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for an explicit token, on use for the environment's.
 */
export function createAuth(apiKey: string | undefined, account: string): Auth {
  const fail = (message: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${message} ${where}`, { provider: 'replicate', account, outcome: 'none' })

  // A header carries visible ASCII; anything else is a slip of the clipboard.
  function checked(token: string, name: string): string {
    if (/^[\x21-\x7e]+$/.test(token)) return token
    throw fail(`${name} is empty, or holds a character that no HTTP header can carry.`)
  }

  let token = apiKey === undefined ? undefined : checked(apiKey, 'apiKey')
  return {
    authorize(headers) {
      const found = token ?? readEnv(variable)
      if (found === undefined) {
        throw fail(`There is no token for Replicate. Set ${variable}, or pass apiKey to createReplicate().`)
      }
      token ??= checked(found, variable)
      headers.set('authorization', `Bearer ${token}`)
    },
    secrets: () => (token === undefined ? [] : [token]),
  }
}
