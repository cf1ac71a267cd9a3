import { isVisible, placeFreeAt } from '../engine/task.ts'
import { startTimeout } from './failures.ts'
import { judge } from './judge.ts'
import type { FalAccount } from './options.ts'
import { type FalState, type FalTask, isFailure, statusAt } from './task.ts'

// A body is looked at before anything is rendered, so a refused one ends at once.
const REFUSAL_MS = 500

/**
 * Plays every account's queue up to `now`: first come, first served, as many at a time as the account may run.
 * Starts and start deadlines happen in their order in time, so the clock may jump as far as it likes.
 */
export function settle(state: FalState, now: number): void {
  for (const account of state.accounts.all()) settleAccount(state, account, now)
}

function settleAccount(state: FalState, account: FalAccount, now: number): void {
  for (;;) {
    const waiting = waitingTasks(state, account)
    const head = waiting[0]
    if (!head) return
    const startAt = Math.max(head.readyAt, slotFreeAt(state, account), account.concurrencySince)
    const expiring = waiting.reduce((first, task) => (task.startBy < first.startBy ? task : first))
    if (Math.min(startAt, expiring.startBy) > now) return
    if (startAt <= expiring.startBy) start(state, head, startAt)
    else {
      expiring.endsAt = expiring.startBy
      expiring.outcome = startTimeout()
    }
  }
}

/** Neither started nor ended, in the order in which they take slots. */
const waitingTasks = (state: FalState, { name }: FalAccount): readonly FalTask[] =>
  state.tasks
    .ofAccount(name)
    .filter(({ startedAt, endsAt, held }) => startedAt === undefined && endsAt === undefined && !held)
    .sort((a, b) => a.readyAt - b.readyAt)

function slotFreeAt(state: FalState, { name, concurrency }: FalAccount): number {
  const ends = state.tasks
    .ofAccount(name)
    .filter(({ startedAt }) => startedAt !== undefined)
    .map(({ endsAt, held }) => (held === 'IN_PROGRESS' ? Number.POSITIVE_INFINITY : (endsAt ?? 0)))
  return placeFreeAt(ends, concurrency)
}

/** Lets a task run from `at` on. This is the moment its body and its pictures are looked at. */
export function start(state: FalState, task: FalTask, at: number): void {
  const outcome = judge(state, task, at)
  const refused = isFailure(outcome) && outcome.status < 500 && outcome !== task.ordered
  task.startedAt = at
  task.outcome = outcome
  task.endsAt = at + (refused ? REFUSAL_MS : task.processingMs)
}

export const inProgress = (state: FalState, { name }: FalAccount, now: number): number =>
  state.tasks.ofAccount(name).filter((task) => statusAt(task, now) === 'IN_PROGRESS').length

/** Requests waiting now, those of an `in-flight` submit aside. */
export const queueLength = (state: FalState, account: FalAccount, now: number): number =>
  waitingTasks(state, account).filter((task) => isVisible(task, now)).length

/** The earliest time after `now`, up to which the schedule is settled, at which any request may start or end. */
export function nextChange({ tasks }: FalState, now: number): number {
  let next = Number.POSITIVE_INFINITY
  for (const { held, createdAt, readyAt, startBy, startedAt, endsAt } of tasks.all()) {
    if (held) continue
    const waits = startedAt === undefined && endsAt === undefined
    for (const at of waits ? [createdAt, readyAt, startBy] : [startedAt ?? now, endsAt ?? now]) {
      if (at > now && at < next) next = at
    }
  }
  return next
}

const STRANGER_MS = 1000

/** Requests ahead: the account's own, and one stranger's for every second that routing still takes. */
export function queuePosition(state: FalState, task: FalTask, now: number): number {
  const account = state.accounts.owner(({ name }) => name === task.account)
  const ahead = account ? waitingTasks(state, account).indexOf(task) : 0
  const strangers = Math.ceil((task.readyAt - now) / STRANGER_MS) - 1
  return Math.max(ahead, 0) + Math.max(strangers, 0)
}

// The pace of fal's own client. A wait is cut into steps because the control may end a task at any time.
const STEP_MS = 500

/** Lets the emulator's clock run until something holds; rejects with the signal's reason when it aborts. */
export async function until(
  state: FalState,
  holds: () => boolean,
  signal: AbortSignal,
  waits: () => Promise<void> = async () => {},
): Promise<void> {
  for (let step = 0; ; step += 1) {
    settle(state, state.clock.now())
    if (holds()) return
    const waiting = state.clock.sleep(STEP_MS, signal)
    waiting.catch(() => {})
    // The wait begins before listeners hear of it, so that one of them may push the clock.
    if (step === 0) await waits()
    await waiting
  }
}
