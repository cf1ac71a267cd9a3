import * as z from 'zod/mini'
import { ReelayError } from '../model/error.ts'
import { printable } from '../model/text.ts'

/**
 * A field of an adapter's schema that reads as absent where it cannot be read, and never fails the reply.
 *
 * @example
 * ```ts
 * import { maybe, type WireField } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const status: WireField<string> = maybe(z.string())
 * ```
 */
export type WireField<Value> = z.ZodMiniOptional<z.ZodMiniTransform<Value | undefined, unknown>>

// One transform for all of them. `z.catch` says the same, but names zod's whole `util` (8 kB of a bundle), and unions and
// pipes are 1 kB each (2026-11-27).
function wireField<Value>(read: (value: unknown) => Value | undefined): WireField<Value> {
  return z.optional(z.transform(read))
}

/**
 * For an adapter's schemas of replies: a field that may be null, absent or of the wrong type, and then reads as absent.
 * A field we cannot use must not cost us a paid task.
 *
 * @example
 * ```ts
 * import { maybe, wireReader } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readTask = wireReader(z.object({ id: z.string(), status: maybe(z.string()) }))
 * readTask({ id: 't-1', status: 7 }) // { id: 't-1', status: undefined }
 * ```
 */
export function maybe<Schema extends z.core.$ZodType>(schema: Schema): WireField<z.core.output<Schema>> {
  return wireField(wireReader(schema))
}

/**
 * A field that comes in two shapes; it reads as the first that fits, and as absent where none does.
 *
 * @example
 * ```ts
 * import { wireEither, wireReader } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readClip = wireReader(z.object({ video: wireEither(z.string(), z.object({ url: z.string() })) }))
 * readClip({ video: { url: 'https://cdn.example/1.mp4' } })
 * ```
 */
export function wireEither<First extends z.core.$ZodType, Second extends z.core.$ZodType>(
  first: First,
  second: Second,
): WireField<z.core.output<First> | z.core.output<Second>> {
  const [readFirst, readSecond] = [wireReader(first), wireReader(second)]
  return wireField<z.core.output<First> | z.core.output<Second>>(
    (value) => readFirst(value) ?? readSecond(value),
  )
}

/**
 * A text or a number, whichever a reply sends; of any other type it reads as absent.
 *
 * @example
 * ```ts
 * import { wireReader, wireScalar } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readCharge = wireReader(z.object({ points: wireScalar }))
 * readCharge({ points: '0.35' }) // { points: '0.35' }
 * ```
 */
export const wireScalar: WireField<string | number> = /* @__PURE__ */ wireField((value) =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined,
)

/**
 * An id as text, however a reply spells it. A number is one only where it is exact: above 2^53 - 1 it was rounded by whoever
 * parsed it, and a rounded id is somebody else's. Replies bring such numbers as text, digit by digit.
 *
 * @example
 * ```ts
 * import { idText } from '@reelay/core/adapter'
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
 * import { wireId, wireReader } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readTask = wireReader(z.object({ task_id: wireId }))
 * readTask({ task_id: 12345 }) // { task_id: '12345' }
 * ```
 */
export const wireId: WireField<string> = /* @__PURE__ */ wireField(idText)

/**
 * A number in an adapter's schema, as JSON spells it: `1e999` reads as `Infinity` and not as absent, so that whoever uses
 * it can say that it cannot be. `z.number()` takes finite ones only.
 *
 * @example
 * ```ts
 * import { wireNumber, wireReader } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readCharge = wireReader(z.object({ points: wireNumber }))
 * readCharge(JSON.parse('{"points":1e999}')) // { points: Infinity }
 * ```
 */
export const wireNumber: z.ZodMiniType<number> = z.custom<number>((value) => typeof value === 'number')

/**
 * Makes a function that reads what a schema describes; it answers `undefined` for anything else and never throws.
 *
 * @example
 * ```ts
 * import { maybe, wireReader } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const readBalance = wireReader(z.object({ points: maybe(z.number()) }))
 * readBalance('<html>') // undefined
 * ```
 */
export function wireReader<Schema extends z.core.$ZodType>(
  schema: Schema,
): (value: unknown) => z.core.output<Schema> | undefined {
  return (value) => {
    // Not `safeParse`: it makes an error with its stack of every field that is null, and nobody reads it.
    const result = schema._zod.run({ value, issues: [] }, { async: false })
    if (result instanceof Promise || result.issues.length > 0) return undefined
    return result.value as z.core.output<Schema>
  }
}

/**
 * A request's fields without those that are `undefined`: absent and `undefined` differ to whoever compares bodies.
 *
 * @example
 * ```ts
 * import { present } from '@reelay/core/adapter'
 * present({ prompt: 'A paper boat', seed: undefined }) // { prompt: 'A paper boat' }
 * ```
 */
export function present(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

// The longest seen has 90 characters (a UUID and a model's name); what a server takes in an address ends at some 2,000.
const longestId = 512

/** What is wrong with an id that came from outside, as a clause; `undefined` for one that can be told apart and kept. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'is empty'
  if (id.length > longestId) return `has ${id.length} characters`
  if (/\p{Cs}/u.test(id)) return 'holds half a surrogate pair'
  return /\p{Cc}/u.test(id) ? 'holds a control character' : undefined
}

/** An id for a message: as it can be shown, and no longer than a line. */
export function shownId(id: string): string {
  return `"${printable(id.slice(0, 80))}${id.length > 80 ? '…' : ''}"`
}

/**
 * An id as one part of a path. Dots alone would be steps to another path, also when they are encoded (URL standard,
 * "double-dot URL path segment"), and an encoded slash is one to many a proxy; no provider has such ids.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, for an id that would not stay what it is.
 *
 * @example
 * ```ts
 * import { type TaskHandle } from '@reelay/core'
 * import { type HttpRequest, pathPart } from '@reelay/core/adapter'
 * const query = ({ id }: TaskHandle): HttpRequest => ({ method: 'GET', path: `/v1/tasks/${pathPart(id)}` })
 * ```
 */
export function pathPart(id: string): string {
  const fault = idFault(id) ?? (/^\.{1,2}$|[/\\]/.test(id) ? 'reads as a path of its own' : undefined)
  if (fault === undefined) return encodeURIComponent(id)
  const message = `The id ${shownId(id)} ${fault}, so no address can carry it. Nothing was asked; look for it in the provider's console.`
  throw new ReelayError('ERR_INVALID_REQUEST', message, { outcome: 'none' })
}
