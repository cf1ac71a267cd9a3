import { isMedia, openMedia } from '../../model/media.ts'
import type { EncodedRequest } from '../../provider/http/message.ts'

/** A place in a create call, and what stands there. */
export interface CallPlace {
  /** `path`, or the keys that lead to it: `body.input.duration`, `query.…`, `headers.…`. */
  readonly at: string
  readonly value: unknown
}

type Plain = Readonly<Record<string, unknown>>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Whether two JSON values say the same. */
export const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (!isPlain(one) || !isPlain(other)) {
    if (!Array.isArray(one) || !Array.isArray(other)) return false
    return one.length === other.length && one.every((item, at) => isSame(item, other[at]))
  }
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(one[key], other[key]))
}

/** A call as one tree of named values. */
const treeOf = ({ path, query = {}, headers = {}, json = {}, steps = {} }: EncodedRequest): Plain => ({
  path,
  query,
  headers,
  body: json,
  ...Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, treeOf(step)])),
})

function walk(one: unknown, other: unknown, at: string): readonly CallPlace[] {
  if (isSame(one, other)) return []
  if (!isPlain(one) || !isPlain(other)) return [{ at, value: one }]
  return Object.keys(one).flatMap((key) => walk(one[key], other[key], at === '' ? key : `${at}.${key}`))
}

/** Where a call says something else than another one, or something that the other does not say. */
export const changedPlaces = (one: EncodedRequest, other: EncodedRequest): readonly CallPlace[] =>
  walk(treeOf(one), treeOf(other), '').filter(({ value }) => value !== undefined)

function leaves(value: unknown, at: string): readonly CallPlace[] {
  if (isPlain(value)) {
    return Object.entries(value).flatMap(([key, one]) => leaves(one, at === '' ? key : `${at}.${key}`))
  }
  return [{ at, value }]
}

/** Every value of a call with its place; lists as a whole. */
export const placesOf = (call: EncodedRequest): readonly CallPlace[] => leaves(treeOf(call), '')

/** What stands at a place; `undefined` where there is none. */
export const valueAt = (call: EncodedRequest, at: string): unknown =>
  at.split('.').reduce<unknown>((value, key) => (isPlain(value) ? value[key] : undefined), treeOf(call))

/** A value as data: of bytes only how many they are. */
export function inWords(value: unknown): unknown {
  if (!isMedia(value) || typeof value === 'string') return value
  const media = openMedia(value)
  if (media.type === 'bytes') return `${media.bytes.byteLength} bytes`
  return media.type === 'blob' ? `${media.blob.size} bytes` : String(value)
}

/** What becomes of one field that is in the request served. */
