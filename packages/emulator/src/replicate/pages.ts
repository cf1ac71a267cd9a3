import { type Refusal, refusals } from './tables.ts'

const PAGE_SIZE = 100

/** A place between two items: after `offset` items that follow everything at `position` or newer. */
interface Cursor {
  readonly offset: number
  readonly reverse: boolean
  /** Milliseconds since the Unix epoch; undefined is before the first item. */
  readonly position: number | undefined
}

interface Dated {
  readonly createdAt: number
}

/** One page in the manner of Django REST framework's cursor pagination, which the recorded cursors show. */
export interface Page<Item> {
  readonly next: string | null
  readonly previous: string | null
  readonly results: readonly Item[]
}

const positionText = (ms: number): string =>
  new Date(ms).toISOString().replace('T', ' ').replace('Z', '000+00:00')

function encodeCursor({ offset, reverse, position }: Cursor): string {
  const parts = new URLSearchParams()
  if (offset > 0) parts.set('o', String(offset))
  if (reverse) parts.set('r', '1')
  if (position !== undefined) parts.set('p', positionText(position))
  return btoa(parts.toString())
}

function decodeCursor(text: string): Cursor | undefined {
  try {
    const parts = new URLSearchParams(atob(text))
    const offset = Number(parts.get('o') ?? '0')
    const position = parts.get('p')
    const ms = position === null ? undefined : Date.parse(position)
    if (!Number.isInteger(offset) || offset < 0 || Number.isNaN(ms)) return undefined
    return { offset, reverse: parts.get('r') === '1', position: ms }
  } catch {
    return undefined
  }
}

/** Items sorted newest first, so everything at `position` or newer comes before the place. */
const indexOf = (items: readonly Dated[], { position, offset }: Cursor): number =>
  offset + (position === undefined ? 0 : items.filter(({ createdAt }) => createdAt >= position).length)

/** Names a place by an item, not by a count, so that newer items do not move it. */
function cursorAt(items: readonly Dated[], index: number, reverse: boolean): Cursor {
  const following = items[index]?.createdAt
  const anchor = items.slice(0, index).findLastIndex(({ createdAt }) => createdAt !== following)
  return { offset: index - anchor - 1, reverse, position: items[anchor]?.createdAt }
}

/** One page of items sorted newest first. `url` is the address asked, query included. */
export function pageOf<Item extends Dated>(items: readonly Item[], url: URL): Page<Item> | Refusal {
  const sent = url.searchParams.get('cursor')
  const cursor = sent === null ? { offset: 0, reverse: false, position: undefined } : decodeCursor(sent)
  if (!cursor) return { ...refusals.notFound(), problem: { detail: 'Invalid cursor' } }
  const place = Math.min(indexOf(items, cursor), items.length)
  const from = cursor.reverse ? Math.max(0, place - PAGE_SIZE) : place
  const to = cursor.reverse ? place : Math.min(items.length, place + PAGE_SIZE)
  const link = (index: number, reverse: boolean): string => {
    const target = new URL(url)
    target.searchParams.set('cursor', encodeCursor(cursorAt(items, index, reverse)))
    return target.href
  }
  return {
    previous: from > 0 ? link(from, true) : null,
    next: to < items.length ? link(to, false) : null,
    results: items.slice(from, to),
  }
}

/** Reads a time of the query; undefined where it is none. */
export function timeIn(url: URL, name: string): number | undefined | Refusal {
  const sent = url.searchParams.get(name)
  if (sent === null) return undefined
  const ms = /^\d{4}-\d\d-\d\d/.test(sent) ? Date.parse(sent) : Number.NaN
  return Number.isNaN(ms) ? refusals.invalidValue(name, 'Must be an ISO 8601 date-time') : ms
}
