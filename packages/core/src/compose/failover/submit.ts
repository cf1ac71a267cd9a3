import type { RenderRequest } from '../../kinds/kinds.ts'
import type { Attempt } from '../../model/attempt.ts'
import { ReelayError } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { VideoTask } from '../../model/task.ts'
import type { SubmitOptions } from '../../provider/options.ts'
import type { Known } from '../../provider/order.ts'
import { knownAmong, knownFirst, type Ordered } from '../../provider/submit/purchasing.ts'
import { nearestMiss } from '../among.ts'
import type { Priced } from '../priced.ts'
import {
  abortedBetween,
  errorWithTrail,
  failedAttempts,
  nobodyTried,
  type StartedAttempt,
  skippedAttempt,
  takenAttempts,
  taskWithTrail,
} from './attempts.ts'
import type { BreakerPass } from './breaker.ts'
import { type FailoverChain, passedOver, planSubmit } from './chain.ts'
import { healthAfter, movesOn, movesOnFrom } from './policy.ts'

/** How one leaf answered: with a task, an error of ours, or something thrown that is not about the provider. */
type Answer =
  | { readonly task: VideoTask; readonly error?: undefined; readonly foreign?: undefined }
  | { readonly error: ReelayError; readonly foreign?: undefined }
  | { readonly foreign: { readonly thrown: unknown }; readonly error?: undefined }

async function ask(begun: StartedAttempt, pass: BreakerPass, options: SubmitOptions): Promise<Answer> {
  try {
    const task = await begun.leaf.submit(begun.own, options)
    pass.done('up')
    return { task }
  } catch (thrown) {
    // The caller's own abort reason or journal error, which may be of any class.
    const own = options.abortSignal?.aborted && thrown === options.abortSignal.reason
    if (own || !ReelayError.isInstance(thrown)) {
      pass.done('neither')
      return { foreign: { thrown } }
    }
    pass.done(healthAfter(thrown))
    return { error: thrown }
  }
}

/** What is known so far; the worst news first. */
interface Progress {
  readonly attempts: Attempt[]
  /** Without a verdict; only there when the policy goes on all the same. */
  unknown?: ReelayError
  /** Failed for free. */
  task?: VideoTask
  last?: ReelayError
  retryAfterMs: number
}

/** An open verdict must not be covered up by the clear one of a later leaf. */
function gravest({ unknown, last }: Progress): ReelayError | undefined {
  return last?.outcome === 'accepted' || last?.outcome === 'unknown' ? last : (unknown ?? last)
}

/** What the leaves know of an order; a task that this failover moves on from is one that may be bought again. */
export async function knownAlong(
  { leaves, policy }: Pick<FailoverChain, 'leaves' | 'policy'>,
  request: RenderRequest,
  options: Ordered | SubmitOptions,
): Promise<Known | undefined> {
  const known = await knownAmong(leaves, request, options)
  if (known?.state !== 'bought' || policy.onFailedTask === 'stop' || known.elsewhere) return known
  const task = await known.answer()
  if (!task || !movesOnFrom(policy, leaves, task)) return { ...known, answer: async () => task }
  const { purchase, number = 1 } = known
  return {
    ...(purchase !== undefined && { purchase }),
    state: 'again',
    number: number + 1,
    failed: [{ handle: task.handle }],
  }
}

/** The options of a submit that goes on after a task that has failed for free: it is the next purchase. */
function after(options: Ordered, { handle }: VideoTask): Ordered {
  const { order } = options
  const failed = [...order.failed, { handle }]
  return { ...options, order: { ...order, asked: true, number: order.number + 1, failed } }
}

/**
 * Buys one render from the first leaf that gives a task.
 *
 * @throws see {@link failover}
 */
export async function submitAlong(
  chain: FailoverChain,
  asked: RenderRequest,
  given: Ordered,
): Promise<VideoTask> {
  const { abortSignal } = given
  const { policy, breakers, routed, leaves } = chain
  abortSignal?.throwIfAborted()
  const first = await knownFirst((...known) => knownAlong(chain, ...known), asked, given)
  if (first.task && !movesOnFrom(policy, leaves, first.task)) return first.task
  let options = first.task ? after(given, first.task) : first.options
  const { repeats } = options.order
  const plot = planSubmit(chain, asked)
  const progress: Progress = { attempts: [], retryAfterMs: Number.POSITIVE_INFINITY }
  const { attempts } = progress

  if (first.task) {
    const { handle } = first.task
    const owner = plot.order.find(({ leaf }) => leaf.owns(handle))
    if (owner) attempts.push(...takenAttempts({ ...owner, at: handle.submittedAt }, first.task))
    progress.task = first.task
  }
  const hasFailed = ({ leaf }: Priced): boolean =>
    policy.onFailedTask !== 'stop' && options.order.failed.some(({ handle }) => leaf.owns(handle))
  // Once all have, they are all as good as each other.
  const passed = plot.order.every(hasFailed) && !first.task ? [] : plot.order.filter(hasFailed)

  for (const priced of plot.order) {
    if (passed.includes(priced)) continue
    if (abortSignal?.aborted) throw abortedBetween(abortSignal.reason, attempts, gravest(progress))
    const begun = { ...priced, at: routed.clock.now() }
    // Paid for, perhaps, when it was sent first: neither its price nor anybody's health is a question any more.
    if (repeats && !begun.leaf.owns(repeats as unknown as TaskHandle)) continue
    const skipped = repeats ? undefined : passedOver(chain, plot, begun)
    if (skipped) {
      attempts.push(skipped)
      continue
    }
    const pass = (repeats ? undefined : breakers.get(begun.leaf)?.enter()) ?? { done: () => undefined }
    if ('retryAfterMs' in pass) {
      progress.retryAfterMs = Math.min(progress.retryAfterMs, pass.retryAfterMs)
      const reason = `It has failed too often of late; it may be tried again in ${pass.retryAfterMs} ms.`
      attempts.push(skippedAttempt(begun, 'breaker', 'ERR_UNAVAILABLE', reason))
      continue
    }
    const answer = await ask(begun, pass, options)
    if (answer.foreign) {
      const { thrown } = answer.foreign
      const stopped = abortSignal?.aborted && thrown === abortSignal.reason
      throw stopped ? abortedBetween(thrown, attempts, gravest(progress)) : thrown
    }
    if (answer.error) {
      const { error } = answer
      attempts.push(...failedAttempts(begun, error))
      progress.last = error
      if (!movesOn(policy, error)) throw errorWithTrail(gravest(progress) ?? error, attempts)
      if (error.outcome === 'unknown') progress.unknown ??= error
      continue
    }
    const { task } = answer
    attempts.push(...takenAttempts(begun, task))
    if (task.status !== 'failed' || !movesOnFrom(policy, leaves, task)) {
      return taskWithTrail(task, attempts, plot.chosen)
    }
    progress.task = task
    options = after(options, task)
  }

  const error = gravest(progress)
  if (progress.task && error?.outcome !== 'unknown')
    return taskWithTrail(progress.task, attempts, plot.chosen)
  throw error
    ? errorWithTrail(error, attempts)
    : nobodyTried(
        nearestMiss(plot.order.map(({ appraisal }) => appraisal.problems)),
        attempts,
        progress.retryAfterMs,
      )
}
