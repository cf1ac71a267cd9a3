import type { Reservation, ReserveAsked, Reserved } from '@reelay/core/adapter'
import type { Dialect } from '../driver.ts'
import { type Script, sql } from '../script.ts'
import { toColumn } from '../text.ts'
import { change, insert, lockOf, reservation } from './reservations.ts'
import { reachedAt, usedSince } from './sums.ts'

type Exceeded = Extract<Reservation, { readonly state: 'exceeded' }>

/** What stands against a reservation, or nothing. */
function* against(
  { budget, amount, limit, windowMs }: ReserveAsked,
  now: number,
): Script<Exceeded | undefined> {
  const since = now - windowMs
  const used = yield* usedSince(toColumn(budget), since)
  if (used + amount <= limit) return undefined
  const exceeded = { state: 'exceeded', used, now } as const
  if (amount > limit || windowMs === Number.POSITIVE_INFINITY) return exceeded
  const last = yield* reachedAt(toColumn(budget), since, used + amount - limit)
  // What was set aside exactly a window ago still counts.
  return last === undefined ? exceeded : { ...exceeded, fitsAt: last + windowMs + 1 }
}

function* known(ids: readonly string[]): Script<readonly Reserved[]> {
  const found: Reserved[] = []
  for (const id of ids) {
    const one = yield* reservation(id)
    if (one) found.push(one)
  }
  return found
}

/** Sets money aside if it fits; what it follows is given back in the same step, or not at all. */
export function* reserve(dialect: Dialect, asked: ReserveAsked): Script<Reservation> {
  const { id, budget, key, amount, release = [] } = asked
  const budgets = [budget, ...(yield* known(release)).map((one) => one.budget)]
  // Always in the same order, so that no two wait for each other.
  for (const one of [...new Set(budgets)].sort()) yield* dialect.lock(lockOf(one))
  const now = yield* dialect.now(asked.at)
  const before = yield* reservation(id)
  // Said before, and the answer was lost on the way.
  if (before) return { state: 'reserved', reserved: before }
  if (release.length > 0) yield* sql('SAVEPOINT reelay_release')
  for (const one of yield* known(release)) yield* change(one, { spent: 0 })
  const exceeded = yield* against(asked, now)
  if (exceeded) {
    if (release.length > 0) yield* sql('ROLLBACK TO SAVEPOINT reelay_release')
    return exceeded
  }
  const reserved: Reserved = { id, budget, key, amount, at: now, spent: false }
  yield* insert(reserved)
  yield* dialect.wrote(now)
  return { state: 'reserved', reserved }
}
