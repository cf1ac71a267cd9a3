import type { Said } from './sellers.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Box = Record<string, unknown>

/** Draws from a seed. */
export interface Draw {
  readonly chance: (share: number) => boolean
  readonly one: <Value>(values: readonly Value[]) => Value
}

export const drawFrom = (random: () => number): Draw => ({
  chance: (share) => random() < share,
  one: (values) => values[Math.floor(random() * values.length)] as never,
})

const statuses = [
  200, 200, 200, 201, 202, 204, 206, 299, 300, 301, 307, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410,
  413, 415, 418, 421, 422, 425, 426, 428, 429, 429, 431, 451, 499, 500, 501, 502, 503, 504, 520, 524, 529,
  599,
]

const values: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  4_294_967_296,
  '',
  ' ',
  '0',
  'null',
  'abc',
  '-100',
  '../../x',
  'a b',
  '\ud800',
  '\u0000',
  'é'.repeat(300),
  'x'.repeat(5_000),
  [],
  {},
  [[]],
  [null],
  [{}],
  { id: 7 },
  { task_id: 't' },
  'succeed',
  'COMPLETED',
  'failed',
  'starting',
  '2026-13-45T99:99:99Z',
  '9999-12-31T23:59:59Z',
  1e15,
  'https://',
  'javascript:alert(1)',
]
const places = [
  'id',
  'task_id',
  'request_id',
  'data',
  'status',
  'task_status',
  'code',
  'message',
  'detail',
  'error',
  'title',
  'logs',
  '__proto__',
  'constructor',
  'output',
  'video',
]

/** Every object and array in a value, its own first. */
function boxes(value: unknown): Box[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Box, ...Object.values(value).flatMap(boxes)]
}

const put = (box: Box, key: string, value: unknown): void => {
  Object.defineProperty(box, key, { value, enumerable: true, configurable: true, writable: true })
}

/** One change somewhere in a body, in place. */
function change(body: unknown, { one, chance }: Draw): void {
  const all = boxes(body)
  if (all.length === 0) return
  const box = one(all)
  const key = one(Object.keys(box).length > 0 ? Object.keys(box) : ['id'])
  const now = box[key]
  const acts: readonly (() => void)[] = [
    () => delete box[key],
    () => put(box, key, structuredClone(one(values))),
    () =>
      put(
        box,
        key,
        typeof now === 'number' ? String(now) : typeof now === 'string' ? Number(now) || 7 : [now],
      ),
    // Ids in odd places.
    () => put(one(all), one(places), typeof now === 'object' ? structuredClone(one(values)) : now),
    () => put(box, one(places), structuredClone(one(values))),
    // The same twice, as a list.
    () => put(box, key, [structuredClone(now), structuredClone(now)]),
    // One level deeper, or a spelling of it.
    () => put(box, key, { [key]: structuredClone(now) }),
    () => {
      delete box[key]
      put(box, chance(0.5) ? key.toUpperCase() : `${key} `, now)
    },
  ]
  one(acts)()
}

const deep = (): string => `${'['.repeat(3_000)}${']'.repeat(3_000)}`

/** A reply that is like a recorded one but for a few things, each of which may happen on the way or at the provider. */
export function mutate(recorded: Said, other: Said, draw: Draw): Said {
  const { one, chance } = draw
  const body = structuredClone(recorded.body)
  // A refusal around a task, or a task around a refusal.
  if (chance(0.25) && boxes(body)[0]) Object.assign(boxes(body)[0] as Box, structuredClone(other.body))
  for (let left = one([0, 1, 1, 2, 4]); left > 0; left--) change(body, draw)
  const status = chance(0.5) ? one(statuses) : chance(0.2) ? (other.status ?? 200) : (recorded.status ?? 200)
  const headers: Record<string, string> = {}
  if (chance(0.1)) headers['retry-after'] = one(['-1', '1e9', 'soon', 'Wed, 21 Oct 2199 07:28:00 GMT', ''])
  if (chance(0.1)) headers['x-fal-request-id'] = 'r-in-a-header'
  if (chance(0.1)) headers['x-fal-billable-units'] = one(['-5', 'NaN', '1e999', '3'])
  if (chance(0.1))
    headers.date = one(['never', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'])
  if (chance(0.05)) headers['content-type'] = one(['text/html', 'application/problem+json', 'x'])
  const text = JSON.stringify(body)
  const spoiled: readonly unknown[] = [
    '',
    '<html>',
    text.slice(0, -2),
    `\ufeff${text}`,
    'null',
    '[]',
    '"x"',
    deep(),
    `${text}${text}`,
  ]
  // No body at all: Response refuses one here.
  if ([204, 205, 304].includes(status)) return { status: 299, body: '', headers }
  return { status, body: chance(0.08) ? one(spoiled) : body, headers }
}
