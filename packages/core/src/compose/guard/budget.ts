import type { ClockWatch } from '../../model/clock.ts'
import { type ErrorDetails, ReelayError } from '../../model/error.ts'
import { type TaskHandle, taskKey } from '../../model/handle.ts'
import { type Cost, formatUsd, type MicroUsd } from '../../model/money.ts'
import type { VideoTask } from '../../model/task.ts'
import type { Journal, Reservation, Reserved } from '../journal/journal.ts'
import { type Charge, chargeOf, type StepMoney } from './charge.ts'

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
  /** Most purchases within the window, whatever they cost; as many as the amount allows when absent. */
  readonly clips?: number | undefined
  /** Guards that share a journal and a name share the budget; `default` when absent. */
  readonly name?: string | undefined
}

/** A task that has ended, as far as money is concerned. */
export type EndedPurchase = Pick<VideoTask, 'handle' | 'cost'> & {
  /** It failed, and its provider documents that this is never charged. */
  readonly free?: boolean
}

/** What a purchase sets aside, and how its price is told. */
export interface Asked {
  readonly amount: MicroUsd
  readonly words?: string | undefined
}

/** A budget in use. */
export interface BudgetKeeper {
  /** @throws ReelayError `ERR_BUDGET`, outcome `none`, with the arithmetic; or whatever the journal fails with. */
  reserve(key: string, asked: Asked, failed?: readonly TaskHandle[]): Promise<Reserved>
  /** Whether a task counts already. */
  counts(handle: TaskHandle): Promise<boolean>
  /**
   * Takes the money for a step out of what was set aside, as a reservation of its own that no task will claim.
   *
   * @param name Of the step's request.
   * @throws like {@link reserve}, where somebody else was quicker to take it.
   */
  takeStep(key: string, reserved: Reserved, step: Asked, name: string): Promise<StepMoney>
  /** Gives back what was set aside for a task that surely was not made. */
  release(reserved: Reserved): Promise<void>
  /** Says which task the money was set aside for, and how much of it at most; `undefined`: all of it. */
  bind(handle: TaskHandle, reserved: Reserved, atMost?: MicroUsd): Promise<void>
  /** Replaces what was set aside for tasks that have ended by what they cost, where that is known. */
  settle(ended: readonly EndedPurchase[]): Promise<void>
}

// The last moment a Date can name (ECMA-262, section 21.4.1.1).
const endOfTime = 8.64e15

function duration(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'all time'
  const [amount, unit] =
    ms < 120_000 ? [ms / 1_000, 's'] : ms < 7_200_000 ? [ms / 60_000, 'min'] : [ms / 3_600_000, 'h']
  return `${Number(amount.toFixed(1))} ${unit}`
}

/** Told of a cost that is not as it was quoted; without a charge it cannot be one at all. */
export type TellCharge = (
  handle: TaskHandle,
  cost: Cost,
  reserved: MicroUsd,
  charge: Charge | undefined,
) => void

/** Keeps a budget by a journal; all who share the journal share the budget. */
export function keepBudget(budget: Budget, ...rest: Keeping): BudgetKeeper {
  const { clips, name = 'default', windowMs } = budget
  const money = keepOne(budget, 'money', ...rest)
  if (clips === undefined) return money
  // A reservation of one clip each, so that a journal counts them as surely as it adds up money.
  const counted = keepOne({ name: `${name}: clips`, amount: clips, windowMs }, 'clips', ...rest)
  const together = new Map<string, Reserved>()
  async function both(reserved: Reserved, then: (one: BudgetKeeper, own: Reserved) => Promise<void>) {
    await then(money, reserved)
    const clip = together.get(reserved.id)
    together.delete(reserved.id)
    if (clip) await then(counted, clip)
  }
  return {
    async reserve(key, asked, failed) {
      const reserved = await money.reserve(key, asked, failed)
      try {
        together.set(reserved.id, await counted.reserve(key, { amount: 1 }, failed))
      } catch (error) {
        await money.release(reserved)
        throw error
      }
      return reserved
    },
    async takeStep(key, reserved, step, name) {
      // A step is no clip.
      const clip = together.get(reserved.id)
      const taken = await money.takeStep(key, reserved, step, name)
      if (clip) together.set(taken.rest.id, clip)
      return taken
    },
    counts: (handle) => money.counts(handle),
    release: (reserved) => both(reserved, (one, own) => one.release(own)),
    bind: (handle, reserved, atMost) =>
      both(reserved, (one, own) => one.bind(handle, own, one === money ? atMost : undefined)),
    async settle(ended) {
      await money.settle(ended)
      await counted.settle(ended)
    },
  }
}

type Keeping = readonly [
  journal: Journal,
  watch: Pick<ClockWatch, 'earlier'>,
  who: Pick<ErrorDetails, 'provider' | 'account'>,
  tell: TellCharge,
]

