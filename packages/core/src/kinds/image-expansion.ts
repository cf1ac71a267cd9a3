import * as z from 'zod/mini'
import { type Finding, problem } from '../model/problem.ts'
import type { Case } from './kind.ts'
import type { KindTypes } from './kind-types.ts'
import { modesThat, otherRows } from './rule.ts'
import { drop, set } from './ways.ts'

/**
 * How far a picture is widened on each side, as shares of its height (`up`, `down`) or its width (`left`, `right`): 0.5 adds
 * half of it, and a side left out stays where it is.
 *
 * @example
 * ```ts
 * import type { Expansion } from '@reelay/core'
 * const toWideScreen: Expansion = { left: 0.4, right: 0.4 }
 * ```
 */
export interface Expansion {
  readonly up?: number
  readonly down?: number
  readonly left?: number
  readonly right?: number
}

/**
 * How far a row widens pictures; pure data.
 *
 * @example
 * ```ts
 * import type { ExpansionLimits } from '@reelay/core'
 * const limits: ExpansionLimits = { side: 2, area: 3 }
 * ```
 */
export interface ExpansionLimits {
  /** Most on one side, as a share. */
  readonly side: number
  /** How many times as large as the picture the whole may become. */
  readonly area: number
}

const sides = ['up', 'down', 'left', 'right'] as const

/**
 * All four sides, 0 where nothing is added.
 *
 * @example
 * ```ts
 * import { wholeExpansion } from '@reelay/core/adapter'
 * wholeExpansion({ left: 0.5 }) // { up: 0, down: 0, left: 0.5, right: 0 }
 * ```
 */
export const wholeExpansion = ({
  up = 0,
  down = 0,
  left = 0,
  right = 0,
}: Expansion): Required<Expansion> => ({
  up,
  down,
  left,
  right,
})

const side = z.optional(z.number().check(z.gte(0)))

/** A field that holds an {@link Expansion}. */
export const expansionField: z.core.$ZodType = z
  .strictObject({ up: side, down: side, left: side, right: side })
  .check(
    z.describe(
      'Widens image on its sides, as shares of its height or width: 0.5 adds half. Where it is sold.',
    ),
  )

// Six digits drop the binary noise of decimal shares (1 + 0.1 + 0.1 is 1.2000000000000002).
const tidy = (value: number): number => Number(value.toFixed(6))

/** The same shape of sides, just as large as may be. */
function shrunk({ up, down, left, right }: Required<Expansion>, area: number): Required<Expansion> {
  const [high, wide] = [up + down, left + right]
  const [a, b] = [high * wide, high + wide]
  // (1 + f·high)(1 + f·wide) = area, solved for f.
  const factor = a === 0 ? (area - 1) / b : (Math.sqrt(b * b + 4 * a * (area - 1)) - b) / (2 * a)
  const less = (value: number): number => Math.floor(value * factor * 1_000) / 1_000
  return { up: less(up), down: less(down), left: less(left), right: less(right) }
}

interface Expandable extends KindTypes {
  readonly request: KindTypes['request'] & { readonly expand?: Expansion }
  readonly limits: { readonly expand: false | ExpansionLimits }
}

/** How far a picture is widened. */
export function widening(of: Case<Expandable>): readonly (Finding | false)[] {
  const { request, limits, name } = of
  if (request.expand === undefined) return []
  const sold = limits.expand
  if (!sold) {
    const expands = (row: Expandable['limits']): boolean => row.expand !== false
    const modes = modesThat(of, expands)
    if (modes.length > 0) {
      const message = `${name} widens no pictures: a widened one has no mode but ${modes.join(', ')}.`
      return [
        problem('mode', 'unsupported', message, `Use ${modes[0]}.`, otherRows(of, expands, 'which does')),
      ]
    }
    return [
      problem('expand', 'unsupported', `${name} widens no pictures.`, 'Leave it out.', [
        ...otherRows(of, expands, 'which does'),
        drop('expand', 'Leave expand out.'),
      ]),
    ]
  }
  const whole = wholeExpansion(request.expand)
  const over = sides.filter((one) => whole[one] > sold.side)
  if (over.length > 0) {
    const fix = `Use ${sold.side}.`
    return over.map((one) =>
      problem(`expand.${one}`, 'range', `${name} adds at most ${sold.side} on one side.`, fix, [
        set(`expand.${one}`, sold.side, fix),
      ]),
    )
  }
  const area = tidy((1 + whole.up + whole.down) * (1 + whole.left + whole.right))
  const fitting = shrunk(whole, sold.area)
  const fix = `Widen it less, such as ${sides.map((one) => `${one} ${fitting[one]}`).join(', ')}.`
  return [
    area === 1 &&
      problem('expand', 'range', 'It widens nothing, and would be paid for.', 'Set at least one side.'),
    area > sold.area &&
      problem(
        'expand',
        'range',
        `The picture would become ${Number(area.toFixed(2))} times as large; ${name} makes at most ${sold.area}.`,
        fix,
        [set('expand', fitting, fix)],
      ),
  ]
}
