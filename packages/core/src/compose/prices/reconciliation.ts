import type { MicroUsd } from '../../model/money.ts'
import type { UsageReport, UsageRow } from '../../provider/usage.ts'
import type { Drift } from './drift.ts'
import type { SpendGroup } from './spend-groups.ts'

/**
 * Books that could not be read.
 *
 * @example
 * ```ts
 * import type { NoUsage } from '@reelay/core'
 * const none: NoUsage = { provider: 'replicate', account: 'default', why: 'It keeps no books that can be asked.' }
 * ```
 */
export interface NoUsage {
  readonly provider: string
  readonly account: string
  /** As a sentence. */
  readonly why: string
}

/**
 * Options of `reconcile`.
 *
 * @example
 * ```ts
 * import type { ReconcileOptions, UsageReader } from '@reelay/core'
 * const november = async (usage: UsageReader): Promise<ReconcileOptions> => {
 *   const [from, to] = [Date.parse('2026-11-01'), Date.parse('2026-12-01')]
 *   return { from, to, usage: [await usage({ from })] }
 * }
 * ```
 */
export interface ReconcileOptions {
  /** The providers' own books, see `UsageReader`; read them up to now, since a charge comes after its purchase. */
  readonly usage?: readonly (UsageReport | NoUsage)[] | undefined
  /** Purchases from this moment on, milliseconds since the epoch; all when absent. */
  readonly from?: number | undefined
  /** Purchases before this moment, milliseconds since the epoch; all when absent. */
  readonly to?: number | undefined
  /** By what share a charge may differ from its quote; 0.01 (1 %) when absent. */
  readonly tolerance?: number | undefined
}

/**
 * What could not be checked, and why.
 *
 * - `open`: the task has not been seen to end
 * - `unknown`: nobody knows whether the request made a task
 * - `unnamed`: a person says that there is a task, and nobody knows its id
 * - `price`: the quote was unknown
 * - `currency`: the charge is in a unit that the quote is not in
 * - `late`: the books may not have it yet; what the task itself says counts meanwhile
 * - `untold`: neither the task nor any books say what it was charged
 * - `books`: there are no books of this account
 * - `gap`: the books say that they lack something
 * - `summed`: books that name no task: their total stands beside that of the journal
 * - `unreadable`: orders of the journal that this version cannot read
 *
 * @example
 * ```ts
 * import type { Unchecked } from '@reelay/core'
 * const line = ({ message, keys }: Unchecked): string => `${message}${keys.length > 0 ? ` (${keys.join(', ')})` : ''}`
 * ```
 */
export interface Unchecked {
  readonly what:
    | 'open'
    | 'unknown'
    | 'unnamed'
    | 'price'
    | 'currency'
    | 'late'
    | 'untold'
    | 'books'
    | 'gap'
    | 'summed'
    | 'unreadable'
  readonly provider?: string
  readonly account?: string
  /** Why, and what to do, as a sentence. */
  readonly message: string
  /** Idempotency keys of the orders it is about; none where it is about an account. */
  readonly keys: readonly string[]
}

/**
 * A charge in the books that the journal does not know: bought elsewhere, or by an order that was pruned.
 *
 * @example
 * ```ts
 * import { formatUsd, type Stranger } from '@reelay/core'
 * const line = ({ provider, taskId, microUsd }: Stranger): string => `${provider} ${taskId}: ${formatUsd(microUsd ?? 0)}`
 * ```
 */
export type Stranger = UsageRow & { readonly provider: string; readonly account: string }

/**
 * Quotes held against bills. Plain JSON.
 *
 * @example
 * ```ts
 * import type { Reconciliation } from '@reelay/core'
 * const isClean = ({ drifts, elsewhere, unchecked }: Reconciliation): boolean =>
 *   drifts.length + elsewhere.length + unchecked.length === 0
 * ```
 */
export interface Reconciliation {
  readonly purchases: number
  /** What purchases with a known price were quoted at, at the most. */
  readonly quotedMicroUsd: MicroUsd
  /** What is known to be charged. */
  readonly billedMicroUsd: MicroUsd
  /** By day, provider account, model and mode. */
  readonly groups: readonly SpendGroup[]
  /** What is not as it should be. */
  readonly drifts: readonly Drift[]
  readonly elsewhere: readonly Stranger[]
  readonly unchecked: readonly Unchecked[]
}
