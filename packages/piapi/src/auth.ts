import { type Auth, type ReelayError, readEnv } from '@reelay/core'

/** Builds the error to throw from the sentence that says what is wrong. */
export type ConfigError = (message: string) => ReelayError

/**
 * A text that a header can carry: PiAPI documents no form for its keys, but a space is a slip of the clipboard.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`; never repeats the text.
 */
export function headerText(text: string, name: string, fail: ConfigError): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw fail(`${name} is empty, or holds a character that no header can carry. Copy it again.`)
}

/**
 * PiAPI's credentials as a closure. A key passed explicitly is checked at once; the environment is read when the first
 * request needs it.
 *
 * @param webhookSecret Not sent as a credential, but repeated by PiAPI in every task.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for an explicit key, on use for the environment.
 */
export function createAuth(
  apiKey: string | undefined,
  webhookSecret: string | undefined,
  fail: ConfigError,
): Auth {
  let key = apiKey === undefined ? undefined : headerText(apiKey, 'apiKey', fail)
  const fromEnvironment = (): string => {
    const found = readEnv('PIAPI_API_KEY', 'PIAPI_KEY')
    if (found !== undefined) return headerText(found, 'PIAPI_API_KEY (or PIAPI_KEY)', fail)
    throw fail(
      'There is no key for PiAPI. Set PIAPI_API_KEY (or PIAPI_KEY), or pass apiKey to createPiapi(). Keys are made at https://piapi.ai/workspace.',
    )
  }
  return {
    authorize(headers) {
      key ??= fromEnvironment()
      headers.set('x-api-key', key)
    },
    secrets: () => [key, webhookSecret].filter((secret) => secret !== undefined),
  }
}
