/** The part of JSON Schema that the model cards use, and the words of the validator behind the API. */
export interface FieldSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  readonly format?: 'uri'
  readonly enum?: readonly (string | number)[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly items?: FieldSchema
  readonly default?: string | number | boolean
  readonly deprecated?: true
}

export interface ObjectSchema {
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, FieldSchema>>
}

/** One entry of `invalid_fields`. Only `required` was observed; the other types are gojsonschema's words. */
export interface InvalidField {
  readonly type: string
  readonly field: string
  readonly description: string
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const hasType = (value: unknown, wanted: FieldSchema['type']): boolean => {
  const given = typeOf(value)
  return given === wanted || (wanted === 'number' && given === 'integer')
}

const isURI = (value: string): boolean => URL.canParse(value)

function checkString(schema: FieldSchema, field: string, value: unknown): InvalidField | undefined {
  return schema.format === 'uri' && typeof value === 'string' && !isURI(value)
    ? { type: 'format', field, description: "Does not match format 'uri'" }
    : undefined
}

function checkNumber(schema: FieldSchema, field: string, value: unknown): InvalidField | undefined {
  const { minimum, maximum } = schema
  if (typeof value !== 'number') return undefined
  if (minimum !== undefined && value < minimum) {
    return { type: 'number_gte', field, description: `Must be greater than or equal to ${minimum}` }
  }
  return maximum !== undefined && value > maximum
    ? { type: 'number_lte', field, description: `Must be less than or equal to ${maximum}` }
    : undefined
}

function checkItems(schema: FieldSchema, field: string, value: unknown): readonly InvalidField[] {
  const { items, maxItems } = schema
  if (!Array.isArray(value)) return []
  const tooMany =
    maxItems !== undefined && value.length > maxItems
      ? [{ type: 'array_max_items', field, description: `Array must have at most ${maxItems} items` }]
      : []
  return [
    ...tooMany,
    ...(items ? value.flatMap((item, index) => checkField(items, `${field}.${index}`, item)) : []),
  ]
}

/** What is wrong with one value; an empty list where nothing is. */
export function checkField(schema: FieldSchema, field: string, value: unknown): readonly InvalidField[] {
  if (!hasType(value, schema.type)) {
    const description = `Invalid type. Expected: ${schema.type}, given: ${typeOf(value)}`
    return [{ type: 'invalid_type', field, description }]
  }
  if (schema.enum && !schema.enum.some((allowed) => allowed === value)) {
    const allowed = schema.enum.map((item) => JSON.stringify(item)).join(', ')
    return [{ type: 'enum', field, description: `${field} must be one of the following: ${allowed}` }]
  }
  const single = checkString(schema, field, value) ?? checkNumber(schema, field, value)
  return single ? [single] : checkItems(schema, field, value)
}

/** Keys a schema does not list. */
export const unknownKeys = ({ properties }: ObjectSchema, value: object): readonly string[] =>
  Object.keys(value).filter((key) => !Object.hasOwn(properties, key))

/** Required keys and the type of every known key. `field` names the object itself. */
export function checkObject(
  schema: ObjectSchema,
  field: string,
  value: Readonly<Record<string, unknown>>,
): readonly InvalidField[] {
  const missing = schema.required
    .filter((key) => value[key] === undefined)
    .map((key) => ({ type: 'required', field, description: `${key} is required` }))
  const prefix = field === ROOT ? '' : `${field}.`
  const wrong = Object.entries(schema.properties).flatMap(([key, property]) =>
    value[key] === undefined ? [] : checkField(property, prefix + key, value[key]),
  )
  return [...missing, ...wrong]
}

/** How the validator names the body itself. */
export const ROOT = '(root)'
