import { patchAt } from '../model/patch.ts'
import type { Way } from '../model/problem.ts'

/**
 * How far a change takes a request from what was asked for. What one asked for is kept before it is dropped: a dearer mode
 * that has sound is nearer than no sound. A model that was named is not changed before that.
 */
export const costs = {
  tidy: 0.5,
  spelling: 1,
  kind: 2,
  mode: 3,
  value: 4,
  modelLeftOpen: 6,
  cut: 9,
  drop: 10,
  // More than dropping several fields: whoever names a model wants that one.
  modelNamed: 40,
} as const

/** Leaves a field out. */
export function drop(path: string, fix: string): Way {
  return { patch: patchAt(path.split('.'), null), cost: costs.drop, fix }
}

/** Sets a field to the nearest value there is. */
export function set(path: string, value: unknown, fix: string, cost: keyof typeof costs = 'value'): Way {
  return { patch: patchAt(path.split('.'), value), cost: costs[cost], fix }
}
