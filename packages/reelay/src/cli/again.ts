import type { RenderRequest } from '@reelay/core'
import { type FieldFlag, flagsOfKind, namesFile, unnamedKinds, wordsField } from './request/fields.ts'

/** A word as a POSIX shell reads it back unchanged. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Flags as they were typed, each after a space: those that say where and with whom. */
export function flagsText(flags: Readonly<Record<string, string | boolean | undefined>>): string {
  return Object.entries(flags)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => ` --${name}${value === true ? '' : ` ${quoted(String(value))}`}`)
    .join('')
}

const unnamed: readonly string[] = unnamedKinds

/** A field as flags; files, which are repeated as they were typed, and what says nothing apart. */
function flagsOf(of: FieldFlag, value: unknown): readonly string[] {
  const flag = `--${of.flag}`
  if (value === undefined || namesFile(of)) return []
  if (of.many === 'list') return (value as readonly unknown[]).flatMap((item) => [flag, textOf(item)])
  if (value === true) return [flag]
  // Silent is what a clip is where nobody asks for sound.
  if (value === false) return of.field === 'generateAudio' ? [] : [`--no-${of.flag}`]
  return [flag, textOf(value)]
}

const textOf = (value: unknown): string =>
  quoted(typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))

/**
 * The command that renders the same again: what was asked, and what was chosen for it. Without `--yes`, so that it asks
 * before it spends.
 *
 * @param flags As typed; those that say where and with whom.
 * @param files Flags that name files, as typed.
 */
export function commandOf(
  request: RenderRequest,
  chosen: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  files: readonly (readonly [flag: string, value: string])[] = [],
): string {
  const { kind } = request
  const isPlain = unnamed.includes(kind)
  const asked: Readonly<Record<string, unknown>> = { ...chosen, ...request }
  const field = wordsField(kind) ?? 'prompt'
  const words = asked[field] === undefined ? undefined : String(asked[field])
  const order = [...Object.keys(chosen), ...Object.keys(request)]
  const said = flagsOfKind(kind)
    .filter((of) => of.field !== field)
    .sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field))
    .flatMap((of) => flagsOf(of, asked[of.field]))
  const named = files.flatMap(([flag, value]) => [`--${flag}`, quoted(value)])
  // After --, so that words beginning with a dash are not read as flags.
  const isLast = words?.startsWith('-') === true
  const text = words === undefined || words === '' ? [] : [quoted(words)]
  const command = ['reelay generate', ...(isPlain ? [] : [kind]), ...(isLast ? [] : text), ...said, ...named]
  return [command.join(' ') + flagsText(flags), ...(isLast ? ['--', ...text] : [])].join(' ')
}
