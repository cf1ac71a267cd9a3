import * as v from 'valibot'

/**
 * For an adapter's schemas of replies: a field that may be null, absent or of the wrong type, and then reads as absent.
 * A field we cannot use must not cost us a paid task.
 *
 * @example
 * ```ts
 * import { maybe, wireReader } from '@reelay/core'
 * import * as v from 'valibot'
 * const readTask = wireReader(v.object({ id: v.string(), status: maybe(v.string()) }))
 * readTask({ id: 't-1', status: 7 }) // { id: 't-1', status: undefined }
 * ```
 */
export function maybe<Value>(schema: v.GenericSchema<Value>): v.GenericSchema<Value | undefined> {
  // null is a wrong type too.
  return v.fallback(v.optional(schema), undefined)
}

/**
 * An id as text, however a reply spells it. A JSON number is one only where it is exact: above 2^53 - 1 it arrives rounded,
 * and a rounded id is somebody else's.
 *
 * @example
 * ```ts
 * import { idText } from '@reelay/core'
 * idText(12345) // '12345'
 * idText(826932620670750021) // undefined
 * ```
 */
export function idText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * The same as a field of an adapter's schema; absent, or of any other type, it reads as absent.
 *
 * @example
 * ```ts
 * import { wireId, wireReader } from '@reelay/core'
 * import * as v from 'valibot'
 * const readTask = wireReader(v.object({ task_id: wireId }))
 * readTask({ task_id: 12345 }) // { task_id: '12345' }
 * ```
 */
export const wireId: v.GenericSchema<string | undefined> = v.optional(
  v.pipe(v.unknown(), v.transform(idText)),
) as v.GenericSchema<unknown, string | undefined> as v.GenericSchema<string | undefined>

/**
 * Makes a function that reads what a schema describes; it answers `undefined` for anything else and never throws.
 *
 * @example
 * ```ts
 * import { maybe, wireReader } from '@reelay/core'
 * import * as v from 'valibot'
 * const readBalance = wireReader(v.object({ points: maybe(v.number()) }))
 * readBalance('<html>') // undefined
 * ```
 */
export function wireReader<Value>(schema: v.GenericSchema<Value>): (value: unknown) => Value | undefined {
  return (value) => {
    const result = v.safeParse(schema, value)
    return result.success ? result.output : undefined
  }
}

/**
 * A request's fields without those that are `undefined`: absent and `undefined` differ to whoever compares bodies.
 *
 * @example
 * ```ts
 * import { present } from '@reelay/core'
 * present({ prompt: 'A paper boat', seed: undefined }) // { prompt: 'A paper boat' }
 * ```
 */
export function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
