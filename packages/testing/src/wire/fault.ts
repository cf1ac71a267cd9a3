/**
 * Faults between the client and the provider, which {@link createWire} makes by itself:
 *
 * - `lost-request`: the connection breaks before the request arrives
 * - `lost-answer`: the request is carried out, and the connection breaks before any byte of the answer
 * - `reset`: the request is carried out, and the connection breaks in the middle of the answer
 * - `hang-request`, `hang-answer`: the same two, but nothing ever comes and nothing breaks
 * - `slow-answer`: the request is carried out at once, and its answer comes `ms` later
 * - `in-flight`: the connection breaks at once, and the request arrives `ms` later all the same
 * - `false-refusal`: the request is carried out, and the caller's `fetch` reports ECONNREFUSED
 * - `status`: an answer with HTTP `status` and a body that is not the provider's
 * - `redirect`: HTTP 307 to the same address, followed unless the request forbids it
 * - `html`: a gateway's page with `status`, 502 unless told
 * - `truncated-json`: half of the provider's answer
 * - `empty`: HTTP 200 without a body
 * - `echo`: the provider's own refusal of a request without credentials, its words repeating every header it was sent
 *
 * @example
 * ```ts
 * import type { GatewayFault, Wire } from '@reelay/testing'
 * const lost: readonly GatewayFault[] = ['lost-request', 'lost-answer', 'reset']
 * const loseNext = (wire: Wire): void => lost.forEach((fault) => wire.fault(fault))
 * ```
 */
export type GatewayFault =
  | 'lost-request'
  | 'lost-answer'
  | 'reset'
  | 'hang-request'
  | 'hang-answer'
  | 'slow-answer'
  | 'in-flight'
  | 'false-refusal'
  | 'status'
  | 'redirect'
  | 'html'
  | 'truncated-json'
  | 'empty'
  | 'echo'

/**
 * Faults in the provider's own words, for whoever simulates it. On a create, each refusal is one that the provider
 * documents as "nothing was created"; where it documents none, it cannot be planted.
 *
 * - `unauthorized`, `forbidden`, `funds`, `invalid`, `content`, `concurrency`: refused for that reason
 * - `rate-limit`: refused for too many requests, with `Retry-After: retryAfter` when that is given (seconds)
 * - `not-found`: a read is told that there is no such task
 * - `missing-id`: a create succeeds without naming the task
 * - `unknown-status`: a read shows a status word outside the documentation
 * - `missing-url`: a read shows a finished task without its result
 * - `task-fails`: the next task made ends failed
 *
 * @example
 * ```ts
 * import type { ProviderFault } from '@reelay/testing'
 * // The words of a simulated provider of your own.
 * const answers: { readonly [fault in ProviderFault]?: number } = { unauthorized: 401, funds: 402, 'rate-limit': 429 }
 * ```
 */
export type ProviderFault =
  | 'unauthorized'
  | 'forbidden'
  | 'funds'
  | 'invalid'
  | 'content'
  | 'rate-limit'
  | 'concurrency'
  | 'not-found'
  | 'missing-id'
  | 'unknown-status'
  | 'missing-url'
  | 'task-fails'

/**
 * Name of a fault; a closed list.
 *
 * @example
 * ```ts
 * import type { FaultName } from '@reelay/testing'
 * const nasty: readonly FaultName[] = ['lost-answer', 'redirect', 'in-flight']
 * ```
 */
export type FaultName = GatewayFault | ProviderFault

/**
 * Which requests a fault strikes, and its details.
 *
 * @example
 * ```ts
 * import type { FaultOptions } from '@reelay/testing'
 * const options: FaultOptions = { on: 'read', times: 3, status: 503 }
 * ```
 */
export interface FaultOptions {
  /** `create`: paid requests; `read`: all others. `create` when absent. */
  readonly on?: 'create' | 'read'
  /** How many requests in a row; 1 when absent, `Infinity` for all that follow. */
  readonly times?: number
  /** HTTP status, for `status` and `html`. */
  readonly status?: number
  /** Whether the request is carried out before its answer is replaced, where the name leaves it open. */
  readonly created?: boolean
  /** Seconds, for `rate-limit`. */
  readonly retryAfter?: number
  /** Milliseconds until the request arrives, for `in-flight`, or the answer, for `slow-answer`. */
  readonly ms?: number
}
