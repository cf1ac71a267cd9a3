import { type Clock, timeOf } from '../model/clock.ts'
import { type ErrorDetails, ReelayError } from '../model/error.ts'
import { type TaskHandle, taskKey } from '../model/handle.ts'
import { formatUsd, type MicroUsd } from '../model/money.ts'
import type { VideoTask } from '../model/task.ts'
import { fitsAt, type Reserved, readLedger, reservationId, reservationOf } from './budget-ledger.ts'
import type { Journal } from './journal.ts'

/**
 * What may be spent within a sliding window.
 *
 * @example
 * ```ts
 * import { type Budget, usd } from '@reelay/core'
 * const budget: Budget = { amount: usd(20), windowMs: 24 * 3_600_000, name: 'trailers' }
 * ```
 */
export interface Budget {
  /** Micro-USD, see `usd`. */
  readonly amount: MicroUsd
  /** Milliseconds; what was set aside longer ago does not count any more. `Infinity`: it never comes back. */
  readonly windowMs: number
  /** Guards that share a journal and a name share the budget; `default` when absent. */
  readonly name?: string | undefined
}

/** A task that has ended, as far as money is concerned. */
export type Ended = Pick<VideoTask, 'handle' | 'cost'>

/** What a purchase sets aside, and how its price is told. */
export interface Asked {
  readonly amount: MicroUsd
  readonly words?: string | undefined
}

/** A budget in use. */
export interface BudgetKeeper {
  /** @throws ReelayError `ERR_BUDGET`, outcome `none`, with the arithmetic; or whatever the journal fails with. */
  reserve(key: string, asked: Asked): Promise<Reserved>
  /** Gives back what was set aside for a task that surely was not made. */
  release(reserved: Reserved): Promise<void>
  /** Says which task the money was set aside for. */
  bind(handle: TaskHandle, reserved: Reserved): Promise<void>
  /** The same for a task that was not seen being bought: if it was bought before, that reservation stands for it. */
  adopt(handle: TaskHandle, reserved: Reserved): Promise<void>
  /** Replaces what was set aside for tasks that have ended by what they cost, where that is known. */
  settle(ended: readonly Ended[]): Promise<void>
}

function duration(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'all time'
  const [amount, unit] =
    ms < 120_000 ? [ms / 1_000, 's'] : ms < 7_200_000 ? [ms / 60_000, 'min'] : [ms / 3_600_000, 'h']
  return `${Number(amount.toFixed(1))} ${unit}`
}

/** Keeps a budget by a journal; all who share the journal share the budget. */
export function keepBudget(
  { amount: limit, windowMs, name = 'default' }: Budget,
  journal: Journal,
  clock: Clock,
  who: Pick<ErrorDetails, 'provider' | 'account'>,
): BudgetKeeper {
  // Which reservation is whose, as far as this process has seen; what is older than the window counts no more.
  const bound = new Map<string, Reserved>()

  const ledger = async (): Promise<readonly Reserved[]> => readLedger(journal.entries(), name)

  function forget(): void {
    for (const [task, { at }] of bound) {
      if (at >= clock.now() - windowMs) break
      bound.delete(task)
    }
  }

  async function exceeded(
    { amount: asked, words = formatUsd(asked) }: Asked,
    used: MicroUsd,
  ): Promise<ReelayError> {
    const now = clock.now()
    const at = fitsAt(await ledger(), { asked, limit, windowMs, now })
    const next =
      at === undefined
        ? 'It never fits: raise the budget or ask for less.'
        : `Enough of it is free again at ${new Date(at).toISOString()}, in ${duration(at - now)}.`
    const left = formatUsd(Math.max(0, limit - used))
    const message = `The task may cost ${words}, but of the ${formatUsd(limit)} that budget "${name}" has for ${duration(windowMs)}, ${formatUsd(used)} are spent or set aside and ${left} are left. Nothing was sent. ${next}`
    const waiting = at === undefined ? {} : { retryable: true, retryAfterMs: at - now }
    return new ReelayError('ERR_BUDGET', message, { ...who, outcome: 'none', ...waiting })
  }

  /** Without a note of what was spent the reservation goes on counting: the safe side, and no reason to fail a call. */
  async function spend({ id }: Reserved, amount: MicroUsd): Promise<boolean> {
    try {
      await journal.append({ type: 'spent', id, budget: name, amount, at: timeOf(clock) })
      return true
    } catch {
      return false
    }
  }

  /** The reservation of a task this process has not seen being bought; those of other tasks are out of the question. */
  async function lookUp(
    handles: readonly TaskHandle[],
  ): Promise<(handle: TaskHandle) => Reserved | undefined> {
    if (handles.every((handle) => bound.has(taskKey(handle)))) return () => undefined
    const rows = await ledger().catch(() => [])
    const taken = new Set([...bound.values()].map(({ id }) => id))
    const free = rows.filter(({ id }) => !taken.has(id))
    return (handle) => reservationOf(free, handle)
  }

  async function settleOne(task: Ended, reserved: Reserved): Promise<void> {
    // A provider that does not say what a task took is taken to have kept everything.
    const amount = task.cost?.microUsd ?? reserved.amount
    if (reserved.spent && amount === reserved.amount) return
    if (await spend(reserved, amount)) bound.set(taskKey(task.handle), { ...reserved, amount, spent: true })
  }

  async function bind(handle: TaskHandle, reserved: Reserved): Promise<void> {
    // The same purchase submitted again brings back its one task, which is paid for already.
    if (bound.has(taskKey(handle))) await spend(reserved, 0)
    else bound.set(taskKey(handle), reserved)
  }

  return {
    async reserve(key, asked) {
      const { amount } = asked
      forget()
      const id = reservationId(key, crypto.randomUUID())
      const at = clock.now()
      const entry = { type: 'reserved', id, budget: name, amount, at } as const
      const answer = await journal.reserve(entry, limit, at - windowMs)
      if (answer.state === 'exceeded') throw await exceeded(asked, answer.used)
      return { id, amount, at, spent: false }
    },
    async release(reserved) {
      await spend(reserved, 0)
    },
    bind,
    async adopt(handle, reserved) {
      const before = handle.submittedAt < reserved.at
      const earlier = before ? (await lookUp([handle]))(handle) : undefined
      if (earlier) bound.set(taskKey(handle), earlier)
      await bind(handle, reserved)
    },
    async settle(ended) {
      const found = await lookUp(ended.map(({ handle }) => handle))
      for (const task of ended) {
        const reserved = bound.get(taskKey(task.handle)) ?? found(task.handle)
        if (reserved) await settleOne(task, reserved)
      }
    },
  }
}
