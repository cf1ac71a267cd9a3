import fal from './schemas/fal.json' with { type: 'json' }
import replicate from './schemas/replicate.json' with { type: 'json' }

/** A field as the two lists of published schemas write it. */
interface Shape {
  readonly type?: string
  readonly $ref?: string
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly items?: Shape
  readonly required?: boolean
}

type Fields = Readonly<Record<string, Shape>>

const falTypes = fal.types as Readonly<Record<string, Fields>>
const falEndpoints = fal.endpoints as Readonly<Record<string, string>>

interface Model {
  readonly required?: readonly string[]
  readonly properties: Fields
}

const models = replicate.models as unknown as Readonly<Record<string, Model>>

const typeTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

function faultsIn(path: string, value: unknown, shape: Shape): readonly string[] {
  if (shape.$ref !== undefined) return faultsOfFields(path, value, falTypes[shape.$ref] ?? {})
  if (shape.type !== undefined && typeTests[shape.type]?.(value) === false)
    return [`${path} is no ${shape.type}`]
  const { enum: values, minimum = -Infinity, maximum = Infinity, maxItems = Infinity, items, format } = shape
  const isWord = typeof value === 'string'
  return [
    ...(values && !values.includes(value) ? [`${path} is none of the values listed`] : []),
    ...(typeof value === 'number' && (value < minimum || value > maximum) ? [`${path} is out of range`] : []),
    ...(Array.isArray(value) && value.length > maxItems ? [`${path} has more than ${maxItems} items`] : []),
    ...(format !== undefined && isWord && !URL.canParse(value) ? [`${path} is no address`] : []),
    ...(items && Array.isArray(value) ? value.flatMap((item) => faultsIn(`${path}[]`, item, items)) : []),
  ]
}

function faultsOfFields(path: string, value: unknown, fields: Fields): readonly string[] {
  if (!typeTests.object?.(value)) return [`${path || 'the body'} is no object`]
  const body = value as Readonly<Record<string, unknown>>
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const missing = Object.entries(fields).flatMap(([name, { required }]) =>
    required === true && body[name] === undefined ? [`${at(name)} is missing`] : [],
  )
  const wrong = Object.entries(body).flatMap(([name, one]) => {
    const shape = fields[name]
    return shape ? faultsIn(at(name), one, shape) : [`${at(name)} is not listed`]
  })
  return [...missing, ...wrong]
}

/** What a provider's published schema has against a body; `undefined` where none is published for its path. */
export function publishedFaults(
  provider: string,
  { path, json }: { readonly path: string; readonly json?: unknown },
): { readonly name: string; readonly faults: readonly string[] } | undefined {
  if (provider === 'fal') {
    const name = path.slice(1)
    const type = falEndpoints[name]
    return type === undefined ? undefined : { name, faults: faultsOfFields('', json, falTypes[type] ?? {}) }
  }
  const [, name = ''] = /^\/models\/(.+)\/predictions$/.exec(path) ?? []
  const model = provider === 'replicate' ? models[name] : undefined
  if (!model) return undefined
  const required = new Set(model.required)
  const fields = Object.entries(model.properties).map(([field, shape]): [string, Shape] => [
    field,
    { ...shape, required: required.has(field) },
  ])
  const { input } = (json ?? {}) as { readonly input?: unknown }
  return { name, faults: faultsOfFields('', input, Object.fromEntries(fields)) }
}

/** Where the schemas were published. */
export const publishedSources: readonly string[] = [fal.source, replicate.source]
