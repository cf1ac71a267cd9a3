import { headerText, ReelayError, readEnv } from '@reelay/core'

/** What a caller may pass; see `KlingOptions`. */
export interface CredentialOptions {
  readonly apiKey?: string | undefined
  readonly accessKey?: string | undefined
  readonly secretKey?: string | undefined
}

/** An API key, or the access and secret key that a JWT is signed with. */
export type Credentials =
  | { readonly type: 'api-key'; readonly apiKey: string }
  | { readonly type: 'key-pair'; readonly accessKey: string; readonly secretKey: string }

/** Builds the error to throw from the sentence that says what is wrong. */
export type ConfigError = (message: string) => ReelayError

/** A {@link ConfigError} for one account. */
export function configErrorFor(account: string): ConfigError {
  return (message) => new ReelayError('ERR_CONFIG', message, { provider: 'kling', account, outcome: 'none' })
}

const howTo =
  'Set KLINGAI_API_KEY (or KLING_API_KEY), or KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY (or KLING_ACCESS_KEY with ' +
  'KLING_SECRET_KEY), or pass apiKey, or accessKey with secretKey, to createKling(). Keys are made in the console at ' +
  'https://kling.ai/dev.'

function apiKeyCredentials(apiKey: string, name: string, fail: ConfigError): Credentials {
  if (apiKey === '') throw fail(`${name} is empty. ${howTo}`)
  return { type: 'api-key', apiKey: headerText(apiKey, name, { provider: 'kling' }) }
}

const half = (there: string, missing: string): string =>
  `Half a key pair: ${there} is set, ${missing} is missing or empty. ${howTo}`

function keyPair(
  accessKey: string | undefined,
  secretKey: string | undefined,
  [accessName, secretName]: readonly [string, string],
  fail: ConfigError,
): Credentials {
  if (!accessKey) throw fail(half(secretName, accessName))
  if (!secretKey) throw fail(half(accessName, secretName))
  const broken = [
    [accessName, accessKey],
    [secretName, secretKey],
  ].find(([, value]) => /[\s\p{Cc}]/u.test(value ?? ''))
  if (broken) {
    throw fail(`${broken[0]} holds a space or line break. Copy the key again from https://kling.ai/dev.`)
  }
  return { type: 'key-pair', accessKey, secretKey }
}

/**
 * The credentials passed to `createKling`, or `undefined` when there are none: `apiKey` before the key pair.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for half a pair, empty keys, and keys no header can carry.
 */
export function explicitCredentials(options: CredentialOptions, fail: ConfigError): Credentials | undefined {
  const { apiKey, accessKey, secretKey } = options
  if (apiKey !== undefined) return apiKeyCredentials(apiKey, 'apiKey', fail)
  if (accessKey === undefined && secretKey === undefined) return undefined
  return keyPair(accessKey, secretKey, ['accessKey', 'secretKey'], fail)
}

const pairs = [
  ['KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'],
  ['KLING_ACCESS_KEY', 'KLING_SECRET_KEY'],
] as const

/**
 * The credentials of the environment, in the order of the field's most used client (Vercel AI SDK, 2026-08): API key
 * before key pair.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, when there are none; the message names the variables.
 */
export function environmentCredentials(fail: ConfigError): Credentials {
  const apiKey = readEnv('KLINGAI_API_KEY')
  if (apiKey !== undefined) return apiKeyCredentials(apiKey, 'KLINGAI_API_KEY', fail)
  const either = readEnv('KLING_API_KEY')
  if (either !== undefined) {
    // Older clients kept the pair in this one variable, as ak:sk or ak|sk.
    const [accessKey, secretKey, ...more] = either.split(/[:|]/).map((part) => part.trim())
    if (secretKey === undefined || more.length > 0) return apiKeyCredentials(either, 'KLING_API_KEY', fail)
    const halves = ['the access key in KLING_API_KEY', 'the secret key in KLING_API_KEY'] as const
    return keyPair(accessKey, secretKey, halves, fail)
  }
  const found = pairs.map((names) => ({ names, keys: names.map((name) => readEnv(name)) }))
  const complete = found.find(({ keys }) => keys.every((key) => key !== undefined))
  const half = found.find(({ keys }) => keys.some((key) => key !== undefined))
  const { names, keys } = complete ?? half ?? {}
  if (!names) throw fail(`There are no credentials for Kling. ${howTo}`)
  return keyPair(keys?.[0], keys?.[1], names, fail)
}
