import { type ClipRef, clipOf } from '../../kinds/clip.ts'
import { assertAmounts } from '../../model/amount.ts'
import { unlessAborted } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { formatUsd, type MicroUsd } from '../../model/money.ts'
import { mostOf, type Quote } from '../../model/quote.ts'
import type { SucceededTask } from '../../model/task.ts'
import { appraisalOf } from '../../provider/appraisal.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { knownFirst, ordered } from '../../provider/submit/purchasing.ts'
import { type GenerateOptions, generate } from '../../run/generate.ts'
import { type ChainPlan, isResumable, nameOfStep, planOf } from './plan.ts'
import type { Link } from './steps.ts'

/**
 * Options of a chain's `run`. `idempotencyKey` names the whole chain: with journals around its providers, a chain that is
 * run again under its key goes on after the last finished step. `store` is called for the clip of each step.
 *
 * @example
 * ```ts
 * import { type ChainOptions, formatPlanBudget, usd } from '@reelay/core'
 * const options: ChainOptions = {
 *   idempotencyKey: 'film-12',
 *   maxCost: usd(2),
 *   confirm: ({ budget }) => {
 *     console.log(formatPlanBudget(budget))
 *     return true
 *   },
 * }
 * ```
 */
export interface ChainOptions extends GenerateOptions {
  /** Micro-USD for all steps together; a step whose price is unknown is then never bought. */
  readonly maxCost?: MicroUsd | undefined
  /** Asked with what is still to be bought before the first of it is; whatever is not `true` declines. */
  readonly confirm?: ((plan: ChainPlan) => boolean | Promise<boolean>) | undefined
  /** Told of each finished step, those of an earlier run too. */
  readonly onStep?: ((step: FinishedStep) => void) | undefined
}

/**
 * A finished step of a chain.
 *
 * @example
 * ```ts
 * import type { FinishedStep } from '@reelay/core'
 * const line = ({ number, task }: FinishedStep): string => `${number}: ${task.handle.kind}, task ${task.id}`
 * ```
 */
export interface FinishedStep {
  /** From 1. */
  readonly number: number
  readonly task: SucceededTask
  /** What was still to be paid for it when this run began; absent where it was bought by an earlier one. */
  readonly quote?: Quote
}

/**
 * What a chain made.
 *
 * @example
 * ```ts
 * import type { ChainResult } from '@reelay/core'
 * const address = ({ task }: ChainResult): string | undefined => task.outputs[0].url
 * ```
 */
export interface ChainResult {
  /** That of the last step. */
  readonly task: SucceededTask
  /** Of every step, in order. */
  readonly steps: readonly [FinishedStep, ...FinishedStep[]]
}

/** One run of a chain. */
interface Run {
  readonly links: readonly Link[]
  readonly options: ChainOptions
  readonly key: string
  readonly steps: FinishedStep[]
  clip: ClipRef | undefined
  /** What the finished steps may have cost, micro-USD. */
  paid: MicroUsd
}

const keyOf = (key: string, index: number): string => `${key}/${index + 1}`

/** What a step may have cost: of a task alone, whose steps before it are paid for beside it, its quote says more. */
const paidFor = ({ cost }: SucceededTask, quote: Quote): MicroUsd =>
  Math.max(cost?.microUsd ?? 0, mostOf(quote) ?? 0)

function refuse(code: 'ERR_BUDGET' | 'ERR_DECLINED' | 'ERR_INVALID_REQUEST', message: string): ReelayError {
  return new ReelayError(code, message, { outcome: 'none' })
}

/** Refuses what is still to be bought when it may cost more than the chain is allowed. */
function assertAffordable(run: Run, toPay: MicroUsd | undefined, why: string | undefined): void {
  const { maxCost } = run.options
  if (maxCost === undefined) return
  if (toPay === undefined) {
    const fix = 'Give its price in the prices of its provider, or leave maxCost out.'
    throw refuse(
      'ERR_BUDGET',
      `maxCost is ${formatUsd(maxCost)}, and the price is unknown: ${why ?? ''} ${fix}`,
    )
  }
  if (run.paid + toPay <= maxCost) return
  const before = run.paid > 0 ? ` and ${formatUsd(run.paid)} are spent` : ''
  throw refuse(
    'ERR_BUDGET',
    `What is left to buy may cost ${formatUsd(toPay)}${before}; maxCost is ${formatUsd(maxCost)}.`,
  )
}

/** What is still to be bought: free of problems, affordable, and confirmed. */
async function assertPlan(run: Run): Promise<void> {
  const { confirm, abortSignal } = run.options
  const left = run.links.slice(run.steps.length)
  const plan = planOf(left, run.clip, run.steps.length)
  const { problems, budget, steps } = plan
  // The last that was planned is the one that cannot be.
  const { provider } = left[steps.length - 1] as Link
  if (problems.length > 0) throw invalidRequest(provider.id, provider.account, problems)
  const unpriced = steps.find(({ quote }) => quote.type === 'unknown')?.quote
  assertAffordable(
    run,
    budget.isComplete ? budget.maxIfFailuresAreFree : undefined,
    unpriced?.type === 'unknown' ? unpriced.why : undefined,
  )
  if (!confirm) return
  const answer = await unlessAborted(Promise.resolve(confirm(plan)), abortSignal)
  if (answer !== true)
    throw refuse('ERR_DECLINED', 'The rest of the chain was declined. Nothing of it was sent.')
}

