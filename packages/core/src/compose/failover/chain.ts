import type { RenderRequest } from '../../kinds/kinds.ts'
import type { Attempt } from '../../model/attempt.ts'
import { formatUsd, type MicroUsd } from '../../model/money.ts'
import { mostInWords, type Quote } from '../../model/quote.ts'
import type { Chosen } from '../../model/task.ts'
import type { Appraisal } from '../../provider/appraisal.ts'
import type { EncodedRequest } from '../../provider/http/message.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { combined, nearestMiss, type Routed } from '../among.ts'
import { appraiseAmong, byPrice, encodeAt, type Priced, worstOf } from '../priced.ts'
import { type StartedAttempt, skippedAttempt } from './attempts.ts'
import type { Breaker } from './breaker.ts'
import { byWeight } from './order.ts'
import type { Settled } from './policy.ts'

/** A failover from the inside. */
export interface FailoverChain {
  readonly leaves: readonly VideoProvider[]
  readonly breakers: ReadonlyMap<VideoProvider, Breaker>
  readonly routed: Routed
  readonly policy: Settled
}

const canServe = ({ appraisal }: Priced): boolean => appraisal.problems.length === 0

/** The leaves in the order in which one submit tries them, and the first of them that can serve it. */
export interface Plan {
  readonly request: RenderRequest
  readonly order: readonly Priced[]
  readonly first: Priced | undefined
  /** Why the request names the model and mode that it does by now. */
  readonly chosen?: Chosen
}

/** Makes the plan of one submit. */
export function planSubmit({ leaves, policy }: FailoverChain, asked: RenderRequest): Plan {
  const { request, leaves: priced, ...why } = appraiseAmong(leaves, asked)
  const { order: by } = policy
  const order =
    by === 'given' ? priced : by === 'cheapest' ? byPrice(priced) : byWeight(priced, by.weight, policy.random)
  return { request, order, first: order.find(canServe), ...why }
}

/** The most a leaf may cost: without a word from the caller, what the first would. */
function capOf({ maxCost }: Settled, first: Priced | undefined): MicroUsd {
  return maxCost ?? (first ? worstOf(first.quote) : Number.POSITIVE_INFINITY)
}

function affordable(policy: Settled, { leaf, quote }: Priced, first: Priced | undefined): boolean {
  const most = worstOf(quote)
  // Two unknown prices are not equal, though both compare as infinite.
  if (most === Number.POSITIVE_INFINITY && policy.maxCost === undefined) return leaf === first?.leaf
  const cap = capOf(policy, first)
  // Nor is a known price covered by an unknown one.
  if (cap === Number.POSITIVE_INFINITY && policy.maxCost === undefined) return leaf === first?.leaf
  return most <= cap
}

/** The quote of a failover: it covers the dearest leaf that a submit may use. */
function quoteOf(policy: Settled, able: readonly Priced[]): Quote {
  const [first] = policy.order === 'cheapest' ? byPrice(able) : able
  if (!first) return combined([])
  // Drawn by weight any of them may come first, and then costs what it costs.
  const drawn = typeof policy.order === 'object' && policy.maxCost === undefined
  const usable = drawn ? able : able.filter((one) => affordable(policy, one, first))
  if (usable.length > 0) return combined(usable.map(({ quote }) => quote))
  return { type: 'unknown', why: `Every provider may cost more than ${formatUsd(policy.maxCost ?? 0)}.` }
}

/** What a failover says of a request; pure. The row and the warnings are those of the first leaf able to serve it. */
export function appraiseChain({ leaves, policy }: FailoverChain, asked: RenderRequest): Appraisal {
  const { leaves: priced, chosen } = appraiseAmong(leaves, asked)
  const able = priced.filter(canServe)
  const { offer, warnings = [] } = (able[0] ?? priced[0])?.appraisal ?? {}
  const why = chosen ?? (able[0] ?? priced[0])?.appraisal.chosen
  return {
    ...(offer && { offer }),
    ...(why && { chosen: why }),
    problems: able.length > 0 ? [] : nearestMiss(priced.map(({ appraisal }) => appraisal.problems)),
    quote: quoteOf(policy, able),
    warnings,
  }
}

/** The create call of the first leaf able to serve a request; `undefined` where it does not say. */
export function encodeFirst(
  { leaves, policy }: FailoverChain,
  asked: RenderRequest,
  instead: RenderRequest | undefined,
): EncodedRequest | undefined {
  const able = appraiseAmong(leaves, asked).leaves.filter(canServe)
  const [first] = policy.order === 'cheapest' ? byPrice(able) : able
  return first && encodeAt(first, leaves, instead)
}

function tooDear(policy: Settled, { quote }: Priced, first: Priced | undefined): string {
  const most = worstOf(quote)
  const costs =
    most === Number.POSITIVE_INFINITY ? 'Its price is unknown' : `It may cost ${mostInWords(quote)}`
  const cap = capOf(policy, first)
  const unknown = 'the price of the first provider is unknown'
  const limit = policy.maxCost === undefined ? 'the first provider costs' : 'maxCost allows'
  return `${costs}, and ${cap === Number.POSITIVE_INFINITY ? unknown : `${limit} ${formatUsd(cap)}`}.`
}

/** Why a leaf is passed over without being asked anything; nothing when it may be tried. Free. */
export function passedOver(
  { policy }: FailoverChain,
  { first }: Plan,
  begun: StartedAttempt,
): Attempt | undefined {
  const [problem] = begun.appraisal.problems
  if (problem) {
    const cannot = problem.rule === 'unsupported' || problem.rule === 'discontinued'
    const code = cannot ? 'ERR_UNSUPPORTED' : 'ERR_INVALID_REQUEST'
    return skippedAttempt(begun, 'check', code, `${problem.field}: ${problem.message}`)
  }
  if (affordable(policy, begun, first)) return undefined
  return skippedAttempt(begun, 'cost', 'ERR_BUDGET', tooDear(policy, begun, first))
}