function keepOne(
  { amount: limit, windowMs, name = 'default' }: Budget,
  unit: 'money' | 'clips',
  ...[journal, watch, who, tell]: Keeping
): BudgetKeeper {
  async function exceeded(
    { amount: asked, words = formatUsd(asked) }: Asked,
    { used, now, fitsAt }: Reservation & { readonly state: 'exceeded' },
  ): Promise<ReelayError> {
    const at = fitsAt !== undefined && fitsAt <= endOfTime ? fitsAt : undefined
    const next =
      at === undefined
        ? 'It never fits: raise the budget or ask for less.'
        : `Enough of it is free again at ${new Date(at).toISOString()}, in ${duration(at - now)}.`
    const left = formatUsd(Math.max(0, limit - used))
    const message =
      unit === 'clips'
        ? `Budget "${name.replace(/: clips$/, '')}" has room for ${limit} clips in ${duration(windowMs)}, and ${used} are bought or about to be. Nothing was sent. ${next}`
        : `The task may cost ${words}, but of the ${formatUsd(limit)} that budget "${name}" has for ${duration(windowMs)}, ${formatUsd(used)} are spent or set aside and ${left} are left. Nothing was sent. ${next}`
    const waiting = at === undefined ? {} : { retryable: true, retryAfterMs: at - now }
    return new ReelayError('ERR_BUDGET', message, { ...who, outcome: 'none', ...waiting })
  }

  /**
   * The reservation of a task. One whose purchase ended without anybody here hearing of its task is found by its key, if
   * it is the only one: where there are several, nobody can say which is whose, and all go on counting.
   */
  async function reservationOf(handle: TaskHandle): Promise<Reserved | undefined> {
    const [own] = await journal.reservations(name, { task: taskKey(handle) })
    if (own) return own
    const alike = await journal.reservations(name, { key: handle.idempotencyKey })
    const candidates = alike.filter(
      ({ task, spent, amount }) => task === undefined && !(spent && amount === 0),
    )
    return candidates.length === 1 ? candidates[0] : undefined
  }

  async function settleOne(ended: EndedPurchase): Promise<void> {
    const reserved = await reservationOf(ended.handle)
    // What was told first counts.
    if (!reserved || reserved.spent) return
    const { handle, free } = ended
    // A clip is one, whatever it cost.
    const cost = unit === 'money' ? ended.cost : undefined
    // A provider that does not say what a task took is taken to have kept everything, but what it documents as free.
    const charge = chargeOf(cost, reserved.amount) ?? (free ? { amount: 0, is: 'as-quoted' } : undefined)
    const task = taskKey(handle)
    if (charge || reserved.task === undefined) {
      await journal.amend(reserved.id, { task, ...(charge && { spent: charge.amount }) })
    }
    if (cost?.microUsd !== undefined && charge?.is !== 'as-quoted')
      tell(handle, cost, reserved.amount, charge)
  }

  return {
    async reserve(key, asked, failed = []) {
      const release: string[] = []
      for (const handle of failed) {
        const reserved = await reservationOf(handle)
        if (!reserved) continue
        // Named first: whoever else follows the same failure must not take another buyer's money for its.
        if (reserved.task === undefined) await journal.amend(reserved.id, { task: taskKey(handle) })
        release.push(reserved.id)
      }
      const id = JSON.stringify([name, key, crypto.randomUUID()])
      const { amount } = asked
      const answer = await journal.reserve({
        id,
        budget: name,
        key,
        amount,
        limit,
        windowMs,
        at: watch.earlier(),
        release,
      })
      if (answer.state === 'exceeded') throw await exceeded(asked, answer)
      return answer.reserved
    },
    async takeStep(key, reserved, step, task) {
      const left = Math.max(0, reserved.amount - step.amount)
      await journal.amend(reserved.id, { amount: left })
      const asked = { budget: name, key, amount: step.amount, limit, windowMs, at: watch.earlier() }
      const answer = await journal.reserve({ ...asked, id: JSON.stringify([name, key, crypto.randomUUID()]) })
      if (answer.state === 'exceeded') throw await exceeded(step, answer)
      const { id } = answer.reserved
      await journal.amend(id, { task })
      return {
        own: answer.reserved,
        rest: { ...reserved, amount: left },
        // Without a note of it what was set aside goes on counting.
        spent: async (amount) => void (await journal.amend(id, { spent: amount }).catch(() => false)),
      }
    },
    async counts(handle) {
      const own = await journal.reservations(name, { task: taskKey(handle) }).catch(() => [])
      return own.length > 0
    },
    // Without a note of it the reservation goes on counting: the safe side, and no reason to fail a call.
    release: async ({ id }) => void (await journal.amend(id, { spent: 0 }).catch(() => false)),
    async bind(handle, { id, amount }, atMost = amount) {
      const task = taskKey(handle)
      try {
        const [first] = await journal.reservations(name, { task })
        // The same task once more, under an id that its provider takes once: it counts already.
        const again = first !== undefined && first.id !== id
        await journal.amend(id, again ? { spent: 0 } : { amount: Math.min(amount, atMost), task })
      } catch {
        // It goes on counting in full.
      }
    },
    async settle(ended) {
      for (const one of ended) await settleOne(one).catch(() => undefined)
    },
  }
}
