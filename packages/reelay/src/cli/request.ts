import { readFile } from 'node:fs/promises'
import { buffer as bufferOf } from 'node:stream/consumers'
import { type Kind, kinds, nearest, type RenderRequest } from '@reelay/core'
import type { ArgsDef } from 'citty'
import { readArgs } from './args.ts'
import { UsageError } from './failure.ts'
import { type FieldFlag, flagsFor, type Given, namesFile, wordsField } from './request/fields.ts'
import { readField } from './request/values.ts'

/** Flags of whatever takes a request, beside those of its fields. */
export const requestArgs = {
  'prompt-file': { type: 'string', description: 'File with the words', valueHint: 'file' },
} as const

/** Shown where nobody says what to show, and nothing is paid for. */
const demoPrompt = 'A paper boat drifts along a rain gutter, evening light'

/** A request as typed. */
export interface TypedRequest {
  readonly request: RenderRequest
  /** Names of the files it was read from, by field. */
  readonly files: Readonly<Record<string, string>>
  /** Flags that name files, as typed, for the command that repeats it. */
  readonly fileFlags?: readonly (readonly [flag: string, value: string])[]
  /** Whether the kind was named. */
  readonly isNamed?: boolean
  /** Fields that nobody typed, and that were made up. */
  readonly made?: readonly string[]
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(`${name} is not a text in UTF-8. Nothing was sent.`)
  }
}

async function readText(file: string): Promise<string> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new UsageError('The prompt is read from stdin, and stdin is a terminal.')
    return decode(await bufferOf(process.stdin), 'The prompt on stdin')
  }
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--prompt-file: ${file} cannot be read (${error.code}).`)
  })
  return decode(bytes, `--prompt-file: ${file}`)
}

/** Spaces of any kind and what nobody can see do not make a prompt. */
const isBlank = (text: string): boolean => /^[\s\p{C}\p{Z}]*$/u.test(text)

/** The words given without a flag of the field that they go into; `undefined` when there are none. */
async function readPrompt(words: readonly string[], file: string | undefined): Promise<string | undefined> {
  if (file !== undefined && words.length > 0) {
    throw new UsageError('The prompt is given twice: as words, and with --prompt-file.')
  }
  const fromStdin = words.length === 1 && words[0] === '-'
  if (file === undefined && words.length === 0) return undefined
  const source = file ?? (fromStdin ? '-' : undefined)
  const prompt = source === undefined ? words.join(' ') : (await readText(source)).trim()
  if (!isBlank(prompt)) return prompt
  const where = source === undefined ? '' : source === '-' ? ' on stdin' : ` in ${source}`
  throw new UsageError(`The prompt${where} is empty. Say what the clip should show. Nothing was sent.`)
}

/** The kind that a command line names: its first word. */
export function kindIn(rawArgs: readonly string[]): Kind | undefined {
  const [first = ''] = rawArgs
  return first in kinds ? (first as Kind) : undefined
}

/** A kind that is named later, or not quite, is a mistake, and no word of a prompt: it would be bought as one. */
function refuseUnreadKind(words: readonly string[], kind: Kind | undefined): void {
  const [first = ''] = words
  if (kind !== undefined) return
  const asWord = 'For a prompt of that word, put -- before it.'
  if (first in kinds) throw new UsageError(`Name the kind first: reelay … ${first} [flags]. ${asWord}`)
  const meant = /^[\w-]+$/.test(first) ? nearest(first, Object.keys(kinds)) : undefined
  if (meant === undefined) return
  throw new UsageError(`There is no kind ${first}. Did you mean ${meant}? ${asWord} Nothing was sent.`)
}

/** What no kind is named for: the pictures say it. */
const unnamedKind = (fields: Readonly<Record<string, unknown>>): Kind =>
  fields.startImage === undefined && fields.endImage === undefined ? 'text-to-video' : 'image-to-video'

/** Puts words where the kind has them, beside those that stand behind the flag of that field. */
function withWords(kind: Kind, fields: Record<string, unknown>, prompt: string | undefined): void {
  if (prompt === undefined) return
  const field = wordsField(kind)
  if (field === undefined) throw new UsageError(`${kind} takes no words: "${prompt}" is one too many.`)
  if (fields[field] !== undefined)
    throw new UsageError(`The words are given twice: as words, and with --${field}.`)
  fields[field] = prompt
}

const fileFlagsOf = (
  given: ReadonlyMap<FieldFlag, readonly Given[]>,
): readonly (readonly [string, string])[] =>
  [...given].flatMap(([field, all]) =>
    namesFile(field) ? all.map(({ value }) => [field.flag, String(value)] as const) : [],
  )

/**
 * The request a command line describes; anything wrong with its values is for `check` to say.
 *
 * @param defined The command's own flags.
 * @param demo Whether a call without words and picture shows something of ours: never where it costs money.
 */
export async function readRequest(
  rawArgs: readonly string[],
  defined: ArgsDef,
  demo: boolean,
): Promise<TypedRequest> {
  const named = kindIn(rawArgs)
  const { words, own, given } = readArgs(rawArgs.slice(named ? 1 : 0), defined, undefined, flagsFor(named))
  if (!rawArgs.includes('--')) refuseUnreadKind(words, named)
  const prompt = await readPrompt(words, own['prompt-file'])
  const fields: Record<string, unknown> = {}
  const files: Record<string, string> = {}
  const made: string[] = []
  for (const [flag, all] of given) {
    const read = await readField(flag, all)
    fields[flag.field] = read.value
    Object.assign(files, read.files)
  }
  const kind = named ?? unnamedKind(fields)
  withWords(kind, fields, prompt)
  if (kind === 'text-to-video' && fields.shots !== undefined) fields.prompt ??= ''
  if (kind === 'text-to-video' && fields.prompt === undefined) {
    if (!demo) {
      throw new UsageError(
        'There is nothing to render: give a prompt, or a picture with --image. Nothing was sent.',
      )
    }
    fields.prompt = demoPrompt
    made.push('prompt')
  }
  // A picture without words is sent without words: nobody pays for some of ours.
  const request = { kind, ...fields } as unknown as RenderRequest
  return {
    request,
    files,
    fileFlags: fileFlagsOf(given),
    isNamed: named !== undefined,
    made,
  }
}
