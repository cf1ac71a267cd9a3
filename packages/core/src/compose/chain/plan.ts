import type { ClipRef } from '../../kinds/clip.ts'
import type { KindRow } from '../../kinds/kind.ts'
import { kinds, type Offer, type RenderRequest } from '../../kinds/kinds.ts'
import { timeOf } from '../../model/clock.ts'
import { type Owned, ownerKey, ownerText } from '../../model/handle.ts'
import type { Problem, Warning } from '../../model/problem.ts'
import type { Quote } from '../../model/quote.ts'
import type { Chosen } from '../../model/task.ts'
import type { Kind } from '../../model/words.ts'
import { appraisalOf } from '../../provider/appraisal.ts'
import { combined, makersOf } from '../among.ts'
import { budgetOf, type PlanBudget } from '../plan-budget.ts'
import { worstOf } from '../priced.ts'
import type { Link } from './steps.ts'

/**
 * One step of a chain as it will be bought, before anything is.
 *
 * @example
 * ```ts
 * import { formatQuote, type PlannedStep } from '@reelay/core'
 * const line = ({ kind, chosen, quote }: PlannedStep): string =>
 *   `${kind} by ${chosen?.model} ${chosen?.mode}: ${formatQuote(quote)}`
 * ```
 */
export interface PlannedStep {
  readonly kind: Kind
  /** Model and mode, and why; absent where nobody can serve the step. */
  readonly chosen?: Chosen
  /** What it costs wherever the clip before it may come from. */
  readonly quote: Quote
  /** What is wrong with it; also where its clip may come from a provider whose clips the next one cannot take. */
  readonly problems: readonly Problem[]
  readonly warnings: readonly Warning[]
}

/**
 * A chain before its first cent: each step, what is wrong, and the worst case of all of them together.
 *
 * @example
 * ```ts
 * import { type ChainPlan, formatPlanBudget } from '@reelay/core'
 * const summary = ({ steps, problems, budget }: ChainPlan): string =>
 *   problems[0] ? `${problems[0].field}: ${problems[0].message}` : `${steps.length} steps. ${formatPlanBudget(budget)}`
 * ```
 */
export interface ChainPlan {
  readonly steps: readonly PlannedStep[]
  /** Of all steps, each field with its step before it: `step 2 (extend).video`. Empty when the chain may begin. */
  readonly problems: readonly Problem[]
  readonly budget: PlanBudget
  /** Whether every step's provider keeps a journal, so that a chain that broke off goes on where it was. */
  readonly isResumable: boolean
}

/** The clip that a step is planned to leave behind. */
interface Expected {
  readonly maker: Owned
  readonly offer: Offer | undefined
  readonly kind: Kind
  /** Seconds at the most. */
  readonly seconds: number | undefined
}

// Where nobody will ever look: what is known of it is that it is a public address.
const someAddress = 'https://clips.example.com/clip.mp4'

/** The clip as far as it is known before it is made. */
const expectedClip = ({ maker, offer, kind, seconds }: Expected, now: number): ClipRef => ({
  provider: maker.provider,
  account: maker.account,
  ...(maker.host !== undefined && { host: maker.host }),
  taskId: 'of-the-step-before',
  outputId: 'of-the-step-before',
  url: someAddress,
  kind,
  model: offer?.model ?? '',
  mode: offer?.mode ?? 'std',
  ...(seconds !== undefined && { duration: seconds }),
  endedAt: now,
})

/** How long the clip of a step is at the most. */
function secondsOf(request: RenderRequest, offer: Offer | undefined, before: number | undefined) {
  const kind: Pick<KindRow, 'adds' | 'defaults'> = kinds[request.kind]
  const adds = offer && kind.adds?.(offer.limits)
  if (adds) return before === undefined ? undefined : before + adds[1]
  const { duration } = request as { readonly duration?: number }
  const usual = kind.defaults.duration
  return duration ?? (typeof usual === 'number' ? usual : before)
}

interface Case {
  readonly request: RenderRequest
  readonly from: Expected | ClipRef | undefined
  readonly appraisal: ReturnType<typeof appraisalOf>
}

const distinct = (all: readonly Expected[]): readonly Expected[] => [
  ...new Map(
    all.map((one) => [JSON.stringify([ownerKey(one.maker), one.seconds, one.offer?.model]), one]),
  ).values(),
]

/** What is wrong with a step, once for all clips that it may be given. */
function problemsOf(name: string, cases: readonly Case[]): readonly Problem[] {
  const found = cases.flatMap(({ appraisal, from }) =>
    appraisal.problems.map((one) => {
      const whose =
        from && 'maker' in from && cases.length > 1
          ? ` (where the clip before is made by ${ownerText(from.maker)})`
          : ''
      const { suggestion: _ofAStep, ...rest } = one
      return { ...rest, field: `${name}.${one.field}`, message: `${one.message}${whose}` }
    }),
  )
  return [...new Map(found.map((one) => [`${one.field} ${one.message}`, one])).values()]
}

const worst = (cases: readonly Case[]): Case | undefined =>
  cases.reduce<Case | undefined>(
    (most, one) =>
      most === undefined || worstOf(one.appraisal.quote) > worstOf(most.appraisal.quote) ? one : most,
    undefined,
  )

/** Whether everybody who buys keeps a journal. */
export const isResumable = (links: readonly Link[]): boolean =>
  links.every(({ provider }) => provider.known !== undefined)

/** A step as a person calls it. */
export const nameOfStep = (index: number, kind: Kind): string => `step ${index + 1} (${kind})`

/**
 * Looks at every step with each clip that the step before may leave behind. Pure.
 *
 * @param clip What the first of them goes on from.
 * @param done How many steps are finished.
 */
export function planOf(links: readonly Link[], clip?: ClipRef, done = 0): ChainPlan {
  let clips: readonly (Expected | ClipRef | undefined)[] = [clip]
  const steps: PlannedStep[] = []
  const entries: Parameters<typeof budgetOf>[0][number][] = []
  for (const [index, link] of links.entries()) {
    const { provider } = link
    const now = timeOf(provider.clock)
    const cases = clips.map((from): Case => {
      const request = link.request(from && 'maker' in from ? expectedClip(from, now) : from)
      return { request, from, appraisal: appraisalOf(provider, request) }
    })
    const [first] = cases
    if (!first) break
    const { kind } = first.request
    const name = nameOfStep(done + index, kind)
    const problems = problemsOf(name, cases)
    const { chosen, warnings } = first.appraisal
    const quote = combined(cases.map(({ appraisal }) => appraisal.quote))
    steps.push({ kind, ...(chosen && { chosen }), quote, problems, warnings })
    entries.push({ provider, request: worst(cases)?.request ?? first.request })
    clips = distinct(
      cases.flatMap(({ request, from, appraisal: { offer } }) =>
        makersOf(provider, request).map((maker) => ({
          ...{ maker, offer, kind },
          seconds: secondsOf(request, offer, from && 'maker' in from ? from.seconds : from?.duration),
        })),
      ),
    )
    if (problems.length > 0 || clips.length === 0) break
  }
  return {
    steps,
    problems: steps.flatMap(({ problems }) => problems),
    budget: budgetOf(entries),
    isResumable: isResumable(links),
  }
}
