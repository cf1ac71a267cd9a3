import { timeOf, unlessAborted } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { Json } from '../../model/json.ts'
import { believableCost, type Cost } from '../../model/money.ts'
import { formatQuote, type Quote } from '../../model/quote.ts'
import type { Engine } from '../engine.ts'
import type { RecordEntry, SubmitOptions } from '../options.ts'
import { invalidRequest, type ReadySubmit } from '../request/prepare.ts'
import { stepsOf } from '../sell.ts'
import type { Shares } from '../shares.ts'
import type { Step, StepAnswer, StepResult } from '../step.ts'
import { type CallFailure, readExchange, toError, unasked, unreadable } from '../task/failure.ts'
import { costAt } from '../task/normalize.ts'
import { noteIntent, type PaidRequest } from './post.ts'

/** What may be done about a step of which nobody knows whether it was charged, for people. */
export function stepAdvice({ step, provider }: Submission): string {
  return `It takes no id of ours, so it is never sent again by itself, and no clip was ordered. Look into the bill at ${provider}, then settle it: as created where it was charged, else as not created. Either way the same key may then be submitted again, which pays for ${step} anew.`
}

/** What it means for the money that the steps before a create were done and the create was not. */
export function paidSteps(names: readonly string[]): string {
  return `No task was created, but ${names.join(' and ')} before it was done and is charged. Where a journal is kept, the same key goes on from there without paying it again.`
}

/** A step on its way: what is bought, and by what name. */
interface StepRequest extends PaidRequest {
  readonly step: Step
}

function unknownStep({ engine, step, submission, options }: StepRequest, failure: CallFailure): ReelayError {
  const { spec, account } = engine
  const aborted = options.abortSignal?.aborted === true
  const said = failure.message ? ` and said: "${failure.message}"` : ''
  const message = aborted
    ? `Stopped waiting for the answer to ${step.name} at ${spec.id}, which may be charged.`
    : `The step ${step.name} of a purchase at ${spec.id} has no verdict: ${spec.id} ${failure.what}${said}. It may be charged.`
  return new ReelayError(
    aborted ? 'ERR_ABORTED' : 'ERR_SUBMISSION_UNKNOWN',
    `${message} ${stepAdvice(submission)}`,
    {
      provider: spec.id,
      account,
      outcome: 'unknown',
      submission,
      httpStatus: failure.httpStatus,
      nativeCode: failure.nativeCode,
      requestId: failure.requestId,
      ...(aborted ? { cause: options.abortSignal?.reason } : {}),
    },
  )
}

type StepVerdict = RecordEntry & { readonly type: 'verdict' }
type Verdict = { readonly answer: StepAnswer } | { readonly failure: CallFailure }

/** What came of the one request that a step is. */
async function send(paid: StepRequest): Promise<Verdict> {
  const { engine, step, options } = paid
  const leave = await noteIntent(paid)
  const exchange = await leave()
  try {
    const result = readExchange(engine.spec, exchange, engine.transport.redactor(options))
    if (result.failure) {
      const { failure } = result
      // What it says of the clock counts for the next one: this one is not sent again.
      if (failure.reply) engine.auth.renew?.(failure.reply)
      return { failure: failure.duplicate ? { ...failure, outcome: 'unknown' } : failure }
    }
    const answer = step.read(result.reply)
    return answer ? { answer } : { failure: unreadable(result.reply, `without what ${step.name} brings`) }
  } catch (error) {
    return { failure: unasked(error) }
  }
}

