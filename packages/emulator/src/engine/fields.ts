import { isRecord } from '../http/json.ts'

/** One field of a request, in the words of JSON Schema where it has one. */
export interface Field {
  /** `numeric`: a number, or a string that spells one. `any`: what it is, is looked at elsewhere. */
  readonly type: 'string' | 'integer' | 'number' | 'numeric' | 'boolean' | 'array' | 'object' | 'any'
  readonly required?: true
  /**
   * `uri`: an absolute URL. `file`: leads to a picture, by a URL or a data URI; what it holds is looked at elsewhere.
   * `recording`: the same for a clip or a sound.
   */
  readonly format?: 'uri' | 'file' | 'recording'
  readonly enum?: readonly (string | number)[]
  readonly pattern?: RegExp
  readonly minimum?: number
  readonly maximum?: number
  /** Characters of a string. */
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Field
  readonly properties?: Schema
  readonly default?: string | number | boolean
  readonly deprecated?: true
}

export type Schema = Readonly<Record<string, Field>>
export type Body = Readonly<Record<string, unknown>>
export type Path = readonly (string | number)[]

/** The rule that a value breaks: a key of its field, or its type. */
export type BrokenRule = Exclude<keyof Field, 'items' | 'properties' | 'default' | 'deprecated'>

/** What is wrong with a value. How that is said is the wire's voice. */
export interface Issue {
  readonly path: Path
  readonly rule: BrokenRule
  readonly field: Field
  readonly value: unknown
  /** The object that holds it, or lacks it. */
  readonly holder: Body
}

/** A number, or a string that spells one; NaN for everything else. */
export function numberIn(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
}

const typeTests: Readonly<Record<Field['type'], (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  number: Number.isFinite,
  numeric: (value) => Number.isFinite(numberIn(value)),
  object: isRecord,
  array: Array.isArray,
  any: () => true,
}

/** Tests in the order in which a broken rule is found. Values have the right type by then. */
const ruleTests: readonly (readonly [rule: BrokenRule, holds: (field: Field, value: never) => boolean])[] = [
  ['enum', (field, value: string | number) => field.enum?.includes(value) ?? true],
  ['format', (field, value: string) => field.format !== 'uri' || URL.canParse(value)],
  ['pattern', (field, value: string) => field.pattern?.test(value) ?? true],
  ['minimum', (field, value) => numberIn(value) >= (field.minimum ?? numberIn(value))],
  ['maximum', (field, value) => numberIn(value) <= (field.maximum ?? numberIn(value))],
  ['minLength', (field, value: string) => field.minLength === undefined || value.length >= field.minLength],
  ['maxLength', (field, value: string) => field.maxLength === undefined || value.length <= field.maxLength],
  ['minItems', (field, value: unknown[]) => field.minItems === undefined || value.length >= field.minItems],
  ['maxItems', (field, value: unknown[]) => field.maxItems === undefined || value.length <= field.maxItems],
]

/** How a reader of requests takes what is not quite a value. */
export interface Reading {
  /** Whether `null` stands for "not given". */
  readonly nullIsAbsent: boolean
}

function issuesOfValue(field: Field, path: Path, value: unknown, holder: Body, reading: Reading): Issue[] {
  const broken = (rule: BrokenRule): Issue => ({ path, rule, field, value, holder })
  if (!typeTests[field.type](value)) return [broken('type')]
  const own = ruleTests
    .filter(([rule, holds]) => field[rule] !== undefined && !holds(field, value as never))
    .slice(0, 1)
    .map(([rule]) => broken(rule))
  const { items, properties } = field
  if (items && Array.isArray(value)) {
    const inner = value.flatMap((item, index) =>
      issuesOfValue(items, [...path, index], item, holder, reading),
    )
    return [...own, ...inner]
  }
  return properties && isRecord(value) ? [...own, ...issuesOf(properties, value, reading, path)] : own
}

/** Every complaint about a body, field by field. */
export function issuesOf(schema: Schema, body: Body, reading: Reading, path: Path = []): Issue[] {
  return Object.entries(schema).flatMap(([name, field]) => {
    const value = body[name]
    const here = [...path, name]
    const absent = value === undefined || (value === null && reading.nullIsAbsent)
    if (!absent) return issuesOfValue(field, here, value, body, reading)
    return field.required ? [{ path: here, rule: 'required' as const, field, value, holder: body }] : []
  })
}

/** Keys a schema does not list. */
export const unknownKeys = (schema: Schema, body: object): string[] =>
  Object.keys(body).filter((key) => !Object.hasOwn(schema, key))

/** What a schema lists of a body, nulls left out. */
export const documented = (schema: Schema, body: Body): Body =>
  Object.fromEntries(
    Object.entries(body).filter(([key, value]) => value !== null && Object.hasOwn(schema, key)),
  )

/** A body with the schema's defaults in the place of what was left out. */
export function withDefaults(schema: Schema, body: Body): Body {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  const defaults = Object.entries(schema).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) }
}

/** `a.b[0].c`. */
export const dotted = (path: Path): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  )

/** A text field; empty where it is none. */
export const text = (body: Body, field: string): string => {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}

/** A list field; empty where it is none. */
export const list = (body: Body, field: string): readonly unknown[] => {
  const value = body[field]
  return Array.isArray(value) ? value : []
}

/** The first complaint of rules that are asked in their order. */
export function firstOf<Selection, Refusal>(
  rules: readonly ((selection: Selection) => Refusal | undefined)[],
  selection: Selection,
): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(selection)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Whether a text holds one of the words, in whatever case. */
export const holdsWord = (text: string, words: readonly string[]): boolean =>
  words.some((word) => text.toLowerCase().includes(word.toLowerCase()))
