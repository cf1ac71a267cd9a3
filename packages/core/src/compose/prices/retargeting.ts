import type { Warning } from '../../model/problem.ts'
import type { EncodedRequest } from '../../provider/http/message.ts'

/**
 * What becomes of one field of a request at a provider. `same`: sent under its own name, as it is. `renamed`: under another
 * name. `converted`: as something else. `lost`: not sent.
 *
 * @example
 * ```ts
 * import type { FieldRetarget } from '@reelay/core'
 * function line(field: FieldRetarget): string {
 *   if (field.how === 'lost') return `${field.field} is lost: ${field.why}`
 *   if (field.how === 'converted') return `${field.field}: ${field.from} becomes ${field.to} (${field.at})`
 *   return field.how === 'renamed' ? `${field.field} is called ${field.at}` : `${field.field} stays`
 * }
 * ```
 */
export type FieldRetarget = {
  /** Its path in the request: `duration`, `providerOptions.fal.elements`. */
  readonly field: string
} & (
  | {
      readonly how: 'same' | 'renamed'
      /** Its place in the create call: `path`, or `body.input.duration`, `query.…`, `headers.…`. */
      readonly at: string
    }
  | {
      readonly how: 'converted'
      readonly at: string
      /** Of a picture in bytes only how many they are. */
      readonly from: unknown
      /** What stands there. Where the field has no place of its own it is part of this: a mode that is said by the model's name. */
      readonly to: unknown
      /** Why it had to change, where the request cannot be served as it is. */
      readonly why?: string
    }
  | {
      readonly how: 'lost'
      readonly why: string
      /** The provider's own word that it ignores it, as the task will carry it. */
      readonly warning?: Warning
    }
)

/**
 * What becomes of a request at one provider, field by field.
 *
 * @example
 * ```ts
 * import type { Retargeting } from '@reelay/core'
 * const lostAt = ({ fields }: Retargeting): readonly string[] =>
 *   fields.filter(({ how }) => how === 'lost').map(({ field }) => field)
 * ```
 */
export interface Retargeting {
  readonly provider: string
  readonly account: string
  /** What would be sent; absent where it cannot be said. */
  readonly call?: EncodedRequest
  /** Every field of the request; empty where it cannot be said. */
  readonly fields: readonly FieldRetarget[]
  /** Why it cannot be said. */
  readonly cannot?: string
}
