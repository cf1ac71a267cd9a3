import { type Auth, ReelayError, readEnv } from '@reelay/core'

const howTo =
  'Set FAL_KEY, FAL_API_KEY, or FAL_KEY_ID with FAL_KEY_SECRET, or pass apiKey to createFal(). Keys are made at https://fal.ai/dashboard/keys.'

/**
 * fal's key as a closure. A key passed explicitly is checked at once; the environment is read when the first request
 * needs it, and again as long as it holds none.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for an explicit key, on use for the environment.
 */
export function createAuth(apiKey: string | undefined, account: string): Auth {
  const fail = (message: string): ReelayError =>
    new ReelayError('ERR_CONFIG', `${message} ${howTo}`, { provider: 'fal', account, outcome: 'none' })

  function checked(value: string, name: string): string {
    // A header carries visible ASCII; anything else is a slip of the clipboard, the scheme word included.
    if (/^[\x21-\x7e]+$/.test(value)) return value
    throw fail(`${name} ${value ? 'holds a character that no key has, a space perhaps' : 'is empty'}.`)
  }

  function fromEnvironment(): string {
    for (const name of ['FAL_KEY', 'FAL_API_KEY']) {
      const value = readEnv(name)
      if (value !== undefined) return checked(value, name)
    }
    const id = readEnv('FAL_KEY_ID')
    const secret = readEnv('FAL_KEY_SECRET')
    if (id !== undefined && secret !== undefined)
      return checked(`${id}:${secret}`, 'FAL_KEY_ID:FAL_KEY_SECRET')
    throw fail(
      id === secret
        ? 'There is no key for fal.'
        : `Half a key: ${id ? 'FAL_KEY_SECRET' : 'FAL_KEY_ID'} is missing.`,
    )
  }

  let key = apiKey === undefined ? undefined : checked(apiKey, 'apiKey')
  return {
    authorize(headers) {
      key ??= fromEnvironment()
      headers.set('authorization', `Key ${key}`)
    },
    // The second half alone gives as much away; the first is a name.
    secrets: () => (key === undefined ? [] : [key, key.slice(key.indexOf(':') + 1)]),
  }
}
