import { nearest } from '@reelay/core'
import type { ArgsDef } from 'citty'
import { UsageError } from './failure.ts'

const flagOf = (argument: string): string | undefined =>
  /^--?(?:no-)?([a-z][a-z-]*)(?:=|$)/i.exec(argument)?.[1]

/**
 * Refuses flags that no command defines, flags given twice, and words that nobody reads: a misspelt `--duration`
 * silently ignored would buy the wrong clip.
 *
 * @param words How many plain words the command takes; any number when absent.
 * @throws UsageError that names the flag probably meant.
 */
export function refuseUnknownFlags(
  rawArgs: readonly string[],
  defined: ArgsDef,
  given: { readonly _?: readonly string[] } = {},
  words: number = Number.POSITIVE_INFINITY,
): void {
  const names = Object.keys(defined).filter((name) => defined[name]?.type !== 'positional')
  const end = rawArgs.indexOf('--')
  const seen = new Set<string>()
  for (const argument of rawArgs.slice(0, end === -1 ? undefined : end)) {
    const name = flagOf(argument)
    if (name === undefined) continue
    if (!names.includes(name)) {
      const meant = nearest(name, names)
      const hint = meant === undefined ? '' : ` Did you mean --${meant}?`
      const flags = names.map((one) => `--${one}`).join(', ')
      throw new UsageError(`There is no flag ${argument.split('=')[0]}.${hint} The flags are ${flags}.`)
    }
    if (seen.has(name)) throw new UsageError(`--${name} is given twice.`)
    seen.add(name)
  }
  const extra = given._?.[words]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`)
}

/** A number given as a flag; `min` and `max` are included. */
export function numberFlag(
  name: string,
  value: string | undefined,
  min: number = Number.NEGATIVE_INFINITY,
  max: number = Number.POSITIVE_INFINITY,
): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new UsageError(`--${name} takes a number, not "${value}".`)
  }
  if (number < min) throw new UsageError(`--${name} takes at least ${min}.`)
  if (number > max) throw new UsageError(`--${name} takes at most ${max}.`)
  return number
}
