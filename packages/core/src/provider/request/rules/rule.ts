import type { Limits, Offer } from '../../../model/offer.ts'
import type { Finding, Way } from '../../../model/problem.ts'
import type { RenderRequest } from '../../../model/request/index.ts'
import { costs } from '../ways.ts'

/** Clip length of requests that name none, in seconds: every model sells it. */
export const defaultDuration = 5

/** A request beside the catalogue row that would serve it, and the other rows of its kind. */
export interface Case {
  readonly request: RenderRequest
  readonly offer: Offer
  readonly limits: Limits
  /** The row as a person calls it: `kling-v2-6 std`. */
  readonly name: string
  readonly offers: readonly Offer[]
  /** Whether the provider stands where the caller does. */
  readonly near: boolean
}

/** What of a request a row does not allow; `false` and `undefined` are "nothing". */
export type Rule = (of: Case) => readonly (Finding | false | undefined)[]

const tiers = ['std', 'pro', '4k'] as const

/** The rows that would allow it, each as a way: another mode of the same model first, then another model. */
export function otherRows(
  { request, offer, offers }: Case,
  allows: (limits: Limits) => boolean,
  which: string,
): readonly Way[] {
  const here = tiers.indexOf(offer.mode)
  return offers
    .filter(({ kind, state, limits }) => kind === offer.kind && state !== 'discontinued' && allows(limits))
    .filter(({ model, state }) => model === offer.model || state === 'current')
    .filter((one) => one !== offer)
    .map(({ model, mode }) => {
      const steps = Math.abs(tiers.indexOf(mode) - here) / 10
      if (model === offer.model) {
        return { patch: { mode }, cost: costs.mode + steps, fix: `Use mode: '${mode}', ${which}.` }
      }
      const cost = request.model === undefined ? costs.modelLeftOpen : costs.modelNamed
      return { patch: { model, mode }, cost: cost + steps, fix: `Use ${model} in mode ${mode}, ${which}.` }
    })
}

/** `[3, 4, 5]` is `3 to 5`, `[5, 10]` is `5 or 10`. */
export function listed(numbers: readonly number[]): string {
  const [first = 0] = numbers
  const last = numbers.at(-1) ?? first
  const run = numbers.length > 2 && last - first === numbers.length - 1
  return run ? `${first} to ${last}` : numbers.join(' or ')
}

/** The number closest to the one wanted, the smaller of two; `undefined` when there is none. */
export function closest(numbers: readonly number[], wanted: number): number | undefined {
  // Within their range first: from very far away all of them are equally far in floating point.
  const near = Math.min(Math.max(wanted, Math.min(...numbers)), Math.max(...numbers))
  const away = (one: number): number => Math.abs(one - near)
  return numbers.reduce<number | undefined>(
    (best, one) => (best === undefined || away(one) < away(best) ? one : best),
    undefined,
  )
}
