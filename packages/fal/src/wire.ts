import * as v from 'valibot'

// Loose on purpose: replies differ in nulls, absent keys and extra ones, and a field we cannot use must not cost us a
// paid task. A field of the wrong type reads as absent.
const maybe = <Value>(schema: v.GenericSchema<Value>): v.GenericSchema<Value | null | undefined> =>
  v.fallback(v.nullish(schema), undefined)

const text = maybe(v.string())

/** One entry of a model error. */
export interface WireDetail {
  readonly loc?: readonly (string | number)[] | null | undefined
  readonly msg?: string | null | undefined
  readonly type?: string | null | undefined
}

/** The fields that we read of any reply of fal's: status, result, error, cancel and upload do not overlap. */
export interface WireBody {
  readonly status?: string | null | undefined
  readonly request_id?: string | null | undefined
  readonly error?: string | null | undefined
  readonly error_type?: string | null | undefined
  readonly type?: string | null | undefined
  readonly detail?: string | readonly (WireDetail | null | undefined)[] | null | undefined
  readonly success?: boolean | null | undefined
  readonly video?:
    | { readonly url?: string | null | undefined; readonly content_type?: string | null | undefined }
    | null
    | undefined
  readonly upload_url?: string | null | undefined
  readonly file_url?: string | null | undefined
}

const detail: v.GenericSchema<WireDetail> = v.object({
  loc: maybe(v.array(v.union([v.string(), v.number()]))),
  msg: text,
  type: text,
})

const body: v.GenericSchema<WireBody> = v.object({
  status: text,
  request_id: text,
  error: text,
  error_type: text,
  type: text,
  detail: maybe(v.union([v.string(), v.array(maybe(detail))])),
  success: maybe(v.boolean()),
  video: maybe(v.object({ url: text, content_type: text })),
  upload_url: text,
  file_url: text,
})

/** A reply's body; empty when it is not an object. */
export function readBody(value: unknown): WireBody {
  const result = v.safeParse(body, value)
  return result.success ? result.output : {}
}
