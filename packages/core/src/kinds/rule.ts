import type { Way } from '../model/problem.ts'
import { modeNames } from '../model/words.ts'
import type { Case } from './kind.ts'
import type { KindTypes } from './kind-types.ts'
import { costs } from './ways.ts'

/** The rows that would allow it, each as a way: another mode of the same model first, then another model. */
export function otherRows<Types extends KindTypes>(
  { request, offer, offers }: Case<Types>,
  allows: (limits: Types['limits']) => boolean,
  which: string,
): readonly Way[] {
  const here = modeNames.indexOf(offer.mode)
  return offers
    .filter(({ state, limits }) => state !== 'discontinued' && allows(limits))
    .filter(({ model, state }) => model === offer.model || state === 'current')
    .filter((one) => one !== offer)
    .map(({ model, mode }) => {
      const steps = Math.abs(modeNames.indexOf(mode) - here) / 10
      if (model === offer.model) {
        return { patch: { mode }, cost: costs.mode + steps, fix: `Use mode: '${mode}', ${which}.` }
      }
      const cost = request.model === undefined ? costs.modelLeftOpen : costs.modelNamed
      return { patch: { model, mode }, cost: cost + steps, fix: `Use ${model} in mode ${mode}, ${which}.` }
    })
}

/** Modes in which the row's own model would allow it. */
export const modesThat = <Types extends KindTypes>(
  { offer, offers }: Case<Types>,
  allows: (limits: Types['limits']) => boolean,
): readonly string[] =>
  offers
    .filter(({ model, state, limits }) => model === offer.model && state !== 'discontinued' && allows(limits))
    .map(({ mode }) => mode)

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

const shapeOf = (ratio: string): number => {
  const [width = 1, height = 1] = ratio.split(':').map(Number)
  return Math.log(width / height)
}

/** The width to height closest to the one wanted; `undefined` when there is none. */
export function nearestRatio(ratios: readonly string[], wanted: string): string | undefined {
  const known = ratios.filter((ratio) => ratio.includes(':'))
  const near = closest(known.map(shapeOf), shapeOf(wanted))
  return known.find((ratio) => shapeOf(ratio) === near)
}
