import type { Operation } from '../engine/exchange.ts'
import type { RefusalMeaning } from '../engine/refusals.ts'
import type { ProviderId } from '../providers.ts'

/**
 * Requests a fault lies in wait for: one operation, `any-read` (query, result and list), or `any`.
 *
 * @example
 * ```ts
 * import type { FaultOn } from '@reelay/emulator'
 *
 * const on: FaultOn = 'any-read'
 * ```
 */
export type FaultOn = Exclude<Operation, 'other'> | 'any-read' | 'any'

/**
 * What a fault's `match` may look at.
 *
 * @example
 * ```ts
 * import type { FaultInfo } from '@reelay/emulator'
 *
 * const onlyPro = (info: FaultInfo): boolean => info.model === 'kling-v3'
 * ```
 */
export interface FaultInfo {
  readonly provider: ProviderId
  readonly op: Operation
  readonly method: string
  /** Provider path without mount prefix and query. */
  readonly path: string
  /** Parsed JSON body, undefined where there is none. */
  readonly json: unknown
  readonly model?: string
  readonly taskId?: string
  readonly externalId?: string
}

interface FaultCommon {
  /** Limits the fault to one provider. */
  readonly provider?: ProviderId
  readonly on: FaultOn
  /** How many requests it hits, 1 unless told; `Infinity` is allowed. */
  readonly times?: number
  /** How many matching requests pass unharmed first, 0 unless told. */
  readonly skip?: number
  /** A further condition. */
  readonly match?: (info: FaultInfo) => boolean
}

/** `created: true` lets the provider do its work (create and charge) before the answer is replaced. */
interface Replaces {
  readonly created?: boolean
}

type FaultAct =
  /** The connection breaks and nothing was done. `code` is the cause's code in-process (default ECONNRESET). */
  | { readonly kind: 'lost-before-create'; readonly code?: string }
  /** The work is done, then the connection breaks without a byte of answer. */
  | { readonly kind: 'lost-after-create'; readonly code?: string }
  /** The work is done; the status line and half the body arrive, then the connection breaks. */
  | { readonly kind: 'reset-mid-answer' }
  /** No answer. After `ms` (emulator clock; never, unless told) the connection breaks. */
  | { readonly kind: 'hang'; readonly created: boolean; readonly ms?: number }
  /** The work is done at once; the answer comes `ms` later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection breaks at once; the task becomes visible, and starts, only `ms` later. */
  | { readonly kind: 'in-flight'; readonly ms: number }
  /** An error answer: the provider's own body for `code` or `status`, or `body`. Not created unless told. */
  | ({
      readonly kind: 'status'
      readonly status?: number
      readonly code?: number
      readonly body?: string | object
      readonly headers?: Readonly<Record<string, string>>
    } & Replaces)
  /**
   * The provider's own refusal for what `as` means, whatever its status and code. Not created unless told. A request that
   * the provider never refuses so passes, and the hit is given back.
   */
  | ({
      readonly kind: 'refuse'
      readonly as: RefusalMeaning
      readonly headers?: Readonly<Record<string, string>>
    } & Replaces)
  /** 429. `retryAfter` in seconds, or a literal header, or `'date'` for an HTTP-date two seconds ahead. */
  | { readonly kind: 'rate-limit'; readonly retryAfter?: number | 'date' | (string & {}) }
  /** A gateway's HTML page, 502 unless told. Not created unless told. */
  | ({ readonly kind: 'html'; readonly status?: number } & Replaces)
  /** Half of the JSON answer, complete by Content-Length. Created unless told. */
  | ({ readonly kind: 'truncated-json' } & Replaces)
  /** An empty body, status 200 unless told. Created unless told. */
  | ({ readonly kind: 'empty'; readonly status?: number } & Replaces)
  /** A redirect, 302 unless told, to the same URL with `redirected=1` unless told. Not created unless told. */
  | ({ readonly kind: 'redirect'; readonly status?: number; readonly location?: string } & Replaces)
  /** A task status outside the documentation; `paused` unless told. */
  | { readonly kind: 'unknown-status'; readonly word?: string }
  /** Drops one field, dotted (`task_result.videos`), counted from the answer's root or from each task in it. */
  | { readonly kind: 'missing-field'; readonly field: string }
  /** A finished task whose outputs carry no URL. Waits for such an answer. */
  | { readonly kind: 'missing-url' }
  /** The download URL answers 403. */
  | { readonly kind: 'expired' }
  /** Fewer bytes than Content-Length says; half unless told. In-process the body simply ends early. */
  | { readonly kind: 'truncated'; readonly afterBytes?: number }
  /** The download stops after so many bytes; it goes on after `ms` (emulator clock; never, unless told). */
  | { readonly kind: 'stall'; readonly afterBytes: number; readonly ms?: number }
  /** An HTML page in the place of the clip; `text/html` unless told. */
  | { readonly kind: 'html-as-video'; readonly contentType?: string }
  /** No Content-Length, and the body ends early without any sign of it; half unless told. */
  | { readonly kind: 'no-length-cut'; readonly afterBytes?: number }

/**
 * A fault to plant. Kinds that need the work done first (`lost-after-create`, …) do it on reads as well.
 *
 * @example
 * ```ts
 * import { createEmulator, type FaultSpec } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const spec: FaultSpec = { on: 'create', kind: 'status', status: 500, created: true, times: 2 }
 * const fault = emulator.control.fault(spec)
 * console.log(fault.hits)
 * ```
 */
export type FaultSpec = FaultCommon & FaultAct

/**
 * Every kind of fault.
 *
 * @example
 * ```ts
 * import type { FaultKind } from '@reelay/emulator'
 *
 * const kinds: readonly FaultKind[] = ['lost-after-create', 'hang']
 * ```
 */
export type FaultKind = FaultAct['kind']

/**
 * A planted fault.
 *
 * @example
 * ```ts
 * import { createEmulator, type Fault } from '@reelay/emulator'
 *
 * const fault: Fault = createEmulator().control.fault({ on: 'query', kind: 'html', times: Infinity })
 * fault.remove()
 * ```
 */
export interface Fault {
  /** How many requests it has hit so far. */
  readonly hits: number
  /** Takes it out. */
  remove(): void
}
