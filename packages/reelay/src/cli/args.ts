import type { ArgsDef } from 'citty'
import { UsageError } from './failure.ts'

/**
 * Refuses flags that no command defines: a misspelt `--duration` silently ignored would buy the wrong clip.
 *
 * @throws UsageError that lists the flags there are.
 */
export function refuseUnknownFlags(rawArgs: readonly string[], defined: ArgsDef): void {
  const known = new Set(Object.keys(defined))
  const end = rawArgs.indexOf('--')
  for (const argument of rawArgs.slice(0, end === -1 ? undefined : end)) {
    const match = /^--(?:no-)?([a-z][a-z-]*)(?:=|$)/i.exec(argument)
    if (match?.[1] === undefined || known.has(match[1])) continue
    const flags = [...known].filter((name) => defined[name]?.type !== 'positional').map((name) => `--${name}`)
    throw new UsageError(`There is no flag --${match[1]}. The flags are ${flags.join(', ')}.`)
  }
}

/** A number given as a flag. */
export function numberFlag(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) {
    throw new UsageError(`--${name} takes a number, not "${value}".`)
  }
  return number
}
