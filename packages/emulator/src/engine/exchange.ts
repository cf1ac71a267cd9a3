/**
 * What a request asks for: `create` a paid task, a paid `step` that is answered at once and makes none, `query` one, its `result` where that is a call of its own, `list`
 * many, `cancel` one, `upload` an input, `download` a result, or `other` (anything that makes and reads no task, and
 * paths or methods the provider does not know).
 *
 * @example
 * ```ts
 * import type { Operation } from '@reelay/emulator'
 *
 * const op: Operation = 'create'
 * ```
 */
export type Operation =
  | 'create'
  | 'step'
  | 'query'
  | 'result'
  | 'list'
  | 'cancel'
  | 'upload'
  | 'download'
  | 'other'

/** What a wire may note in the request log about the request it serves. */
export interface RequestNotes {
  taskId?: string
  externalId?: string
  /** Body keys the provider's documentation does not list. They are tolerated. */
  unknownKeys?: readonly string[]
}

/** A request on its way through the emulator, its body already read. */
export interface Exchange {
  readonly site: string
  readonly op: Operation
  readonly method: string
  /** Provider path, still percent-encoded. */
  readonly path: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
  /** The parsed body, or undefined where it is not JSON. */
  readonly json: unknown
  readonly signal: AbortSignal
  readonly record: RequestNotes
  /** The base under which the provider's other site is reachable to this client, without a final slash. */
  siteURL(site: string): string
  /** Set by the `in-flight` fault: how long a created task stays invisible, in milliseconds. */
  visibleAfterMs: number
  /** Set by a fault whose body will not arrive whole. */
  breaksOff: boolean
  /** To be awaited by the provider after it has stored a task and before it answers. */
  taskCreated(task: { readonly id: string; readonly externalId?: string | undefined }): Promise<void>
  /** To be awaited by a provider that keeps an answer back on the client's own wish, once its wait has begun. */
  held(): Promise<void>
}

export type ExchangeEnv = { Bindings: { exchange: Exchange } }
