import { ReelayError } from '../model/error.ts'

/**
 * Refuses a switch that is neither on nor off: the text `false`, as an environment variable holds it, would count as on.
 *
 * @param options By name, as the caller passed them; what is left out is fine.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, naming the option.
 *
 * @example
 * ```ts
 * import { booleanOptions } from '@reelay/core/adapter'
 * booleanOptions({ stream: true, soleSubmitter: undefined }, { provider: 'mine' })
 * ```
 */
export function booleanOptions(
  options: Readonly<Record<string, unknown>>,
  details: { readonly provider: string; readonly account?: string | undefined },
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || typeof value === 'boolean') continue
    const what = typeof value === 'string' ? JSON.stringify(value) : `a value of type ${typeof value}`
    const message = `${name} is true or false, and not ${what}. Nothing was sent.`
    throw new ReelayError('ERR_CONFIG', message, { ...details, outcome: 'none' })
  }
}
