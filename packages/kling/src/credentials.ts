import { keyText, ReelayError, readEnv, withoutQuotes } from '@reelay/core/adapter'
import { accessKeyVariables, apiKeyVariables, keysFrom, secretKeyVariables } from './manifest.ts'

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

/** The relay that the credentials are for; absent at Kling's own hosts, which alone take a key pair. */
export type RelayName = string | undefined

/** Builds the error to throw from the sentence that says what is wrong. */
export type ConfigError = (message: string) => ReelayError

/** A {@link ConfigError} for one account. */
export function configErrorFor(account: string): ConfigError {
  return (message) => new ReelayError('ERR_CONFIG', message, { provider: 'kling', account, outcome: 'none' })
}

const [apiKey, olderApiKey] = apiKeyVariables
const [accessKey, olderAccessKey] = accessKeyVariables
const [secretKey, olderSecretKey] = secretKeyVariables

const howTo =
  `Set ${apiKey} (or ${olderApiKey}), or ${accessKey} with ${secretKey} (or ${olderAccessKey} with ` +
  `${olderSecretKey}), or pass apiKey, or accessKey with secretKey, to createKling(). Keys are made in the console at ` +
  `${keysFrom}.`

const details = { provider: 'kling' }

/** A pair signs tokens that are Kling's to read: whoever else gets one can spend the account's money with it. */
const pairAtRelay = (where: string, relay: string): string =>
  `${where} is a key pair of Kling's own, and ${relay} is a relay: it was not sent. Pass the relay's own key as apiKey, or ` +
  'official: true if this is your own proxy before Kling.'

const half = (there: string, missing: string): string =>
  `Half a key pair: ${there} is set, ${missing} is missing or empty. ${howTo}`

type Names = readonly [access: string, secret: string]

function keyPair(
  accessKey: string | undefined,
  secretKey: string | undefined,
  [accessName, secretName]: Names,
  fail: ConfigError,
): Credentials {
  if (!accessKey) throw fail(half(secretName, accessName))
  if (!secretKey) throw fail(half(accessName, secretName))
  return {
    type: 'key-pair',
    accessKey: keyText(accessKey, accessName, details),
    secretKey: keyText(secretKey, secretName, details),
  }
}

// Access and secret keys have one alphabet and one length; an API key is longer, and no such pair.
const klingLike = /^["']?[\w-]{16,}["']?$/

/**
 * What was passed as an API key. Older clients kept the pair in that one text, as `ak:sk` or `ak|sk`: taken for one
 * where both halves look like Kling's keys, and in the old variable whatever they look like.
 */
function oneText(text: string, name: string, always: boolean, fail: ConfigError): Credentials {
  const halves = typeof text === 'string' ? withoutQuotes(text).split(/[:|]/) : []
  const [accessKey, secretKey] = halves.map((one) => one.trim())
  if (halves.length === 2 && (always || halves.every((one) => klingLike.test(one)))) {
    return keyPair(accessKey, secretKey, [`the access key in ${name}`, `the secret key in ${name}`], fail)
  }
  if (text === '') throw fail(`${name} is empty. ${howTo}`)
  return { type: 'api-key', apiKey: keyText(text, name, details) }
}

/** @throws ReelayError for a pair in one text, where a relay would get it. */
function forRelay(given: Credentials, name: string, relay: RelayName, fail: ConfigError): Credentials {
  if (relay !== undefined && given.type === 'key-pair') throw fail(pairAtRelay(`What ${name} holds`, relay))
  return given
}

/** @throws ReelayError for an API key that shows, by what stands beside it, to be the access key of a pair. */
function assertNoAccessKey(
  [apiKey, apiName]: readonly [string, string],
  [accessKey, secretKey]: readonly [string | undefined, string | undefined],
  [accessName, secretName]: Names,
  fail: ConfigError,
): void {
  const orphan = accessKey === undefined && secretKey !== undefined
  if (!orphan && accessKey !== apiKey) return
  const why = orphan ? `${secretName} stands beside it without ${accessName}` : `it equals ${accessName}`
  throw fail(
    `${apiName} seems to hold an access key: ${why}. An access key is no API key: pass it as ${accessName}, with ${secretName}, and leave ${apiName} out.`,
  )
}

/**
 * The credentials passed to `createKling`, or `undefined` when there are none: `apiKey` before the key pair.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for half a pair, empty keys, keys no header can carry, and a pair for
 * a relay.
 */
export function explicitCredentials(
  options: CredentialOptions,
  relay: RelayName,
  fail: ConfigError,
): Credentials | undefined {
  const { apiKey, accessKey, secretKey } = options
  if (relay !== undefined && (accessKey !== undefined || secretKey !== undefined)) {
    throw fail(pairAtRelay('accessKey with secretKey', relay))
  }
  if (apiKey !== undefined) {
    assertNoAccessKey([apiKey, 'apiKey'], [accessKey, secretKey], ['accessKey', 'secretKey'], fail)
    return forRelay(oneText(apiKey, 'apiKey', false, fail), 'apiKey', relay, fail)
  }
  if (accessKey === undefined && secretKey === undefined) return undefined
  return keyPair(accessKey, secretKey, ['accessKey', 'secretKey'], fail)
}

const pairs = [
  [accessKey, secretKey],
  [olderAccessKey, olderSecretKey],
] as const
const singles = [
  [apiKey, pairs[0], false],
  [olderApiKey, pairs[1], true],
] as const

/**
 * The credentials of the environment, API key before key pair.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, when there are none (the message names the variables), or only a pair
 * for a relay.
 */
export function environmentCredentials(relay: RelayName, fail: ConfigError): Credentials {
  for (const [name, names, isOld] of singles) {
    const text = readEnv(name)
    if (text === undefined) continue
    assertNoAccessKey([text, name], [readEnv(names[0]), readEnv(names[1])], names, fail)
    return forRelay(oneText(text, name, isOld, fail), name, relay, fail)
  }
  const found = pairs.map((names) => ({ names, keys: names.map((name) => readEnv(name)) }))
  const complete = found.find(({ keys }) => keys.every((key) => key !== undefined))
  const half = found.find(({ keys }) => keys.some((key) => key !== undefined))
  const { names, keys } = complete ?? half ?? {}
  if (names && relay !== undefined) throw fail(pairAtRelay(names.join(' with '), relay))
  if (!names) throw fail(`There are no credentials for Kling. ${howTo}`)
  return keyPair(keys?.[0], keys?.[1], names, fail)
}
