import type { RenderRequest } from '../../kinds/kinds.ts'
import { formatUsd } from '../../model/money.ts'
import type { RenderIntent, Wanted } from './intent.ts'
import { compareFits, type Fit } from './ranks.ts'
import { concessions } from './recommend-rules.ts'
import { type Market, minutesInWords, mostMsOf, surveyOf } from './survey.ts'

/**
 * A change after which something fits; tried, not guessed.
 *
 * @example
 * ```ts
 * import type { Concession } from '@reelay/core'
 * const line = ({ fix, offer }: Concession): string => `${fix} Then ${offer.model} in ${offer.mode} does it.`
 * ```
 */
export interface Concession {
  /** What to do, as sentences. */
  readonly fix: string
  /** The intent with the change in it. */
  readonly intent: RenderIntent
  /** A row that fits then. */
  readonly offer: { readonly provider: string; readonly model: string; readonly mode: string }
}

/** One thing given up: a term that is left open, or something of the request. */
type Step =
  | { readonly opens: 'maxCost' | 'within' }
  | {
      readonly opens?: undefined
      /** Of the request: left out, or changed. */
      readonly field: string
      readonly fix: string
      readonly apply: (request: RenderRequest) => RenderRequest
    }

const mostShown = 6
// How many other lengths are tried.
const nearestLengths = 2
const usualLengths = 3

const without = (request: RenderRequest, field: string): RenderRequest =>
  Object.fromEntries(Object.entries(request).filter(([name]) => name !== field)) as unknown as RenderRequest

/** Other lengths that are sold: those nearest to what was asked for, and those that most rows sell. */
function lengthSteps({ request, row }: Wanted, { providers }: Market): readonly Step[] {
  const { duration = row.defaults.duration } = request
  if (typeof duration !== 'number') return []
  const offers = providers
    .flatMap(({ catalog }) => catalog.offers)
    .filter(({ kind }) => kind === request.kind)
  const sold = offers.flatMap(({ limits }) => ('durations' in limits ? limits.durations : []))
  const counts = Map.groupBy(
    sold.filter((seconds) => seconds !== duration),
    (seconds) => seconds,
  )
  const others = [...counts.keys()].sort((a, b) => Math.abs(a - duration) - Math.abs(b - duration) || a - b)
  const usual = [...others].sort((a, b) => (counts.get(b)?.length ?? 0) - (counts.get(a)?.length ?? 0))
  const tried = new Set([...others.slice(0, nearestLengths), ...usual.slice(0, usualLengths)])
  return others
    .filter((seconds) => tried.has(seconds))
    .map((seconds) => ({
      field: 'duration',
      fix: `Ask for ${seconds} s.`,
      apply: (before) => ({ ...before, duration: seconds }) as RenderRequest,
    }))
}

/**
 * What may be given up of a kind: what the rules name, then whatever else says neither what is seen nor by whom it is made.
 */
function concessionsOf({ row }: Wanted): typeof concessions {
  const named = concessions.map((one) => one.field)
  const kept = ['kind', 'providerOptions', 'duration', ...row.texts, ...row.media, ...named]
  const further = row.fields.filter((field) => !kept.includes(field))
  const makesClips = row.fields.includes('duration')
  return [
    ...concessions.map((one) =>
      one.field === 'n' && !makesClips ? { ...one, fix: 'Ask for one at a time.' } : one,
    ),
    ...further.map((field) => ({ field, fix: `Leave ${field} out.` })),
  ]
}

function stepsOf(wanted: Wanted, market: Market): readonly Step[] {
  const { request, terms } = wanted
  return [
    ...(terms.maxCost === undefined ? [] : [{ opens: 'maxCost' } as const]),
    ...(terms.within === undefined || terms.within === 'whenever' ? [] : [{ opens: 'within' } as const]),
    ...lengthSteps(wanted, market),
    ...concessionsOf(wanted)
      .filter(({ field }) => Object.hasOwn(request, field))
      .map(({ field, fix }) => ({ field, fix, apply: (before: RenderRequest) => without(before, field) })),
  ]
}

/** The terms that were left open, closed again around a row. */
function closed(
  { request, terms }: Wanted,
  steps: readonly Step[],
  { most, offer, provider }: Fit,
): Concession {
  const time = mostMsOf(offer)
  const fixes = steps.map((step) => {
    if (step.opens === undefined) return step.fix
    return step.opens === 'maxCost'
      ? `Raise the budget to ${formatUsd(most)}.`
      : // Rounded up: what is allowed has to be enough.
        `Allow ${minutesInWords(Math.ceil(time / 6_000) * 6_000)}.`
  })
  const opened = steps.map(({ opens }) => opens)
  const intent = {
    ...request,
    ...terms,
    ...(opened.includes('maxCost') && { maxCost: most }),
    ...(opened.includes('within') && { within: time }),
  } as RenderIntent
  const { model, mode } = offer
  return { fix: fixes.join(' '), intent, offer: { provider: provider.id, model, mode } }
}

/** Tries changes of one intent; the same request is asked about once. */
function trial(wanted: Wanted, market: Market): (steps: readonly Step[]) => Concession | undefined {
  const requests = new Map<string, RenderRequest>()
  return (steps) => {
    const changes = steps.flatMap((step) => (step.opens === undefined ? [step] : []))
    const name = changes.map(({ fix }) => fix).join(' ')
    const request = requests.get(name) ?? changes.reduce((before, { apply }) => apply(before), wanted.request)
    requests.set(name, request)
    const opened = steps.flatMap(({ opens }) => opens ?? [])
    const terms = { ...wanted.terms, ...Object.fromEntries(opened.map((term) => [term, undefined])) }
    const changed = { ...wanted, request, terms }
    const { fits } = surveyOf(changed, market)
    // Of what fits once a term is open, what is nearest to it.
    const [nearest] = opened.includes('maxCost')
      ? [...fits].sort((a, b) => compareFits('draft', a, b))
      : opened.includes('within')
        ? [...fits].sort((a, b) => mostMsOf(a.offer) - mostMsOf(b.offer))
        : fits
    return nearest && closed(changed, steps, nearest)
  }
}

/** Whether anything fits once all is given up that can be. */
function isHopeless(wanted: Wanted, steps: readonly Step[], market: Market): boolean {
  const terms = { purpose: wanted.terms.purpose }
  if (surveyOf({ ...wanted, terms }, market).fits.length > 0) return false
  const dropped = steps.reduce(
    (before, step) => (step.opens === undefined ? without(before, step.field) : before),
    wanted.request,
  )
  const request = { ...dropped, ...wanted.row.defaults } as RenderRequest
  return surveyOf({ ...wanted, request, terms }, market).fits.length === 0
}

/**
 * The least that has to change for something to fit: single changes where one is enough, else two together. Empty where
 * that does not help either: then it is the words or the pictures that nobody takes.
 */
export function concessionsFor(wanted: Wanted, market: Market): readonly Concession[] {
  const steps = stepsOf(wanted, market)
  if (isHopeless(wanted, steps, market)) return []
  const attempt = trial(wanted, market)
  const singles = steps.flatMap((step) => attempt([step]) ?? [])
  if (singles.length > 0) return singles.slice(0, mostShown)
  const found: Concession[] = []
  for (const [at, first] of steps.entries()) {
    for (const second of steps.slice(at + 1)) {
      const both = found.length < mostShown ? attempt([first, second]) : undefined
      if (both) found.push(both)
    }
  }
  return found
}
