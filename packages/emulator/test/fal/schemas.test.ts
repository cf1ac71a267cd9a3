import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Field, Schema } from '../../src/engine/fields.ts'
import { apps } from '../../src/fal/kinds.ts'

interface Published {
  readonly required: boolean
  readonly type?: string
  readonly $ref?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
  readonly items?: { readonly type?: string; readonly $ref?: string }
}

const {
  endpoints,
  types,
}: {
  endpoints: Record<string, { input: string; output: string }>
  types: Record<string, Record<string, Published>>
} = JSON.parse(readFileSync(new URL('./fixtures/kling-endpoints.json', import.meta.url), 'utf8'))

const given = (facts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))

const sorted = (words: Field['enum']) => words && [...words].sort()

function ofField(field: Field, inList = false): Record<string, unknown> {
  const { required, type, properties, items, format, minimum: min, maximum: max } = field
  if (properties) return given({ required, fields: ofSchema(properties) })
  if (items) return given({ required, items: ofField(items, true) })
  // Of lists of addresses the types say no more than that they hold texts.
  if (format === 'file' || format === 'recording') return given({ required, type: inList ? 'string' : 'url' })
  return given({ required, type, enum: sorted(field.enum), min, max, default: field.default })
}

const ofSchema = (schema: Schema): Record<string, unknown> =>
  Object.fromEntries(Object.entries(schema).map(([name, field]) => [name, ofField(field)]))

function ofPublished(field: Partial<Published>): Record<string, unknown> {
  const required = field.required ? true : undefined
  if (field.$ref !== undefined) return given({ required, fields: ofType(field.$ref) })
  if (field.type === 'array') return given({ required, items: ofPublished(field.items ?? {}) })
  if (field.format === 'url-or-data-uri') return given({ required, type: 'url' })
  const { type, minimum: min, maximum: max } = field
  return given({ required, type, enum: sorted(field.enum), min, max, default: field.default })
}

const ofType = (name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(types[name] ?? {}).map(([field, facts]) => [field, ofPublished(facts)]))

const published = ['fal-ai/kling-video', 'fal-ai/kling-image']

describe('the endpoint table', () => {
  it('has every published id', () => {
    const ids = published.flatMap((app) => [...(apps[app]?.values() ?? [])].map(({ id }) => id))
    expect(ids.sort()).toEqual(Object.keys(endpoints).sort())
    for (const [id, { output }] of Object.entries(endpoints)) {
      expect(output).toBe(id.startsWith('fal-ai/kling-image/') ? 'ImagesOut' : 'VideoOut')
    }
  })

  it.each(Object.keys(endpoints))('takes what %s is published to take', (id) => {
    const [owner, alias, ...path] = id.split('/')
    const endpoint = apps[`${owner}/${alias}`]?.get(path.join('/'))
    const type = ofType(endpoints[id]?.input ?? '')
    expect(ofSchema(endpoint?.input ?? {})).toEqual(type)
  })
})
