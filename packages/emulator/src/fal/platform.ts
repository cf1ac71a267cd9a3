export const DAY_MS = 86_400_000

/** Most ids that one question names. */
export const MAX_IDS = 50

const types: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'authorization_error',
  403: 'authorization_error',
  404: 'not_found',
  405: 'validation_error',
}

/** The platform API's own envelope; its words are not recorded, but for "Access denied". */
export const platformError = (status: number, message: string): Response =>
  Response.json({ error: { type: types[status], message } }, { status })

export const uuid: RegExp = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** What is wrong with a question's parameters, if one of them is not documented. */
export function strangerIn(params: URLSearchParams, known: readonly string[]): string | undefined {
  const stranger = [...params.keys()].find((name) => !known.includes(name))
  return stranger === undefined ? undefined : `${stranger}: unknown parameter`
}

/** The ids under a name, repeated or separated by commas; a text says what is wrong with them. */
export function idsIn(params: URLSearchParams, name: string): readonly string[] | string {
  const ids = params.getAll(name).flatMap((value) => value.split(','))
  return ids.length > MAX_IDS || ids.includes('') ? `${name} takes 1 to ${MAX_IDS} ids` : ids
}

/** `start` and `end`, milliseconds since the epoch; a text says what is wrong with them. */
export function timesIn(params: URLSearchParams): readonly (number | undefined)[] | string {
  const times = ['start', 'end'].map((name) => {
    const value = params.get(name)
    return value === null ? undefined : isoTime.test(value) ? Date.parse(value) : Number.NaN
  })
  return times.some((time) => Number.isNaN(time)) ? 'start and end are ISO 8601 or YYYY-MM-DD' : times
}

function decoded(cursor: string): string {
  try {
    return atob(cursor)
  } catch {
    return ''
  }
}

/** The page that a cursor stands for, from 0; a text says what is wrong with it. */
export function pageOf(params: URLSearchParams): number | string {
  const cursor = params.get('cursor')
  const page = cursor === null ? '0' : /^page:(\d+)$/.exec(decoded(cursor))?.[1]
  return page === undefined ? 'cursor is unknown' : Number(page)
}

/** The end of a page's answer. */
export const following = (
  has_more: boolean,
  page: number,
): { readonly next_cursor: string | null; readonly has_more: boolean } => ({
  next_cursor: has_more ? btoa(`page:${page + 1}`) : null,
  has_more,
})
