import type { Failure } from '../model/task.ts'
import type { KlingModel, Mode } from '../model/words.ts'
import type { KindTypes } from './kind-types.ts'
import type { PriceRule } from './price.ts'

/**
 * `current`: sold and documented. `unverified`: may still run; used when named, never chosen automatically.
 * `discontinued`: refused before any request.
 *
 * @example
 * ```ts
 * import type { Offer, OfferState } from '@reelay/core'
 * const shown: ReadonlySet<OfferState> = new Set(['current', 'unverified'])
 * const forTheMenu = (offers: readonly Offer[]): readonly Offer[] => offers.filter(({ state }) => shown.has(state))
 * ```
 */
export type OfferState = 'current' | 'unverified' | 'discontinued'

/**
 * How long a row's renders take and how often to ask.
 *
 * @example
 * ```ts
 * import type { Offer, Timing } from '@reelay/core'
 * const minutes = ({ expectedMs }: Timing): number => Math.ceil(expectedMs / 60_000)
 * const label = ({ model, mode, timing }: Offer): string => `${model} ${mode}, about ${minutes(timing)} min`
 * ```
 */
export interface Timing {
  /** Typical milliseconds from submission to result. */
  readonly expectedMs: number
  /** Never ask about one task more often than this. */
  readonly pollFloorMs: number
  /** Milliseconds between two reads of one account, whatever they are about; 100 when absent. */
  readonly readSpacingMs?: number
  /** Most tasks that one read can bring; when absent, as many as the provider's `getMany` is given. */
  readonly tasksPerRead?: number
  /** Most reads of single tasks under way at a time; 16 when absent. */
  readonly readsAtOnce?: number
}

/** One row of a catalogue, of one kind's types. */
export interface OfferOf<Types extends KindTypes> {
  /** Provider id; a composition's catalogue is the union of its leaves' rows. */
  readonly provider: string
  readonly kind: Types['kind']
  readonly model: KlingModel
  readonly mode: Mode
  readonly state: OfferState
  /** Name of the adapter's route that serves this row. */
  readonly route: string
  /** The provider's own name for it: a model name, or an endpoint id. */
  readonly nativeModel: string
  /** What a request may contain for this row; pure data, of the kind's own type. */
  readonly limits: Types['limits']
  readonly price: PriceRule
  /**
   * Its create takes no id of ours, where others of the provider do: where an answer is lost nobody can look for the task,
   * and nothing is sent again.
   */
  readonly takesNoId?: true
  /** Priced calls that come before the create, by name, each as one `clip`: the quote has them in it. */
  readonly steps?: { readonly [name: string]: PriceRule }
  readonly timing: Timing
  readonly source: string
  /** ISO date on which the row was last checked. */
  readonly asOf: string
}

/**
 * What a provider documents about tasks that end failed: they cost nothing. Only with a source, since it decides
 * whether a failed task may be bought again elsewhere.
 *
 * @example
 * ```ts
 * import type { Catalog, FreeFailures } from '@reelay/core'
 * const documented = ({ source, asOf }: FreeFailures): string => `Failed tasks cost nothing (${source}, read ${asOf})`
 * const ifItFails = ({ freeFailures }: Catalog): string =>
 *   freeFailures ? documented(freeFailures) : 'A failed task counts as paid for'
 * ```
 */
export interface FreeFailures {
  /** The failures that are free; all of them when absent. */
  readonly reasons?: readonly Failure['reason'][]
  readonly source: string
  /** ISO date on which the source was last read. */
  readonly asOf: string
}

/**
 * How long a provider keeps the files of finished tasks.
 *
 * @example
 * ```ts
 * import type { Catalog, Retention } from '@reelay/core'
 * const days = ({ ms }: Retention): number => Math.floor(ms / 86_400_000)
 * const keptFor = ({ retention = [] }: Catalog, provider: string): string => {
 *   const row = retention.find((row) => row.provider === provider)
 *   return row ? `${days(row)} days` : 'as long as nobody knows: store clips at once'
 * }
 * ```
 */
export interface Retention {
  /** Provider id; a composition's catalogue is the union of its leaves' rows. */
  readonly provider: string
  /** Milliseconds from a task's end, in which its files are kept. */
  readonly ms: number
  /** Milliseconds from a task's end, in which the provider says where they are; as long as they are kept when absent. */
  readonly toldMs?: number
  readonly source: string
  /** ISO date on which the source was last read. */
  readonly asOf: string
}
