import { isolatesRequests } from '../../provider/runtime.ts'
import type { Journal, Reservation, ReserveAsked, Reserved } from './journal.ts'
import { type Found, isOpenOrder, isReadable, namesOf, taskNamesOf } from './order.ts'
import {
  anothersTask,
  assertRetention,
  damagedReservation,
  readable,
  readOrder,
  readReserved,
} from './read-order.ts'

/** Where the rows of a small journal are kept. */
export interface Keep {
  /** Every row, as it was put. */
  load(): Promise<Iterable<readonly [kind: 'orders' | 'reservations', id: string, row: unknown]>>
  put(kind: 'orders' | 'reservations', id: string, row: object): Promise<void>
  drop(kind: 'orders' | 'reservations', id: string): Promise<void>
}

interface Rows {
  readonly orders: Map<string, Found>
  /** Keys of orders by their names. */
  readonly names: Map<string, Set<string>>
  readonly reservations: Map<string, Reserved>
  /** Ids of reservations that cannot be read: no budget can be trusted beside one. */
  readonly damaged: Set<string>
}

/** Puts an order in its place, or takes it away, and its names with it. */
function putOrder({ orders, names }: Rows, key: string, order: Found | undefined): void {
  const before = orders.get(key)
  for (const name of before && isReadable(before) ? namesOf(before) : []) {
    const keys = names.get(name)
    keys?.delete(key)
    if (keys?.size === 0) names.delete(name)
  }
  if (!order) return void orders.delete(key)
  orders.set(key, order)
  for (const name of isReadable(order) ? namesOf(order) : []) {
    names.set(name, (names.get(name) ?? new Set()).add(key))
  }
}

async function load(keep: Keep): Promise<Rows> {
  const rows: Rows = { orders: new Map(), names: new Map(), reservations: new Map(), damaged: new Set() }
  for (const [kind, id, row] of await keep.load()) {
    const reserved = kind === 'orders' ? undefined : readReserved(row)
    if (kind === 'orders') putOrder(rows, id, readOrder(id, row))
    else if (reserved) rows.reservations.set(id, reserved)
    else rows.damaged.add(id)
  }
  return rows
}

const beganAt = (found: Found): number => (isReadable(found) ? found.began : 0)

const oldestFirst = (rows: Iterable<Found>): readonly Found[] =>
  [...rows].sort((a, b) => beganAt(a) - beganAt(b))

/** The newest time that was written. */
function newest({ orders, reservations }: Rows): number {
  let at = 0
  for (const found of orders.values()) if (isReadable(found)) at = Math.max(at, found.at)
  for (const reserved of reservations.values()) at = Math.max(at, reserved.at)
  return at
}

function room(
  rows: readonly Reserved[],
  { amount, limit, windowMs }: ReserveAsked,
  now: number,
): Exclude<Reservation, { readonly state: 'reserved' }> | undefined {
  const counted = rows.filter(({ at }) => at >= now - windowMs).sort((a, b) => a.at - b.at)
  const used = counted.reduce((sum, one) => sum + one.amount, 0)
  if (used + amount <= limit) return undefined
  if (amount > limit || windowMs === Number.POSITIVE_INFINITY) return { state: 'exceeded', used, now }
  let left = used
  for (const one of counted) {
    left -= one.amount
    if (left + amount <= limit) return { state: 'exceeded', used, now, fitsAt: one.at + windowMs + 1 }
  }
  return { state: 'exceeded', used, now }
}

/** A journal that holds all of its rows in memory, and puts each change where they are kept. One process at a time. */
export function keptJournal(keep: Keep): Journal & { readonly writers: 'one' } {
  let loaded: Promise<Rows> | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let latest: number | undefined

  function rowsNow(): Promise<Rows> {
    // There, none may wait for what another request began; one writer at a time is the caller's to see to.
    if (isolatesRequests()) return load(keep)
    loaded ??= load(keep).catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  /** One after the other: nothing here is atomic by itself. */
  function inTurn<Result>(run: (rows: Rows) => Promise<Result>): Promise<Result> {
    if (isolatesRequests()) return rowsNow().then(run)
    const mine = turn.then(rowsNow).then(run)
    turn = mine.catch(() => undefined)
    return mine
  }

  function nowOf(rows: Rows, at: number): number {
    // A clock that does not know the time must not open every window.
    latest = Math.max(Number.isFinite(at) ? at : 0, latest ?? newest(rows))
    return latest
  }

  const allOf = async (is: (found: Found) => boolean): Promise<readonly Found[]> =>
    oldestFirst([...(await rowsNow()).orders.values()].filter(is))

  async function putReserved({ reservations }: Rows, reserved: Reserved): Promise<void> {
    await keep.put('reservations', reserved.id, reserved)
    reservations.set(reserved.id, reserved)
  }

  return {
    writers: 'one',
    order: async (key) => (await rowsNow()).orders.get(key),
    async named(name) {
      const { orders, names } = await rowsNow()
      return oldestFirst([...(names.get(name) ?? [])].flatMap((key) => orders.get(key) ?? []))
    },
    change: (key, at, transition) =>
      inTurn(async (rows) => {
        const now = nowOf(rows, at)
        const { order, result } = transition(readable(rows.orders.get(key)), now)
        if (!order) return result
        const taken = taskNamesOf(order).find((name) =>
          [...(rows.names.get(name) ?? [])].some((one) => one !== key),
        )
        if (taken !== undefined) throw anothersTask(key, taken)
        await keep.put('orders', key, order)
        putOrder(rows, key, order)
        return result
      }),
    async *open() {
      yield* await allOf((found) => !isReadable(found) || isOpenOrder(found))
    },
    async *orders() {
      yield* await allOf(() => true)
    },
    prune: (olderThanMs, at) =>
      inTurn(async (rows) => {
        assertRetention(olderThanMs)
        const before = nowOf(rows, at) - olderThanMs
        const closed = [...rows.orders.values()].filter(
          (found) => isReadable(found) && !isOpenOrder(found) && found.at < before,
        )
        for (const { key } of closed) {
          await keep.drop('orders', key)
          putOrder(rows, key, undefined)
        }
        return closed.length
      }),
    reserve: (asked) =>
      inTurn(async (rows) => {
        const { id, budget, key, amount, release = [] } = asked
        for (const unread of rows.damaged) throw damagedReservation(unread)
        const now = nowOf(rows, asked.at)
        const all = [...rows.reservations.values()]
        const others = all.filter((one) => one.budget === budget && !release.includes(one.id))
        const exceeded = room(others, asked, now)
        if (exceeded) return exceeded
        for (const one of all) {
          if (release.includes(one.id)) await putReserved(rows, { ...one, amount: 0, spent: true })
        }
        const reserved: Reserved = { id, budget, key, amount, at: now, spent: false }
        await putReserved(rows, reserved)
        return { state: 'reserved', reserved }
      }),
    amend: (id, { spent, amount = spent, task }) =>
      inTurn(async (rows) => {
        const known = rows.reservations.get(id)
        if (!known) return false
        const counts = amount === undefined ? {} : { amount, spent: known.spent || spent !== undefined }
        await putReserved(rows, { ...known, ...counts, ...(task !== undefined && { task }) })
        return true
      }),
    async *reserved() {
      yield* [...(await rowsNow()).reservations.values()]
    },
    async reservations(budget, of) {
      const all = [...(await rowsNow()).reservations.values()].filter((one) => one.budget === budget)
      const own = all.filter((one) => ('task' in of ? one.task === of.task : one.key === of.key))
      return own.sort((a, b) => a.at - b.at)
    },
  }
}
