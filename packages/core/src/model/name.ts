import { type ErrorDetails, ReelayError } from './error.ts'

/**
 * Whether a text can be the name of an account or a relay: 1 to 100 characters that can be read, no space at either end.
 * It stands in handles, journals and messages, and is all that tells two accounts apart.
 */
export const isName = (name: unknown): name is string =>
  typeof name === 'string' && /^(?! )[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,100}(?<! )$/u.test(name)

/**
 * Refuses the name of an account that is none: what is bought under it could not be asked for again.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function assertName(option: string, name: unknown, who: Pick<ErrorDetails, 'provider'>): void {
  if (name === undefined || isName(name)) return
  const message = `${option} is a name of 1 to 100 printable characters, without a space at either end. Pass one, or leave it out.`
  throw new ReelayError('ERR_CONFIG', message, { ...who, outcome: 'none' })
}
