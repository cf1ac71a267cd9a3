import type { RenderRequest } from '@reelay/core'
import { flagOfField } from './flags.ts'

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

/**
 * The command that renders the same again: what was asked, and what was chosen for it. Without `--yes`, so that it asks
 * before it spends.
 *
 * @param flags As typed; those that say where and with whom.
 */
export function commandOf(
  request: RenderRequest,
  chosen: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, string | boolean | undefined>>,
): string {
  const {
    kind: _kind,
    prompt,
    startImage: _start,
    endImage: _end,
    ...fields
  } = request as RenderRequest & {
    startImage?: unknown
    endImage?: unknown
  }
  const said = Object.entries({ ...chosen, ...fields }).flatMap(([field, value]) => {
    const flag = flagOfField[field]
    if (flag === undefined || value === undefined || value === false) return []
    return value === true ? [flag] : [flag, quoted(String(value))]
  })
  // After --, so that words beginning with a dash are not read as flags.
  const words = prompt === undefined ? [] : prompt.startsWith('-') ? ['--', quoted(prompt)] : [quoted(prompt)]
  const [first, rest] = prompt?.startsWith('-') ? [[], words] : [words, []]
  return [['reelay generate', ...first, ...said].join(' ') + flagsText(flags), ...rest].join(' ')
}
