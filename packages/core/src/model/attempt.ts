import type { Submission, TaskHandle } from './handle.ts'
import type { Cost } from './money.ts'
import type { ErrorCode, Outcome } from './outcome.ts'
import type { Quote } from './quote.ts'

/**
 * One provider that a submit tried, or passed over for free; plain JSON. A composition of several providers puts the
 * list of them on its tasks and errors.
 *
 * @example
 * ```ts
 * import type { Attempt } from '@reelay/core'
 * const print = ({ provider, account, code, outcome }: Attempt): string =>
 *   `${provider} (${account}): ${code ?? 'a task'}, ${outcome}`
 * ```
 */
export interface Attempt {
  readonly provider: string
  readonly account: string
  /** Name of the relay, where it was one. */
  readonly host?: string
  /** When it began; milliseconds since the epoch. */
  readonly at: number
  /** Whether this attempt may have cost money. */
  readonly outcome: Outcome
  /** Why it brought no clip; absent for the task that was kept. */
  readonly code?: ErrorCode
  /** The same in a line for people. */
  readonly reason?: string
  /**
   * Set when nothing was asked of the provider at all: it cannot serve the request (`check`), costs more than allowed
   * (`cost`), or has failed too often of late (`breaker`).
   */
  readonly skipped?: 'check' | 'cost' | 'breaker'
  /** What the provider would have charged, or will, by its catalogue. */
  readonly quote: Quote
  /** What the provider said it did charge, where it had said so by then. */
  readonly cost?: Cost
  /** The task, with outcome `accepted`. */
  readonly handle?: TaskHandle
  /** What the task can be found by, with outcome `unknown`. */
  readonly submission?: Submission
}
