import type { Problem } from '@reelay/core'
import { flagOfPath, flagOfField as requestFlags } from './request/fields.ts'

/** What the library calls a field, and the command line calls a flag. The one place where the two meet. */
export const flagOfField: Readonly<Record<string, string>> = {
  ...requestFlags,
  baseURL: '--base-url',
  deadlineMs: '--deadline',
  idempotencyKey: '--key',
}

// Words of plain English as well: only where a sentence tells to do something with the field.
const [plain, odd] = [/^[a-z]+$/, /[A-Z]/].map((letters) =>
  ['prompt', ...Object.keys(flagOfField)].filter((field) => letters.test(field)).join('|'),
)
const flag = (field: string): string => flagOfField[field] ?? `the ${field}`

const phrases: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  [/generateAudio: true/g, () => '--audio'],
  [/generateAudio: false/g, () => 'no --audio'],
  [
    new RegExp(`\\b(${plain}|${odd})(?:: | )'([^']*)'`, 'g'),
    (_all, field = '', value = '') => `${flag(field)} ${value}`,
  ],
  [
    new RegExp(`\\b(${plain}|${odd}): (-?[\\d.]*\\d)`, 'g'),
    (_all, field = '', value = '') => `${flag(field)} ${value}`,
  ],
  [
    new RegExp(`\\b(Leave|Set|Add|Drop|Remove|Pass|leave|set|add|drop|remove|pass) (${plain})\\b`, 'g'),
    (_all, verb = '', field = '') => `${verb} ${flag(field)}`,
  ],
  [
    new RegExp(`^(${plain}) (is|has|must|looks)\\b`, 'g'),
    (_all, field = '', verb = '') => `${field === 'prompt' ? 'The prompt' : flag(field)} ${verb}`,
  ],
  [new RegExp(`\\b(${odd})\\b`, 'g'), (_all, field = '') => flag(field)],
  [/clipOf\(task\)( of a finished task)?/g, () => 'the sidecar of its render (…mp4.json)'],
  [
    /an https URL, a base64 data URI, a Uint8Array or a Blob/g,
    () => 'a file, an https URL or a base64 data URI',
  ],
  [/pass the bytes/g, () => 'pass the file'],
  [/\b(\d+) ms\b/g, (_all, ms = '') => `${Number(ms) / 1_000} s`],
  [/pass it as accessKey together with secretKey \(([^)]*)\)/g, (_all, names = '') => `set ${names}`],
  [/goes in as apiKey/g, () => 'is an API key for Reelay'],
  // Keys are no flags: they would stand in the shell's history.
  [/,? or pass apiKey[^.]*(?=\.)/g, () => ''],
]

/** A sentence of the library in the words of the command line. */
export function inFlags(sentence: string): string {
  return phrases.reduce((text, [words, say]) => text.replace(words, say), sentence)
}

/** A problem in the words of the command line. */
export interface FlagProblem extends Problem {
  /** The flag it is about; absent where there is none. */
  readonly flag?: string
}

/** Problems of a request as problems of a command line. */
export function flagProblems(problems: readonly Problem[]): readonly FlagProblem[] {
  return problems.map((found) => {
    const flag = flagOfPath(found.field) ?? flagOfField[found.field.split('.')[0] ?? '']
    const { message, fix } = found
    return { ...(flag === undefined ? {} : { flag }), ...found, message: inFlags(message), fix: inFlags(fix) }
  })
}

/**
 * One line per problem, as a person wants to read it.
 *
 * @param files Names of the files that were read, by field.
 */
export function problemLines(
  problems: readonly Problem[],
  files: Readonly<Record<string, string>> = {},
): readonly string[] {
  return flagProblems(problems).map(({ flag, field, message, fix }) => {
    const file = files[field]
    const who = flag ?? (field === 'kind' ? '' : field)
    const label = file === undefined ? who : `${who} ${file}`
    return `${label === '' ? '' : `${label}: `}${message} ${fix}`.trim()
  })
}