/** Pays for one step, once; its result is in the journal before anything else happens. */
async function take(paid: StepRequest): Promise<Json> {
  const { engine, draft, step, submission, options } = paid
  const { spec, account, clock } = engine
  const verdict = await send(paid)
  const at = timeOf(clock)
  const note = async (more: Pick<StepVerdict, 'outcome' | 'code' | 'result' | 'cost'>): Promise<void> => {
    // Not for ever: see the verdict of a create.
    await unlessAborted(options.record?.({ type: 'verdict', submission, at, ...more }), options.abortSignal)
  }
  if ('failure' in verdict) {
    const { failure } = verdict
    const { outcome } = failure
    const details = { provider: spec.id, account }
    const before = Object.keys(draft.steps ?? {})
    const money = before.length > 0 ? paidSteps(before) : undefined
    const error =
      outcome === 'rejected'
        ? toError(failure, `the step ${step.name}`, 'rejected', details, money)
        : unknownStep(paid, failure)
    await note({ outcome: error.outcome, code: error.code }).catch(() => undefined)
    throw error
  }
  const { result: value, charged } = verdict.answer
  const cost: Cost | undefined = charged && believableCost(costAt(charged, draft.offer.steps?.[step.name]))
  const result: StepResult = { value, ...(step.heldMs !== undefined && { until: at + step.heldMs }) }
  try {
    await note({ outcome: 'accepted', result, ...(cost && { cost }) })
  } catch (cause) {
    const aborted = options.abortSignal?.aborted === true
    const what = aborted ? 'the wait for record() was aborted' : 'record() failed to note it'
    const message = `The step ${step.name} at ${spec.id} was done and is charged, but ${what}, so that the clip was not ordered. ${stepAdvice(submission)}`
    throw new ReelayError(aborted ? 'ERR_ABORTED' : 'ERR_CONFIG', message, {
      provider: spec.id,
      account,
      outcome: 'unknown',
      submission,
      cause,
    })
  }
  return value
}

/**
 * Runs the priced calls that a row needs before its create, each once under an order: what an earlier submit paid for is
 * taken from the journal.
 *
 * @returns their results by name; nothing where there are none.
 * @throws ReelayError outcome `unknown` with the step's own submission, `rejected` where the step was refused, or where
 * what it brought stands against the create.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec, takeSteps } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * export const define = defineProvider(spec, { takeSteps })
 * ```
 */
export async function takeSteps(
  engine: Engine,
  { sale, draft, submission }: ReadySubmit,
  shares: Shares | undefined,
  options: SubmitOptions,
): Promise<Readonly<Record<string, Json>> | undefined> {
  const steps = stepsOf(sale, draft)
  if (steps.length === 0) return undefined
  const results: Record<string, Json> = {}
  const { spec, account, clock } = engine
  for (const step of steps) {
    const { externalId: _id, ...shared } = submission
    const own: Submission = {
      ...shared,
      route: step.route,
      step: step.name,
      attempt: crypto.randomUUID(),
      startedAt: clock.now(),
    }
    const quote: Quote = shares?.steps.get(step.name) ?? { type: 'unknown', why: 'No price is known for it.' }
    const known = await unlessAborted(options.order?.stepResult?.(own), options.abortSignal)
    const sofar = { ...draft, steps: { ...results } }
    const value =
      known?.value ??
      (await take({
        engine,
        step,
        draft: sofar,
        create: step.request(sofar),
        submission: own,
        quote,
        options,
      }))
    results[step.name] = value
    const wrong = step.check?.(value, { ...draft, steps: { ...results } }) ?? []
    if (wrong.length === 0) continue
    const price = quote.type === 'unknown' ? '' : ` (${formatQuote(quote)})`
    const money = known
      ? `${step.name}, which an earlier submit under this key paid for, says so, and nothing was sent.`
      : `${step.name} says so, which was done and is charged${price}; no clip was ordered.`
    // Ids of the reply stand in them.
    const { words } = engine.transport.redactor(options)
    const problems = wrong.map((one) => ({ ...one, message: words(one.message), fix: words(one.fix) }))
    const { code, message } = invalidRequest(spec.id, account, problems, money)
    throw new ReelayError(code, message, {
      provider: spec.id,
      account,
      outcome: known ? 'none' : 'rejected',
      problems,
    })
  }
  return results
}
