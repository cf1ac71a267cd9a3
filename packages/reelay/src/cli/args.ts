import { parseArgs } from 'node:util'
import { nearest } from '@reelay/core'
import type { ArgsDef } from 'citty'
import { UsageError } from './failure.ts'

/**
 * Refuses flags that no command defines, flags given twice or without their value, and words that nobody reads: a
 * misspelt `--duration` silently ignored would buy the wrong clip.
 *
 * @param words How many plain words the command takes; any number when absent.
 * @throws UsageError that names the flag probably meant.
 */
export function refuseMistakes(
  rawArgs: readonly string[],
  defined: ArgsDef,
  words: number = Number.POSITIVE_INFINITY,
): void {
  const names = Object.keys(defined).filter((name) => defined[name]?.type !== 'positional')
  const options = Object.fromEntries(
    names.map((name) => [name, { type: defined[name]?.type === 'boolean' ? 'boolean' : 'string' } as const]),
  )
  const { tokens, positionals } = parseArgs({
    args: [...rawArgs],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    if (!names.includes(name) || !rawName.startsWith('--')) throw unknownFlag(rawName, names)
    if (seen.has(name)) throw new UsageError(`--${name} is given twice.`)
    seen.add(name)
    if (defined[name]?.type === 'boolean') {
      if (value !== undefined) throw new UsageError(`--${name} takes no value; leave "${value}" out.`)
      continue
    }
    if (value === undefined) throw new UsageError(`--${name} needs a value.`)
    if (value.trim() === '') throw new UsageError(`--${name} is empty.`)
    if (!inlineValue && value.startsWith('--')) {
      throw new UsageError(
        `--${name} needs a value, and ${value} looks like another flag. Write --${name}=${value} if it is the value.`,
      )
    }
  }
  const extra = positionals[words]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`)
}

/**
 * Refuses more than one form of answer.
 *
 * @throws UsageError that names those given.
 */
export function refuseTwoAnswers(flags: Readonly<Partial<Record<'json' | 'csv' | 'html', unknown>>>): void {
  const given = (['json', 'csv', 'html'] as const).filter((name) => flags[name]).map((name) => `--${name}`)
  if (given.length > 2) throw new UsageError(`${given.join(', ')} are three answers: pass one of them.`)
  if (given.length === 2)
    throw new UsageError(`${given.join(' and ')} are two answers: pass one of them, not both.`)
}

function unknownFlag(flag: string, names: readonly string[]): UsageError {
  const meant = nearest(flag.replace(/^-+/, ''), names)
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`
  return new UsageError(
    `There is no flag ${flag}.${hint} The flags are ${names.map((name) => `--${name}`).join(', ')}.`,
  )
}

/** A number given as a flag, in plain digits; `min` and `max` are included. */
export function numberFlag(
  name: string,
  value: string | undefined,
  min: number = Number.NEGATIVE_INFINITY,
  max: number = Number.POSITIVE_INFINITY,
): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  // Not `5s`, `1e1` or `0x10`: whoever writes these may mean something else than we read.
  if (!/^-?\d+(\.\d+)?$/.test(value) || !Number.isFinite(number)) {
    const [digits] = /^\d+(\.\d+)?(?= ?[a-z]*$)/i.exec(value) ?? []
    const hint = digits === undefined || /^\d+e/i.test(value) ? '' : ` Did you mean ${digits}?`
    throw new UsageError(`--${name} takes a number in plain digits, not "${value}".${hint}`)
  }
  if (number < min) throw new UsageError(`--${name} takes at least ${min}.`)
  if (number > max) throw new UsageError(`--${name} takes at most ${max}.`)
  return number
}
