/**
 * A request as an adapter describes it: no origin, no credentials.
 *
 * @example
 * ```ts
 * import { type HttpRequest, pathPart } from '@reelay/core/adapter'
 * const readClip = (id: string): HttpRequest => ({ method: 'GET', path: `/v1/clips/${pathPart(id)}` })
 * ```
 */
export interface HttpRequest {
  /**
   * A whole address instead of `host` and `path`, as some upload protocols hand out: it came from a reply, so it gets
   * no credentials and none of the caller's headers, and has to be https outside the caller's network.
   */
  readonly url?: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Name of one of the provider's hosts; its main one when absent. */
  readonly host?: string
  /** Starts with `/`; parts that come from data are already URI-encoded. */
  readonly path?: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly json?: unknown
  /** Instead of `json`. */
  readonly body?: Uint8Array | FormData
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A create call as it would leave, without what is each submit's own: key, external id and callback.
 *
 * @example
 * ```ts
 * import type { EncodedRequest } from '@reelay/core'
 * const asCurl = ({ method, path, json }: EncodedRequest): string =>
 *   `curl -X ${method} "$BASE${path}" -d '${JSON.stringify(json)}'`
 * ```
 */
export interface EncodedRequest {
  readonly method: string
  /** Below the provider's address. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number>>
  readonly headers?: Readonly<Record<string, string>>
  /** The body, with `<startImage …>` for media that are read or uploaded first; addresses stand as they are. */
  readonly json?: unknown
  /** Priced calls that would leave before it, by name. */
  readonly steps?: { readonly [name: string]: EncodedRequest }
}

/**
 * A whole reply, as it came: it may repeat a secret, so nothing of it is shown but through a `Redactor`.
 *
 * @example
 * ```ts
 * import type { HttpReply } from '@reelay/core/adapter'
 * const isBusy = ({ status, headers }: HttpReply): boolean => status === 429 && headers['x-reason'] === 'concurrency'
 * ```
 */
export interface HttpReply {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Parsed JSON, or `undefined` when the body is empty or not JSON. Whole numbers beyond 2^53 are text, digit by digit: a
   * double would round them.
   */
  readonly body: unknown
  /** Milliseconds the provider asked us to wait. */
  readonly retryAfterMs?: number
  /** Milliseconds since the epoch by the server's clock, from its `Date` header. */
  readonly serverTime?: number
}

/** An exchange that brought no whole reply. */
export interface BrokenExchange {
  readonly type: 'broken'
  /** `client`: a caller's own HTTP client did something else than send it and hand its answer on. */
  readonly reason: 'network' | 'timeout' | 'aborted' | 'too-large' | 'client'
  /** `false` only when surely nothing reached the provider. */
  readonly sent: boolean
  /** A code such as `ECONNRESET`, or a few plain words; never text from the reply. */
  readonly detail: string
  /** Set when the status line arrived and the body did not. */
  readonly httpStatus?: number
  /** The answer that had come before the caller's own HTTP client broke off: it may name the task. */
  readonly reply?: HttpReply
}

/** What came of one attempt. */
export type Exchange = { readonly type: 'reply'; readonly reply: HttpReply } | BrokenExchange
