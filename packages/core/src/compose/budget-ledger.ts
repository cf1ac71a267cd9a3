import type { MicroUsd } from '../model/money.ts'
import type { JournalEntry } from './journal.ts'

/** Money set aside for one task. */
export interface Reserved {
  readonly id: string
  /** Micro-USD that count: what was set aside, or what was really spent. */
  readonly amount: MicroUsd
  /** Milliseconds since the epoch at which it was set aside. */
  readonly at: number
  /** Whether the real cost is known. */
  readonly spent: boolean
}

/**
 * A name for a reservation that the handle of its task leads back to, by the idempotency key in it. One key may buy
 * twice, with another request for instance; `nonce` keeps these apart, or the second would overwrite the first.
 */
export function reservationId(key: string, nonce: string): string {
  return JSON.stringify([key, nonce])
}

/** Whether a reservation was made for a purchase under this key. */
export function isFor(key: string, id: string): boolean {
  return id.startsWith(`${JSON.stringify([key]).slice(0, -1)},`)
}

/** Every reservation against one budget, oldest first. */
export async function readLedger(
  entries: AsyncIterable<JournalEntry>,
  budget: string,
): Promise<readonly Reserved[]> {
  const rows = new Map<string, Reserved>()
  for await (const entry of entries) {
    if ((entry.type !== 'reserved' && entry.type !== 'spent') || entry.budget !== budget) continue
    const { id, amount } = entry
    if (entry.type === 'reserved') rows.set(id, { id, amount, at: entry.at, spent: false })
    const row = rows.get(id)
    if (entry.type === 'spent' && row) rows.set(id, { ...row, amount, spent: true })
  }
  return [...rows.values()].sort((a, b) => a.at - b.at)
}

// The last moment a Date can name (ECMA-262, section 21.4.1.1).
const endOfTime = 8.64e15

/**
 * The first moment at which `asked` fits, if nothing else is bought until then: reservations leave the window in the
 * order in which they entered it. `undefined` when it never will.
 */
export function fitsAt(
  rows: readonly Reserved[],
  { asked, limit, windowMs, now }: { asked: MicroUsd; limit: MicroUsd; windowMs: number; now: number },
): number | undefined {
  if (asked > limit) return undefined
  const counted = rows.filter(({ at }) => at >= now - windowMs)
  let used = counted.reduce((sum, { amount }) => sum + amount, 0)
  let moment = now
  for (const { at, amount } of counted) {
    if (used + asked <= limit) break
    used -= amount
    moment = at + windowMs + 1
  }
  return moment > endOfTime ? undefined : moment
}

/**
 * The reservation of a task that another process, or this one before a restart, has bought: the only one under the
 * task's key that was made before the task and not given back. Where there are several, nobody can say which is whose,
 * and all of them go on counting.
 */
export function reservationOf(
  rows: readonly Reserved[],
  { idempotencyKey, submittedAt }: { idempotencyKey: string; submittedAt: number },
): Reserved | undefined {
  const candidates = rows.filter(
    ({ id, at, amount, spent }) => isFor(idempotencyKey, id) && at <= submittedAt && !(spent && amount === 0),
  )
  return candidates.length === 1 ? candidates[0] : undefined
}
