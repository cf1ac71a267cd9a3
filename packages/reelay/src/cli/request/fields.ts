import { type Kind, kinds } from '@reelay/core'
import * as z from 'zod/mini'

/** What a flag's value is. */
export type FlagValue = 'text' | 'number' | 'scalar' | 'switch' | 'file' | 'clip' | 'fields'

/** A field of a request as a flag. */
export interface FieldFlag {
  readonly field: string
  /** Without the dashes. */
  readonly flag: string
  readonly value: FlagValue
  /** Given as often as there are items: of a list, or of a map as `name=value`. */
  readonly many?: 'list' | 'map'
  readonly isRequired: boolean
  readonly description: string
  /** The words that it takes, where it takes only some. */
  readonly words?: readonly string[]
  /** Of `fields`: what stands behind the dot, by name. */
  readonly parts?: Readonly<Record<string, FlagValue>>
  /** Whether an item of a map may be `{ video }`, which a file that is one becomes. */
  readonly takesVideo?: true
}

/** Whether it is typed as the name of a file. */
export const namesFile = ({ value }: Pick<FieldFlag, 'value'>): boolean =>
  value === 'file' || value === 'clip'

/** A flag as typed: what stands behind a dot of its name, and its value; `false` where it was `--no-…`. */
export interface Given {
  readonly part?: string | undefined
  readonly value: string | boolean
}

/** JSON Schema, as far as it is looked at. */
interface Schema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
}

// What was a flag before there were kinds, and reads better.
const shortNames: Readonly<Record<string, string>> = {
  generateAudio: 'audio',
  startImage: 'image',
  endImage: 'end-image',
  // Beside references, of which each is --reference.
  reference: 'image-reference',
}

const kebab = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const takesFields = ({ anyOf = [] }: Schema, field: string): boolean =>
  anyOf.some(({ properties = {} }) => field in properties)

const isNumber = ({ type }: Schema): boolean => type === 'number' || type === 'integer'

function plainValue(schema: Schema): FlagValue {
  if (schema.type === 'boolean') return 'switch'
  if (isNumber(schema)) return 'number'
  if (schema.type === 'object') return 'fields'
  return schema.anyOf?.some(isNumber) ? 'scalar' : 'text'
}

/** How a field is given: what, and how often. */
function shapeOf(schema: Schema, isFile: boolean): Pick<FieldFlag, 'value' | 'many'> {
  const { type, items, additionalProperties: rest } = schema
  if (type === 'array') return { value: isFile ? 'file' : plainValue(items ?? {}), many: 'list' }
  if (isFile && type === 'object' && rest) return { value: 'file', many: 'map' }
  if (takesFields(schema, 'taskId')) return { value: 'clip' }
  return { value: isFile ? 'file' : plainValue(schema) }
}

function wordsOf({ enum: words, const: word, anyOf = [] }: Schema): readonly string[] {
  const own = words ?? (word === undefined ? [] : [word])
  return [...own, ...anyOf.flatMap(wordsOf)].filter((one) => typeof one === 'string')
}

function flagOf(field: string, schema: Schema, isRequired: boolean, isFile: boolean): FieldFlag {
  const given = shapeOf(schema, isFile)
  const { description = '', properties = {}, additionalProperties: rest } = schema
  const words = wordsOf(schema)
  const name = shortNames[field] ?? kebab(field)
  return {
    field,
    flag: given.many ? name.replace(/s$/, '') : name,
    ...given,
    isRequired,
    description: description.replace(/\.$/, ''),
    ...(given.value === 'text' && words.length > 0 && { words }),
    ...(given.value === 'fields' && {
      parts: Object.fromEntries(Object.entries(properties).map(([part, inner]) => [part, plainValue(inner)])),
    }),
    ...(typeof rest === 'object' && takesFields(rest, 'video') && { takesVideo: true as const }),
  }
}

const found = new Map<Kind, readonly FieldFlag[]>()

/** The fields of a kind, as its schema has them, `kind` apart. */
export function fieldsOfKind(kind: Kind): readonly FieldFlag[] {
  const known = found.get(kind)
  if (known) return known
  const { schema, media } = kinds[kind]
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as Schema
  const flags = Object.entries(properties)
    .filter(([field]) => field !== 'kind')
    .map(([field, property]) => flagOf(field, property, required.includes(field), media.includes(field)))
  found.set(kind, flags)
  return flags
}

/** Those but the prompt, which is given as words, though `--prompt` is understood. */
export const flagsOfKind = (kind: Kind): readonly FieldFlag[] =>
  fieldsOfKind(kind).filter(({ field }) => field !== 'prompt')

/** What is meant where no kind is named: the flags say which of these. */
export const unnamedKinds: readonly Kind[] = ['text-to-video', 'image-to-video']

/** The flags of a request of a kind, or of whatever may be meant without one, that of its words included; each once. */
export function flagsFor(kind: Kind | undefined): readonly FieldFlag[] {
  const all = (kind === undefined ? unnamedKinds : [kind]).flatMap(fieldsOfKind)
  return [...new Map(all.map((one) => [one.flag, one])).values()]
}

/** The field that words without a flag go into: the first that holds any. */
export const wordsField = (kind: Kind): string | undefined => kinds[kind].texts[0]

/** What the command line calls each field of any kind, with its dashes. */
export const flagOfField: Readonly<Record<string, string>> = Object.fromEntries(
  (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    flagsOfKind(kind).map(({ field, flag }) => [field, `--${flag}`]),
  ),
)

/** What is typed for a place in a request: `--duration`, `--reference mara`, `--expand.up`, `--subject-image 2`. */
export function flagOfPath(path: string): string | undefined {
  const [field = '', ...rest] = path.split('.')
  const of = (Object.keys(kinds) as Kind[]).flatMap(flagsOfKind).find((one) => one.field === field)
  if (!of) return undefined
  const [at] = rest
  if (at === undefined) return `--${of.flag}`
  if (of.many) return `--${of.flag} ${of.many === 'list' && /^\d+$/.test(at) ? Number(at) + 1 : at}`
  return of.value === 'fields' ? `--${of.flag}.${rest.join('.')}` : `--${of.flag}`
}

/** The kinds that have a flag. */
export const kindsWith = (flag: string): readonly Kind[] =>
  (Object.keys(kinds) as Kind[]).filter((kind) => flagsOfKind(kind).some((one) => one.flag === flag))