/**
 * Whether there is a task of a step from an earlier run, so that going on with it buys nothing. What turns out to have
 * made none is bought like the rest: planned, affordable and confirmed.
 */
async function isBought({ links, clip, options, key }: Run, index: number): Promise<boolean> {
  const { provider, request } = links[index] as Link
  const asked = request(clip)
  const call = ordered(asked, { ...options, idempotencyKey: keyOf(key, index) })
  const { task } = await knownFirst(async (...known) => provider.known?.(...known), asked, call)
  return task !== undefined
}

async function take(run: Run, index: number, isEarlier: boolean): Promise<void> {
  const { maxCost: _all, confirm: _once, onStep, ...call } = run.options
  const { provider, request } = run.links[index] as Link
  const asked = request(run.clip)
  const quote = isEarlier ? appraisalOf(provider, asked).quote : quotedStep(run, index)
  const task = await generate(provider, asked, { ...call, idempotencyKey: keyOf(run.key, index) })
  run.paid += paidFor(task, quote)
  const step = { number: index + 1, task, ...(!isEarlier && { quote }) }
  run.steps.push(step)
  // Of the last step nobody takes it further: it may be what no chain goes on from.
  if (index + 1 < run.links.length) run.clip = clipOf(task)
  onStep?.(step)
}

/** The next step with the clip that there is by now, held once more against what may be spent. */
function quotedStep(run: Run, index: number): Quote {
  const { provider, request } = run.links[index] as Link
  const { problems, quote } = appraisalOf(provider, request(run.clip))
  if (problems.length > 0) throw invalidRequest(provider.id, provider.account, problems)
  const { budget } = planOf(run.links.slice(index), run.clip, index)
  assertAffordable(
    run,
    budget.isComplete ? budget.maxIfFailuresAreFree : undefined,
    quote.type === 'unknown' ? quote.why : undefined,
  )
  return quote
}

/** An error of a step, with what the chain has by then: no handle of a finished step is lost with it. */
function ofChain(run: Run, index: number, thrown: unknown): unknown {
  const last = run.steps.at(-1)
  if (!last) return thrown
  const earlier: readonly TaskHandle[] = run.steps.map(({ task }) => task.handle)
  const name = nameOfStep(index, (run.links[index] as Link).request(run.clip).kind)
  const next = isResumable(run.links)
    ? 'Run the chain again under the same idempotencyKey, and it goes on from there.'
    : 'Go on from clipOf() of the last one, with a chain that begins there.'
  const done = `Finished before it and paid for: ${earlier.map(({ id }) => `task ${id}`).join(', ')}. ${next}`
  if (!ReelayError.isInstance(thrown)) {
    const { provider, account } = last.task.handle
    const message = `The chain broke off at ${name}. ${done}`
    const details = {
      provider,
      account,
      outcome: 'accepted',
      handle: last.task.handle,
      earlier,
      cause: thrown,
    } as const
    return new ReelayError(run.options.abortSignal?.aborted ? 'ERR_ABORTED' : 'ERR_CONFIG', message, details)
  }
  // Nothing of this step, but the chain has been paid for so far.
  const isFree = thrown.outcome === 'none' || thrown.outcome === 'rejected'
  const paid = isFree ? ({ outcome: 'accepted', handle: thrown.handle ?? last.task.handle } as const) : {}
  const said = new ReelayError(thrown.code, `The chain broke off at ${name}: ${thrown.message} ${done}`, {
    ...thrown,
    cause: thrown.cause,
  })
  return withDetails(said, { ...paid, earlier })
}

/** Buys the steps that nobody has bought yet, one after the other. */
export async function runChain(
  links: readonly Link[],
  clip: ClipRef | undefined,
  options: ChainOptions,
): Promise<ChainResult> {
  assertAmounts('money', { maxCost: options.maxCost })
  const key = options.idempotencyKey ?? crypto.randomUUID()
  const run: Run = { links, options, key, steps: [], clip, paid: 0 }
  let index = 0
  try {
    if (options.idempotencyKey !== undefined) {
      for (; index < links.length && (await isBought(run, index)); index++) await take(run, index, true)
    }
    if (index < links.length) await assertPlan(run)
    for (; index < links.length; index++) {
      options.abortSignal?.throwIfAborted()
      await take(run, index, false)
    }
  } catch (thrown) {
    throw ofChain(run, index, thrown)
  }
  const [first, ...rest] = run.steps
  if (!first)
    throw refuse('ERR_INVALID_REQUEST', 'The chain has no steps. Give it one, with generate or extend.')
  return { task: rest.at(-1)?.task ?? first.task, steps: [first, ...rest] }
}
