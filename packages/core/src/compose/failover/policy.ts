import { assertAmounts } from '../../model/amount.ts'
import { ReelayError } from '../../model/error.ts'
import type { MicroUsd } from '../../model/money.ts'
import type { ErrorCode } from '../../model/outcome.ts'
import type { Failure, VideoTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { isFree } from '../../provider/task/free.ts'
import type { BreakerPolicy, Health } from './breaker.ts'
import { nameOf } from './order.ts'

/**
 * How {@link failover} chooses and when it moves on. Everything has a default; none of the defaults can pay twice.
 *
 * @example
 * ```ts
 * import { type FailoverPolicy, usd } from '@reelay/core'
 * const policy: FailoverPolicy = {
 *   order: { weight: { kling: 3, 'fal/studio': 1 } },
 *   maxCost: usd(0.5),
 *   breaker: { failures: 3, halfOpenAfterMs: 120_000 },
 * }
 * ```
 */
export interface FailoverPolicy {
  /**
   * `given` (the default): as listed. `cheapest`: by the quote of each request, unknown prices last. `weight`: drawn
   * anew for each submit; keys are `id/account` or `id`, a leaf that is not listed weighs 1, and 0 comes after all others.
   */
  readonly order?: 'given' | 'cheapest' | { readonly weight: Readonly<Record<string, number>> } | undefined
  /** Source of the draws by weight, from 0 up to 1; `Math.random` when absent. */
  readonly random?: (() => number) | undefined
  /** Codes after which the next leaf is tried, given outcome `none` or `rejected`; {@link curable} when absent. */
  readonly moveOn?: readonly ErrorCode[] | undefined
  /** After a refusal for its content: `stop` (the default), since another provider's filter is no cure for a prompt. */
  readonly onContent?: 'stop' | 'move-on' | undefined
  /** After a leaf called a request invalid that its own `check` had passed: `stop` is the default. */
  readonly onInvalid?: 'stop' | 'move-on' | undefined
  /**
   * When nobody can say whether a leaf made a task. `stop` (the default): the error carries the submission, to be
   * looked for. `risk-paying-twice`: the next leaf is tried, and the first may still deliver and charge its task.
   */
  readonly onUnknown?: 'stop' | 'risk-paying-twice' | undefined
  /**
   * When a task has failed: `stop` (the default) returns it. `move-on-if-free` buys from the next leaf where the provider
   * documents such failures as never charged and reports no cost, see {@link Catalog.freeFailures}: in a submit that comes
   * back with it, in a later submit under its key, and in `generate` that sees it fail, within its deadline. Reading a
   * task buys nothing, and a journal around the failover keeps to its own switch, `afterFreeFailure`.
   */
  readonly onFailedTask?: 'stop' | 'move-on-if-free' | undefined
  /**
   * The most a leaf may cost, in micro-USD. When absent, what the first leaf in order would cost: nobody pays more
   * because of an outage. A leaf whose price is unknown needs `Number.POSITIVE_INFINITY`, unless it comes first.
   */
  readonly maxCost?: MicroUsd | undefined
  /** The circuit breaker of each leaf: 5 failures in a row, 60 seconds, when absent; `false` for none. */
  readonly breaker?: BreakerPolicy | false | undefined
}

/**
 * Codes that another provider can cure. Not among them: refusals of the content or the request, and everything that
 * leaves the verdict open.
 *
 * @example
 * ```ts
 * import { curable, type FailoverPolicy } from '@reelay/core'
 * const patient: FailoverPolicy = { moveOn: curable.filter((code) => code !== 'ERR_RATE_LIMIT') }
 * ```
 */
export const curable: readonly ErrorCode[] = [
  'ERR_CONFIG',
  'ERR_AUTH',
  'ERR_FUNDS',
  'ERR_FORBIDDEN',
  'ERR_UNSUPPORTED',
  'ERR_RATE_LIMIT',
  'ERR_CONCURRENCY',
  'ERR_UNAVAILABLE',
  'ERR_NETWORK',
]

const defaultBreaker: BreakerPolicy = { failures: 5, halfOpenAfterMs: 60_000 }

/** A policy with its defaults filled in. */
export type Settled = {
  readonly [Key in Exclude<keyof FailoverPolicy, 'maxCost'>]-?: NonNullable<FailoverPolicy[Key]>
} & { readonly maxCost: MicroUsd | undefined }

const wrong = (message: string): ReelayError =>
  new ReelayError('ERR_CONFIG', `failover: ${message}`, { outcome: 'none' })

function assertWeights(weights: Readonly<Record<string, number>>, leaves: readonly VideoProvider[]): void {
  const names = new Set(leaves.flatMap((leaf) => [leaf.id, nameOf(leaf)]))
  for (const name of Object.keys(weights)) {
    if (!names.has(name)) throw wrong(`no provider is called ${name}. There are ${[...names].join(', ')}.`)
  }
  assertAmounts(
    'weight',
    Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [`order.weight.${name}`, weight ?? null]),
    ),
  )
}

