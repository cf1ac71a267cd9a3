import type { HttpReply } from './message.ts'

/**
 * Credentials as a closure: nothing that can be printed holds them.
 *
 * @example
 * ```ts
 * import type { Auth } from '@reelay/core/adapter'
 * // A session's token that the provider hands out again when it has run out.
 * export function session(token: () => string, refresh: () => void): Auth {
 *   return {
 *     authorize: (headers) => headers.set('x-session', token()),
 *     renew: ({ status }) => {
 *       if (status !== 401) return false
 *       refresh()
 *       return true
 *     },
 *     secrets: () => [token()],
 *   }
 * }
 * ```
 */
export interface Auth {
  /**
   * Adds the credentials to a request's headers.
   *
   * @throws ReelayError `ERR_CONFIG`, outcome `none`, when there are none; the message names the variables to set.
   */
  authorize(headers: Headers): void | Promise<void>
  /** Told of a refused reply: `true` when new credentials were made and the same request may go once more. */
  renew?(reply: HttpReply): boolean
  /** Every secret text that must not be seen, the current token included. */
  secrets(): readonly string[]
}

/**
 * The first environment variable of the list that is set, read when asked for, never at import. `undefined` where there
 * is no environment (browsers, some edge runtimes).
 *
 * @example
 * ```ts
 * import { readEnv } from '@reelay/core/adapter'
 * const apiKey = readEnv('KLINGAI_API_KEY', 'KLING_API_KEY')
 * ```
 */
export function readEnv(...names: readonly string[]): string | undefined {
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
  for (const name of names) {
    const value = env?.[name]?.trim()
    if (value) return value
  }
  return undefined
}
