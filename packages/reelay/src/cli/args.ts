import { parseArgs } from 'node:util'
import { nearest } from '@reelay/core'
import type { ArgsDef } from 'citty'
import { UsageError } from './failure.ts'
import { type FieldFlag, type Given, kindsWith } from './request/fields.ts'

/** The words and flags of a command line, told apart. */
export interface ReadArgs {
  readonly words: readonly string[]
  /** The command's own flags that have a value, as typed. */
  readonly own: Readonly<Record<string, string>>
  /** The flags that are fields of a request, in their order. */
  readonly given: ReadonlyMap<FieldFlag, readonly Given[]>
}

interface Known {
  readonly type: 'boolean' | 'string'
  readonly field?: FieldFlag
  readonly value?: false
}

/** Every flag that is understood, by name: a command's own, those of the fields, and what is not to be of a field. */
function knownFlags(
  rawArgs: readonly string[],
  defined: ArgsDef,
  fields: readonly FieldFlag[],
): ReadonlyMap<string, Known> {
  const own = Object.entries(defined)
    .filter(([, { type }]) => type !== 'positional')
    .map(([name, { type }]): [string, Known] => [name, { type: type === 'boolean' ? 'boolean' : 'string' }])
  const ofFields = fields.flatMap((field): [string, Known][] => {
    const { flag, value } = field
    if (value !== 'switch' || field.many) return [[flag, { type: 'string', field }]]
    return [
      [flag, { type: 'boolean', field }],
      [`no-${flag}`, { type: 'boolean', field, value: false }],
    ]
  })
  // What stands behind a dot is known only from what is there.
  const parts = rawArgs.flatMap((word): [string, Known][] => {
    const [, name = '', base = ''] = /^--(([a-z-]+)\.[^=]+)/.exec(word) ?? []
    const field = fields.find(({ flag, value }) => flag === base && value === 'fields')
    return field ? [[name, { type: 'string', field }]] : []
  })
  return new Map([...ofFields, ...parts, ...own])
}

/**
 * Tells words from flags, and refuses flags that nobody defines, flags given twice or without their value, and words that
 * nobody reads: a misspelt `--duration` silently ignored would buy the wrong clip.
 *
 * @param words How many plain words the command takes; any number when absent.
 * @param fields Flags that are fields of a request.
 * @throws UsageError that names the flag probably meant.
 */
export function readArgs(
  rawArgs: readonly string[],
  defined: ArgsDef,
  words: number = Number.POSITIVE_INFINITY,
  fields: readonly FieldFlag[] = [],
): ReadArgs {
  const known = knownFlags(rawArgs, defined, fields)
  const options = Object.fromEntries([...known].map(([name, { type }]) => [name, { type }]))
  const { tokens, positionals } = parseArgs({
    args: [...rawArgs],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const seen = new Set<string>()
  const given = new Map<FieldFlag, Given[]>()
  const own: Record<string, string> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const flag = known.get(name)
    if (!flag || !rawName.startsWith('--')) throw unknownFlag(rawName, [...known.keys()])
    const { field } = flag
    const once = flag.type === 'boolean' ? name.replace(/^no-/, '') : name
    if (seen.has(once) && !field?.many) throw new UsageError(`--${once} is given twice.`)
    seen.add(once)
    if (flag.type === 'boolean') {
      if (value !== undefined) throw new UsageError(`--${name} takes no value; leave "${value}" out.`)
    } else {
      if (value === undefined) throw new UsageError(`--${name} needs a value.`)
      if (value.trim() === '') throw new UsageError(`--${name} is empty.`)
      if (!inlineValue && value.startsWith('--')) {
        throw new UsageError(
          `--${name} needs a value, and ${value} looks like another flag. Write --${name}=${value} if it is the value.`,
        )
      }
    }
    if (!field) {
      if (value !== undefined) own[name] = value
      continue
    }
    const [, ...part] = name.split('.')
    const one = { part: part.join('.') || undefined, value: value ?? flag.value ?? true }
    given.set(field, [...(given.get(field) ?? []), one])
  }
  const extra = positionals[words]
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`)
  return { words: positionals, own, given }
}

/**
 * The same, where a command has no fields.
 *
 * @throws UsageError that names the flag probably meant.
 */
export function refuseMistakes(rawArgs: readonly string[], defined: ArgsDef, words?: number): void {
  readArgs(rawArgs, defined, words)
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
  const name = flag.replace(/^-+/, '')
  const meant = nearest(name, names)
  const hint = meant === undefined ? '' : ` Did you mean --${meant}?`
  const of = meant === undefined ? kindsWith(name) : []
  const others = of.length === 0 ? '' : ` It is one of ${of.join(', ')}: name the kind first.`
  const list = names.filter((one) => !/^no-|\./.test(one)).map((one) => `--${one}`)
  return new UsageError(`There is no flag ${flag}.${hint}${others} The flags are ${list.join(', ')}.`)
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
