import type { MediaRule } from './media.ts'
import type { MicroUsd } from './money.ts'
import type { CameraControl, Mode } from './request/fields.ts'
import type { Kind } from './request/index.ts'
import type { KlingModel } from './request/models.ts'
import type { Failure } from './task.ts'
import type { TextUnit } from './text.ts'

/**
 * `current`: sold and documented. `unverified`: may still run; used when named, never chosen automatically.
 * `discontinued`: refused before any request.
 */
export type OfferState = 'current' | 'unverified' | 'discontinued'

/** How long a text may be, in what the provider counts; characters (code points) when it does not say. */
export interface TextLimit {
  readonly maxLength: number
  readonly unit?: TextUnit
}

/** What a request may contain for this row; pure data. */
export interface Limits {
  /** Clip lengths sold, in seconds. */
  readonly durations: readonly number[]
  readonly prompt: TextLimit & { readonly required: boolean }
  readonly negativePrompt: false | TextLimit
  /** `false`: the picture decides. */
  readonly aspectRatios: false | readonly string[]
  readonly cfgScale: boolean
  /** `never`: silent only. `optional`: silent unless asked. */
  readonly audio: 'never' | 'optional' | 'always'
  /** Camera moves taken, and the only clip length they work at. */
  readonly cameraControl:
    | false
    | { readonly types: readonly CameraControl['type'][]; readonly durations: readonly number[] }
  readonly images: false | MediaRule
  readonly endImage:
    | false
    | {
        /** Whether an end image may come without a start image. */
        readonly alone: boolean
        readonly durations?: readonly number[]
        /** Whether the clip must be silent beside an end image. */
        readonly silentOnly?: boolean
      }
}

/** Units charged: a number, or the two ends between which it lies. */
export type Rate = number | readonly [min: number, max: number]

/**
 * `list`: published by the provider, or captured from its own pages. `derived`: worked out, quoted second-hand, or old.
 * `yours`: what the caller passed as `prices`.
 */
export type PriceBasis = 'list' | 'derived' | 'yours'

/** How a row is priced; pure data. */
export interface PriceRule {
  /** Name of the provider's billing unit, for example `unit`, or `usd` where it bills money. */
  readonly unit: string
  /** List price of one unit, in micro-USD. */
  readonly unitUsd: MicroUsd
  readonly per: 'second' | 'clip'
  /** Units per second or clip, by whether the clip has sound; a missing one is not sold. */
  readonly silent?: Rate
  readonly audio?: Rate
  /** Where the rates come from: one word for all, or one each where they differ. `list` when absent. */
  readonly basis?: PriceBasis | { readonly silent: PriceBasis; readonly audio: PriceBasis }
  /** Why no price is known, where the rates are missing for another reason than that nobody says. */
  readonly why?: string
  readonly source: string
  /** ISO date. */
  readonly asOf: string
}

/** How long a row's renders take and how often to ask. */
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

/**
 * One row of a catalogue: one kind, model and mode that a provider sells.
 *
 * @example
 * ```ts
 * import type { Catalog } from '@reelay/core'
 * const longest = (catalog: Catalog): number =>
 *   Math.max(...catalog.offers.flatMap((offer) => offer.limits.durations))
 * ```
 */
export interface Offer {
  /** Provider id; a composition's catalogue is the union of its leaves' rows. */
  readonly provider: string
  readonly kind: Kind
  readonly model: KlingModel
  readonly mode: Mode
  readonly state: OfferState
  /** Name of the adapter's route that serves this row. */
  readonly route: string
  /** The provider's own name for it: a model name, or an endpoint id. */
  readonly nativeModel: string
  readonly limits: Limits
  readonly price: PriceRule
  readonly timing: Timing
  readonly source: string
  /** ISO date on which the row was last checked. */
  readonly asOf: string
}

/**
 * What a provider documents about tasks that end failed: they cost nothing. Only with a source, since it decides
 * whether a failed task may be bought again elsewhere.
 */
export interface FreeFailures {
  /** The failures that are free; all of them when absent. */
  readonly reasons?: readonly Failure['reason'][]
  readonly source: string
  /** ISO date on which the source was last read. */
  readonly asOf: string
}

/** How long a provider keeps the files of finished tasks. */
export interface Retention {
  /** Provider id; a composition's catalogue is the union of its leaves' rows. */
  readonly provider: string
  /** Milliseconds from a task's end. */
  readonly ms: number
  readonly source: string
  /** ISO date on which the source was last read. */
  readonly asOf: string
}

/** Everything a provider sells, as data. */
export interface Catalog {
  /** Model used when a request names none. */
  readonly defaultModel: KlingModel
  readonly offers: readonly Offer[]
  /** Absent where the provider documents no such thing: then a failed task counts as paid for. */
  readonly freeFailures?: FreeFailures
  /** No row where the provider does not say. */
  readonly retention?: readonly Retention[]
}
