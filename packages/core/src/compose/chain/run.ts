import { type ClipRef, clipOf } from '../../kinds/clip.ts'
import { unlessAborted } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { TaskHandle } from '../../model/handle.ts'
import { formatUsd, type MicroUsd } from '../../model/money.ts'
import { mostOf, type Quote } from '../../model/quote.ts'
import type { SucceededTask } from '../../model/task.ts'
import { appraisalOf } from '../../provider/appraisal.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { ordered } from '../../provider/submit/purchasing.ts'
import { type GenerateOptions, generate } from '../../run/generate.ts'
import { type ChainPlan, nameOfStep, planOf } from './plan.ts'
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
}

const keyOf = ({ key }: Run, index: number): string => `${key}/${index + 1}`

/** What was paid for a step, as far as is known. */
const paidFor = ({ task, quote }: FinishedStep): MicroUsd =>
  task.cost?.microUsd ?? (quote && mostOf(quote)) ?? 0

function refuse(code: 'ERR_BUDGET' | 'ERR_DECLINED' | 'ERR_INVALID_REQUEST', message: string): ReelayError {
  return new ReelayError(code, message, { outcome: 'none' })
}

/** Refuses what is still to be bought when it may cost more than the chain is allowed. */
function assertAffordable(run: Run, toPay: MicroUsd | undefined, why: string | undefined): void {
  const { maxCost } = run.options
  if (maxCost === undefined) return
  const paid = run.steps.reduce((sum, step) => sum + paidFor(step), 0)
  if (toPay === undefined) {
    throw refuse('ERR_BUDGET', `maxCost is ${formatUsd(maxCost)}, and the price is unknown: ${why ?? ''}`)
  }
  if (paid + toPay <= maxCost) return
  const before = paid > 0 ? ` and ${formatUsd(paid)} are spent` : ''
  throw refuse(
    'ERR_BUDGET',
    `What is left to buy may cost ${formatUsd(toPay)}${before}; maxCost is ${formatUsd(maxCost)}.`,
  )
}

/** What is still to be bought: free of problems, affordable, and confirmed. */
async function assertPlan(run: Run): Promise<void> {
  const { confirm, abortSignal } = run.options
  const plan = planOf(run.links.slice(run.steps.length), run.clip, run.steps.length)
  const { problems, budget, steps } = plan
  const [provider] = run.links.map((link) => link.provider)
  if (problems.length > 0 && provider) throw invalidRequest(provider.id, provider.account, problems)
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

/** Whether a step is paid for by an earlier run, so that going on with it buys nothing. */
async function isBought(run: Run, index: number): Promise<boolean> {
  const { provider, request } = run.links[index] as Link
  const asked = request(run.clip)
  const call = ordered(asked, { ...run.options, idempotencyKey: keyOf(run, index) })
  const known = await unlessAborted(Promise.resolve(provider.known?.(asked, call)), run.options.abortSignal)
  return known !== undefined && known.state !== 'again'
}

async function take(run: Run, index: number, quote: Quote | undefined): Promise<void> {
  const { maxCost: _all, confirm: _once, onStep, ...call } = run.options
  const { provider, request } = run.links[index] as Link
  const task = await generate(provider, request(run.clip), { ...call, idempotencyKey: keyOf(run, index) })
  const step = { number: index + 1, task, ...(quote && { quote }) }
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
  const isResumable = run.links.every(({ provider }) => provider.known)
  const next = isResumable
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
  const run: Run = { links, options, key: options.idempotencyKey ?? crypto.randomUUID(), steps: [], clip }
  let index = 0
  try {
    if (options.idempotencyKey !== undefined) {
      for (; index < links.length && (await isBought(run, index)); index++) await take(run, index, undefined)
    }
    if (index < links.length) await assertPlan(run)
    for (; index < links.length; index++) {
      options.abortSignal?.throwIfAborted()
      await take(run, index, quotedStep(run, index))
    }
  } catch (thrown) {
    throw ofChain(run, index, thrown)
  }
  const [first, ...rest] = run.steps
  if (!first)
    throw refuse('ERR_INVALID_REQUEST', 'The chain has no steps. Give it one, with generate or extend.')
  return { task: rest.at(-1)?.task ?? first.task, steps: [first, ...rest] }
}