/**
 * Fills in the defaults.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for weights of nobody, and for numbers out of range.
 */
export function settlePolicy(policy: FailoverPolicy, leaves: readonly VideoProvider[]): Settled {
  const { order = 'given', breaker = defaultBreaker, maxCost } = policy
  if (typeof order === 'object') assertWeights(order.weight, leaves)
  assertAmounts('price', { maxCost })
  if (breaker) {
    const { failures = null, halfOpenAfterMs = null } = breaker
    assertAmounts('count', { 'breaker.failures': failures })
    assertAmounts('duration', { 'breaker.halfOpenAfterMs': halfOpenAfterMs })
  }
  return {
    order,
    breaker,
    maxCost,
    random: policy.random ?? Math.random,
    moveOn: policy.moveOn ?? curable,
    onContent: policy.onContent ?? 'stop',
    onInvalid: policy.onInvalid ?? 'stop',
    onUnknown: policy.onUnknown ?? 'stop',
    onFailedTask: policy.onFailedTask ?? 'stop',
  }
}

/** Whether the next leaf may be tried after a leaf's error; the one place that decides it. */
export function movesOn(policy: Settled, error: ReelayError): boolean {
  const { code, outcome, problems = [] } = error
  if (outcome === 'accepted' || code === 'ERR_ABORTED') return false
  if (outcome === 'unknown') return policy.onUnknown === 'risk-paying-twice'
  // The key has its request, here as anywhere else.
  if (problems.some(({ rule }) => rule === 'conflict')) return false
  // Found by the leaf itself before it sent anything, as `check` would have, had it been able to read the media.
  if (outcome === 'none' && problems.length > 0) return true
  if (code === 'ERR_CONTENT') return policy.onContent === 'move-on'
  if (code === 'ERR_INVALID_REQUEST') return policy.onInvalid === 'move-on'
  return policy.moveOn.includes(code)
}

/** How many purchases one order may come to; nothing where that is one at most. */
export function perOrderOf(
  leaves: readonly VideoProvider[],
  { onUnknown, onFailedTask }: Settled,
): Pick<VideoProvider, 'perOrder'> {
  const all = leaves.map(({ perOrder }) => perOrder ?? { bought: 1, paid: 1, again: false })
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
  const most = (counts: readonly number[]): number => Math.max(...counts)
  const [risks, movesOn] = [onUnknown === 'risk-paying-twice', onFailedTask === 'move-on-if-free']
  const bought = (risks || movesOn ? sum : most)(all.map((one) => one.bought))
  const paid = (risks ? sum : most)(all.map((one) => one.paid))
  const again = movesOn || all.some((one) => one.again)
  return bought === 1 && !again ? {} : { perOrder: { bought, paid, again } }
}

const reasonSays: { readonly [reason in Failure['reason']]?: 'onContent' | 'onInvalid' } = {
  content: 'onContent',
  input: 'onInvalid',
}

/** Whether a task that has failed may be bought again from the next leaf. */
export function movesOnFrom(policy: Settled, leaves: readonly VideoProvider[], task: VideoTask): boolean {
  if (task.status !== 'failed' || policy.onFailedTask === 'stop') return false
  const owner = leaves.find((leaf) => leaf.owns(task.handle))
  if (!isFree(task, owner?.catalog.freeFailures)) return false
  const { reason } = task.failure
  const veto = reasonSays[reason]
  return veto === undefined || policy[veto] === 'move-on'
}

const aboutRequest: readonly ErrorCode[] = ['ERR_CONTENT', 'ERR_INVALID_REQUEST']
const aboutNobody: readonly ErrorCode[] = ['ERR_ABORTED', 'ERR_UNSUPPORTED', 'ERR_BUDGET', 'ERR_DECLINED']

/** What a leaf's error says about the leaf. A refusal of the request is an answer: the leaf works. */
export function healthAfter({ code, outcome }: ReelayError): Health {
  if (aboutNobody.includes(code)) return 'neither'
  if (outcome === 'accepted') return 'up'
  if (aboutRequest.includes(code)) return outcome === 'rejected' ? 'up' : 'neither'
  return 'down'
}
