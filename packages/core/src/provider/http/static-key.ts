import { ReelayError } from '../../model/error.ts'
import { type Auth, readEnv } from './auth.ts'
import { keyText } from './key-text.ts'

/**
 * Where a key comes from and how it travels.
 *
 * @example
 * ```ts
 * import { staticKey, type StaticKeyOptions } from '@reelay/core/adapter'
 * const key: StaticKeyOptions = {
 *   provider: 'mine',
 *   variables: ['MINE_API_KEY'],
 *   keysFrom: 'https://example.com/keys',
 *   apply: (headers, text) => headers.set('authorization', `Bearer ${text}`),
 * }
 * export const auth = staticKey(key)
 * ```
 */
export interface StaticKeyOptions {
  /** Id of the provider, for errors. */
  readonly provider: string
  readonly account?: string | undefined
  /** The key a caller passed; the environment is read at the first request when absent. */
  readonly apiKey?: string | undefined
  /** Environment variables in order; a pair stands for a key whose halves are kept apart and joined by `:`. */
  readonly variables: readonly (string | readonly [string, string])[]
  /** Where a person makes a key: a URL. */
  readonly keysFrom: string
  /** Puts the key into a request's headers. */
  apply(headers: Headers, key: string): void
  /** Other texts that must not be seen, given the key. */
  secrets?(key: string | undefined): readonly string[]
}

const named = (variable: string | readonly [string, string]): string =>
  typeof variable === 'string' ? variable : variable.join(' with ')

/**
 * One key that never changes, as a closure. A key passed explicitly is checked at once; the environment is read when
 * the first request needs it, and again as long as it holds none.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`: here for an explicit key, on use for the environment.
 *
 * @example
 * ```ts
 * import { staticKey } from '@reelay/core/adapter'
 * const auth = staticKey({
 *   provider: 'mine',
 *   variables: ['MINE_API_KEY'],
 *   keysFrom: 'https://mine.example/keys',
 *   apply: (headers, key) => headers.set('authorization', `Bearer ${key}`),
 * })
 * ```
 */
export function staticKey(options: StaticKeyOptions): Auth {
  const { provider, account = 'default', apiKey, variables, keysFrom, apply } = options
  const details = { provider, account }
  const fail = (message: string): ReelayError => {
    const howTo = `Set ${variables.map(named).join(', or ')}, or pass apiKey. Keys are made at ${keysFrom}.`
    return new ReelayError('ERR_CONFIG', `${message} ${howTo}`, { ...details, outcome: 'none' })
  }

  function fromEnvironment(): string {
    for (const variable of variables) {
      const names = typeof variable === 'string' ? [variable] : variable
      const values = names.map((name) => readEnv(name))
      if (values.every((value) => value === undefined)) continue
      const missing = names.find((_, index) => values[index] === undefined)
      if (missing !== undefined) throw fail(`Half a key for ${provider}: ${missing} is missing.`)
      return names.map((name, index) => keyText(values[index] ?? '', name, details)).join(':')
    }
    throw fail(`There is no key for ${provider}.`)
  }

  let key = apiKey === undefined ? undefined : keyText(apiKey, 'apiKey', details)
  return {
    authorize(headers) {
      key ??= fromEnvironment()
      apply(headers, key)
    },
    secrets: () => [...(key === undefined ? [] : [key]), ...(options.secrets?.(key) ?? [])],
  }
}
