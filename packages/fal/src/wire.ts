import { maybe, wireId, wireNumber, wireReader } from '@reelay/core'
import * as z from 'zod/mini'

// Loose on purpose: replies differ in nulls, absent keys and extra ones, and a field we cannot use must not cost us a
// paid task. A field of the wrong type reads as absent.
const text = maybe(z.string())

/** One entry of a model error. */
export interface WireDetail {
  readonly loc?: readonly (string | number)[] | undefined
  readonly msg?: string | undefined
  readonly type?: string | undefined
}

/** The fields that we read of any reply of fal's: status, result, error, cancel and upload do not overlap. */
export interface WireBody {
  readonly status?: string | undefined
  readonly request_id?: string | undefined
  readonly error?: string | undefined
  readonly error_type?: string | undefined
  readonly type?: string | undefined
  readonly detail?: string | readonly (WireDetail | undefined)[] | undefined
  readonly success?: boolean | undefined
  readonly video?:
    | { readonly url?: string | undefined; readonly content_type?: string | undefined }
    | undefined
  readonly upload_url?: string | undefined
  readonly file_url?: string | undefined
}

const detail = z.object({
  loc: maybe(z.array(z.union([z.string(), wireNumber]))),
  msg: text,
  type: text,
})

const body = z.object({
  status: text,
  request_id: wireId,
  error: text,
  error_type: text,
  type: text,
  detail: maybe(z.union([z.string(), z.array(maybe(detail))])),
  success: maybe(z.boolean()),
  video: maybe(z.object({ url: text, content_type: text })),
  upload_url: text,
  file_url: text,
})

const read = wireReader(body)

/** A reply's body; empty when it is not an object. */
export const readBody = (value: unknown): WireBody => read(value) ?? {}
