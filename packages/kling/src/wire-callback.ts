import { maybe, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'

// As loose as the replies, see wire.ts.
const text = maybe(z.string())
const scalar = maybe(z.union([z.string(), wireNumber]))

type Scalar = string | number | undefined

/** The fields of a callback in the shape of API 2.0 that we read. */
export interface WireCallback {
  /** Has V1 only. */
  readonly task_id?: Scalar
  readonly id?: Scalar
  readonly status?: string | undefined
  readonly message?: string | undefined
  /** Milliseconds since the epoch. */
  readonly create_time?: Scalar
  /** Milliseconds since the epoch. */
  readonly update_time?: Scalar
  readonly external_id?: Scalar
  readonly outputs?: readonly ({ readonly type?: string | undefined } | undefined)[] | undefined
  /** What was paid: units or money, decimal strings; never to be read without its type. */
  readonly billing?:
    | readonly ({ readonly charge_type?: string | undefined; readonly amount?: Scalar } | undefined)[]
    | undefined
}

const callback = z.object({
  task_id: scalar,
  id: scalar,
  status: text,
  message: text,
  create_time: scalar,
  update_time: scalar,
  external_id: scalar,
  // Loose, since the fields of a clip are those of V1 and read there.
  outputs: maybe(z.array(maybe(z.looseObject({ type: text })))),
  billing: maybe(z.array(maybe(z.object({ charge_type: text, amount: scalar })))),
})

/** A callback in the shape of API 2.0; `undefined` when the value is not an object. */
export const readCallback: (value: unknown) => WireCallback | undefined = wireReader(callback)
