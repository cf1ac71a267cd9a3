import type { RenderRequest } from '../../kinds/kinds.ts'
import { timeOf } from '../../model/clock.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { Cost, MicroUsd } from '../../model/money.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { defaultModelOf } from '../../provider/request/offer.ts'
import type { TellCharge } from './budget.ts'

/**
 * What a guard tells of beside its answers; amounts are micro-USD, `at` is milliseconds since the epoch.
 *
 * - `no-cost`: what the provider calls the cost of a task cannot be one; what was set aside stands
 * - `above-quote`: it charged more than quoted, which counts in full
 * - `far-above-quote`: it charged more than ten times as much, of which ten times count; nothing more of that row is bought
 *   until `confirm` has said yes to it
 * - `clock-set`: the clock of this process was set, by more than a minute; its budget goes on by the earlier of the two
 *
 * @example
 * ```ts
 * import { formatUsd, type GuardEvent } from '@reelay/core'
 * const line = (event: GuardEvent): string =>
 *   event.type === 'clock-set'
 *     ? `the clock was set by ${event.byMs} ms`
 *     : `${event.type}: ${event.handle.id} counts ${formatUsd(event.counted)}`
 * ```
 */
export type GuardEvent =
  | {
      readonly type: 'no-cost' | 'above-quote' | 'far-above-quote'
      readonly at: number
      readonly handle: TaskHandle
      /** As the provider told it. */
      readonly cost: Cost
      /** What was set aside. */
      readonly reserved: MicroUsd
      /** What counts. */
      readonly counted: MicroUsd
    }
  | {
      readonly type: 'clock-set'
      readonly at: number
      /** Milliseconds; below 0 where it was set back. */
      readonly byMs: number
    }

const eventOf = { 'as-quoted': 'no-cost', above: 'above-quote', 'far-above': 'far-above-quote' } as const

/** A row of the catalogue, as a task names it. */
type Row = Pick<TaskHandle, 'kind' | 'model' | 'mode'>

/** The rows that charged far more than they were quoted at, and that nobody has said yes to since. */
export interface Suspects {
  readonly tell: TellCharge
  /** Those that a request may buy from. */
  like(request: RenderRequest): readonly Row[]
  /** Somebody has said yes to them. */
  clear(rows: readonly Row[]): void
}

/** Watches what tasks cost, and tells a caller. */
export function keepSuspects({ clock, catalog }: VideoProvider, told: (event: GuardEvent) => void): Suspects {
  let suspects: readonly Row[] = []
  return {
    tell(handle, cost, reserved, charge) {
      const { kind, model, mode } = handle
      if (charge?.is === 'far-above') suspects = [...suspects, { kind, model, mode }]
      const type = eventOf[charge?.is ?? 'as-quoted']
      const counted = charge?.amount ?? reserved
      told({ type, at: timeOf(clock), handle, cost, reserved, counted })
    },
    like: ({ kind, model = defaultModelOf(catalog, kind), mode }) =>
      suspects.filter(
        (row) => row.kind === kind && row.model === model && (mode === undefined || row.mode === mode),
      ),
    clear(rows) {
      suspects = suspects.filter((row) => !rows.includes(row))
    },
  }
}
