import type { Attempt } from '../model/attempt.ts'
import { ReelayError, withDetails } from '../model/error.ts'
import type { Quote } from '../model/quote.ts'
import { type FailedTask, type TerminalTask, taskWith } from '../model/task.ts'
import type { OrderContext } from '../provider/order.ts'
import type { VideoProvider } from '../provider/provider.ts'

/** Most purchases of one call: a prompt that fails each time is no better for being bought for an hour. */
export const mostPurchases = 3

/** A purchase of a render that failed for free, on the way to another. */
export interface Left {
  readonly task: FailedTask
  readonly quote: Quote
}

/** What a call of `generate` has left behind, and the purchase it is at. */
export interface Round {
  readonly order: OrderContext
  readonly left: readonly Left[]
}

/**
 * Whether a task that has ended is to be bought again, by the switches of those who buy: only for a failure that may not
 * come again, and not without end.
 */
export function isToBuyAgain(
  provider: VideoProvider,
  task: TerminalTask,
  { left }: Round,
): task is FailedTask {
  if (task.status !== 'failed' || !task.failure.retryable || left.length + 1 >= mostPurchases) return false
  // A journal that could not note the failure gives the same task back.
  if (left.some((one) => one.task.id === task.id)) return false
  return provider.buysAgain?.(task) ?? false
}

/** The next purchase of the order. */
export function nextRound({ order, left }: Round, task: FailedTask, quote: Quote): Round {
  const failed = [...order.failed, { handle: task.handle }]
  const next = { ...order, run: crypto.randomUUID(), asked: false, number: order.number + 1, failed }
  return { order: next, left: [...left, { task, quote }] }
}

/** What was tried for a task: what its own compositions say, which did not see it end, else the one purchase. */
function attemptsOf(task: TerminalTask, quote: Quote): readonly Attempt[] {
  const { handle, attempts, cost } = task
  const { provider, account, host, submittedAt: at } = handle
  const where = { provider, account, ...(host !== undefined && { host }) }
  const failed = task.status === 'failed' && {
    code: 'ERR_TASK_FAILED' as const,
    reason: task.failure.message,
  }
  const ended = { ...failed, ...(cost && { cost }) }
  if (!attempts) return [{ ...where, at, outcome: 'accepted', quote, handle, ...ended }]
  return attempts.map((one) => (one.handle?.id === handle.id ? { ...one, ...ended } : one))
}

const trailOf = (left: readonly Left[]): readonly Attempt[] =>
  left.flatMap(({ task, quote }) => attemptsOf(task, quote))

/** The task with every purchase that led to it. */
export function withLeft<Task extends TerminalTask>(task: Task, quote: Quote, { left }: Round): Task {
  if (left.length === 0) return task
  return taskWith(task, { attempts: [...trailOf(left), ...attemptsOf(task, quote)] })
}

/**
 * What a further purchase that failed means. Refused before anything was sent, the render has failed, as its last task
 * says: that one is thrown. Else the error, with every purchase before it.
 */
export function afterLeft(
  thrown: unknown,
  { left }: Round,
): { readonly task?: FailedTask; readonly error: unknown } {
  const last = left.at(-1)
  if (!last || !ReelayError.isInstance(thrown)) return { error: thrown }
  const { outcome, attempts = [] } = thrown
  if (outcome === 'none' || outcome === 'rejected') return { task: last.task, error: thrown }
  return { error: withDetails(thrown, { attempts: [...trailOf(left), ...attempts] }) }
}
