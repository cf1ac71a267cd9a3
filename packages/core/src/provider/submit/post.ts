import type { Draft } from '../../kinds/kinds.ts'
import { unlessAborted } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { Quote } from '../../model/quote.ts'
import type { TaskCandidate } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { Exchange, HttpReply, HttpRequest } from '../http/message.ts'
import type { Redactor } from '../http/redact.ts'
import type { NativeTask } from '../native.ts'
import type { SubmitOptions } from '../options.ts'
import type { ProviderSpec, TaskPlace } from '../spec.ts'
import { type CallFailure, readExchange, unasked, unreadable } from '../task/failure.ts'
import { unusableId } from '../task/normalize.ts'
import { candidateOf } from './candidates.ts'

/** One submit: what is bought, and by what name it can be found again. */
export interface PaidRequest {
  readonly engine: Engine
  readonly draft: Draft
  /** The create call, the same every time it is sent. */
  readonly create: HttpRequest
  readonly submission: Submission
  readonly quote: Quote
  readonly options: SubmitOptions
}

/** How a paid POST ended. `exists`: the provider has a task, under our external id or one that is no use to us. */
export type PostAnswer =
  | {
      readonly state: 'accepted'
      readonly native: NativeTask
      /** Made for the answer that named it. */
      readonly redactor?: Redactor
    }
  | {
      readonly state: 'rejected' | 'unknown' | 'exists'
      readonly failure: CallFailure
      /** Tasks that may have come of it, none of them proved to. */
      readonly candidates?: readonly TaskCandidate[]
    }

function judge(spec: ProviderSpec, failure: CallFailure): PostAnswer {
  if (failure.duplicate) return { state: 'exists', failure }
  const { outcome, reply, what } = failure
  const named = outcome === 'rejected' && reply && namesTask(spec, reply)
  if (named) {
    const task = spec.created(reply)
    return {
      state: 'unknown',
      failure: { ...failure, what: `${what}, and named a task` },
      ...(task && { candidates: [candidateOf(spec, task)] }),
    }
  }
  return { state: outcome, failure }
}

/**
 * Records the intent and sends the paid POST, once.
 *
 * @throws before it leaves: the caller's abort reason, the error of `record`, or `ERR_CONFIG`.
 */
export async function post(purchase: PaidRequest, again = false): Promise<PostAnswer> {
  const { engine, submission, options } = purchase
  const send = await noteIntent(purchase, again)
  engine.claims?.open(submission)
  const exchange = await send()
  const redactor = engine.transport.redactor(options)
  try {
    return readAnswer(purchase, exchange, redactor)
  } catch (error) {
    // It has left: whatever an adapter stumbles over, the purchase must not be lost with it.
    return { state: 'unknown', failure: unasked(error) }
  }
}

/**
 * Records the intent of a paid POST, and answers with what sends it.
 *
 * @throws the caller's abort reason, the error of `record`, or `ERR_CONFIG`.
 */
export async function noteIntent(
  { engine, draft, create, submission, quote, options }: PaidRequest,
  again = false,
): Promise<() => Promise<Exchange>> {
  const hasLength = submission.step === undefined && 'duration' in draft && typeof draft.duration === 'number'
  const { spec, account, transport, clock } = engine
  const send = await transport.prepare(create, options).catch((error: unknown) => {
    throw ReelayError.isInstance(error) ? withDetails(error, { provider: spec.id, account }) : error
  })
  options.abortSignal?.throwIfAborted()
  const noted = options.record?.({
    type: 'intent',
    submission,
    quote,
    ...(hasLength && { seconds: draft.duration }),
    at: clock.now(),
  })
  // Not swallowed by the abort below: a journal that failed is the reason not to send.
  await unlessAborted(noted, options.abortSignal).catch((error: unknown) => {
    if (!options.abortSignal?.aborted) throw error
  })
  if (options.abortSignal?.aborted) {
    // The journal has an intent by now; without this it would count a request that never left as unknown.
    const never = { type: 'verdict', submission, outcome: 'none', code: 'ERR_ABORTED' } as const
    if (!again) void options.record?.({ ...never, at: clock.now() }).catch(() => undefined)
    throw options.abortSignal.reason
  }
  return send
}

/** What a create's answer says of the purchase. */
function readAnswer(
  { engine: { spec }, submission }: PaidRequest,
  exchange: Exchange,
  redactor: Redactor,
): PostAnswer {
  const result = readExchange(spec, exchange, redactor)
  if (result.failure) {
    const answer = judge(spec, result.failure)
    // A caller's own HTTP client broke off after the provider had answered: what it had made must not be lost.
    const had = exchange.type === 'broken' ? exchange.reply : undefined
    const task = had && !spec.refusal(had) ? spec.created(had) : undefined
    return answer.state === 'unknown' && task ? { ...answer, candidates: [candidateOf(spec, task)] } : answer
  }
  const native = spec.created(result.reply)
  if (!native) return { state: 'unknown', failure: unreadable(result.reply, 'without a task id') }
  const unusable = unusableId(spec, submission, native.id)
  // There is a task, so looking for it may help, and sending again cannot.
  return unusable
    ? { state: 'exists', failure: unreadable(result.reply, `with ${unusable}`) }
    : { state: 'accepted', native, redactor }
}

/** A further POST of the same purchase; not sent at all when something stops it first. */
export async function postAgain(purchase: PaidRequest): Promise<PostAnswer | undefined> {
  return post(purchase, true).catch(() => undefined)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * Whether a create's reply, whatever else it says, has an id where a success has one: then a task may have been made,
 * however surely the refusal is documented. An id that is of no use, a rounded number for instance, says so as well.
 */
export function namesTask({ taskAt = [] }: ProviderSpec, { body }: HttpReply): boolean {
  return [taskAt].flat().some((place) => isNamed(place, body))
}

function isNamed({ id: names, beside }: TaskPlace, body: unknown): boolean {
  const way = [...names]
  const last = way.pop()
  const holder = way.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), body)
  if (!isRecord(holder) || last === undefined) return false
  const id = holder[last]
  if (typeof id !== 'number' && (typeof id !== 'string' || id.trim() === '')) return false
  const word = beside === undefined ? undefined : holder[beside]
  return beside === undefined || (typeof word === 'string' && word !== '')
}
