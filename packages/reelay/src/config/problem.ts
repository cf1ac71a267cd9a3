import { nearest, ReelayError } from '@reelay/core'

/** A mistake in a configuration; nothing was sent. */
export function configError(message: string): ReelayError {
  return new ReelayError('ERR_CONFIG', message, { outcome: 'none' })
}

/** The error for a word that is none of the valid ones, naming the one that was probably meant. */
export function unknownWord(what: string, word: string, valid: readonly string[]): ReelayError {
  const meant = nearest(word, valid)
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`
  return configError(`${what} "${word}" is not known.${hint} Known are ${valid.join(', ')}.`)
}

/** Refuses keys that nobody reads: a misspelt `baseURL` would otherwise send a paid request to the real service. */
export function refuseUnknownKeys(where: string, value: object, valid: readonly string[]): void {
  for (const key of Object.keys(value)) {
    if (!valid.includes(key)) throw unknownWord(`${where}: the key`, key, valid)
  }
}
