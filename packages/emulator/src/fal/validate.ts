import { isRecord } from '../http/json.ts'
import { detail, type ErrorDetail } from './failures.ts'
import type { Field, Schema } from './schemas.ts'

export type Body = Readonly<Record<string, unknown>>
type Loc = ErrorDetail['loc']

const quoted = (values: readonly string[]): string => {
  const all = values.map((value) => `'${value}'`)
  const last = all.pop() ?? ''
  return all.length === 0 ? last : `${all.join(', ')} or ${last}`
}

const wrongType = (loc: Loc, type: string, what: string, input: unknown): ErrorDetail[] => [
  detail(loc, type, `Input should be a valid ${what}`, { input }),
]

function checkNumber(field: Field & { type: 'number' | 'integer' }, value: unknown, loc: Loc): ErrorDetail[] {
  // Whether numeric strings are coerced is not documented.
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    const [type, what] = field.type === 'integer' ? ['int_type', 'integer'] : ['float_type', 'number']
    return wrongType(loc, type, what, value)
  }
  if (field.type === 'integer' && !Number.isInteger(value)) {
    return wrongType(loc, 'int_from_float', 'integer', value)
  }
  const { min, max } = field
  if (min !== undefined && value < min) {
    const msg = `Input should be greater than or equal to ${min}`
    return [detail(loc, 'greater_than_equal', msg, { ctx: { ge: min }, input: value })]
  }
  if (max !== undefined && value > max) {
    const msg = `Input should be less than or equal to ${max}`
    return [detail(loc, 'less_than_equal', msg, { ctx: { le: max }, input: value })]
  }
  return []
}

function checkList(field: Field & { type: 'array' }, value: unknown, loc: Loc): ErrorDetail[] {
  if (!Array.isArray(value)) return wrongType(loc, 'list_type', 'list', value)
  const { max } = field
  if (max !== undefined && value.length > max) {
    const msg = `List should have at most ${max} items`
    return [detail(loc, 'sequence_too_long', msg, { ctx: { max_length: max }, input: value })]
  }
  return value.flatMap((item, index) => checkField(field.of, item, [...loc, index]))
}

function checkField(field: Field, value: unknown, loc: Loc): ErrorDetail[] {
  switch (field.type) {
    case 'number':
    case 'integer':
      return checkNumber(field, value, loc)
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrongType(loc, 'bool_type', 'boolean', value)
    case 'array':
      return checkList(field, value, loc)
    case 'object':
      return isRecord(value) ? checkBody(field.of, value, loc) : wrongType(loc, 'model_type', 'object', value)
    case 'url':
      return typeof value === 'string' ? [] : wrongType(loc, 'string_type', 'string', value)
    case 'string': {
      const values = field.enum
      if (values === undefined) {
        return typeof value === 'string' ? [] : wrongType(loc, 'string_type', 'string', value)
      }
      if (typeof value === 'string' && values.includes(value)) return []
      const expected = quoted(values)
      return [
        detail(loc, 'literal_error', `Input should be ${expected}`, { ctx: { expected }, input: value }),
      ]
    }
  }
}

/** Every complaint about a body, field by field. `null` stands for "not given", as fal's examples show it. */
export function checkBody(schema: Schema, body: Body, loc: Loc = ['body']): ErrorDetail[] {
  return Object.entries(schema).flatMap(([name, field]) => {
    const value = body[name]
    const here = [...loc, name]
    if (value !== undefined && value !== null) return checkField(field, value, here)
    return field.required ? [detail(here, 'missing', 'Field required', { input: body })] : []
  })
}

/** Keys a schema does not list. They are tolerated. */
export const unknownKeys = (schema: Schema, body: Body): string[] =>
  Object.keys(body).filter((key) => !Object.hasOwn(schema, key))

/** The body with the schema's defaults in the place of what was left out. */
export function withDefaults(schema: Schema, body: Body): Body {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  const defaults = Object.entries(schema).flatMap(([name, field]) =>
    'default' in field && field.default !== undefined ? [[name, field.default] as const] : [],
  )
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) }
}
