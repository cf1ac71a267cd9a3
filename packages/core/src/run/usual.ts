import type { Timing } from '../kinds/offer.ts'

// The tenth and the ninetieth percentile of a log-logistic distribution of shape 6, as the schedule expects at first.
const spread = 9 ** (1 / 6)

/**
 * Between how many milliseconds after submission eight of ten tasks end, as far as a catalogue row can tell: for showing
 * to whoever waits.
 *
 * @example
 * ```ts
 * import { usualMs } from '@reelay/core'
 * const [from, to] = usualMs({ expectedMs: 60_000 }) // 41,600 to 86,500
 * ```
 */
export function usualMs({ expectedMs }: Pick<Timing, 'expectedMs'>): readonly [from: number, to: number] {
  return [expectedMs / spread, expectedMs * spread]
}
