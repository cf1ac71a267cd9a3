import type { FaultInfo, FaultKind } from './faults/spec.ts'

/**
 * Providers this emulator speaks, each in its own folder of `src/`.
 *
 * @example
 * ```ts
 * import type { ProviderId } from '@reelay/emulator'
 *
 * const provider: ProviderId = 'kling'
 * ```
 */
export type ProviderId = 'kling' | 'piapi' | 'fal' | 'replicate'

/**
 * What a request asks for: `create` a paid task, `query` one, its `result` where that is a call of its own, `list`
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
export type Operation = 'create' | 'query' | 'result' | 'list' | 'cancel' | 'upload' | 'download' | 'other'

/**
 * One line of the request log. It never holds a secret, only the scheme of the credential.
 *
 * @example
 * ```ts
 * import { createEmulator, type RequestRecord } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const creates = emulator.control.requests().filter((request: RequestRecord) => request.op === 'create')
 * ```
 */
export interface RequestRecord {
  /** Emulator clock at arrival, milliseconds since the Unix epoch. */
  readonly at: number
  readonly provider: ProviderId
  readonly op: Operation
  readonly method: string
  /** Path and query as the provider sees them, without any mount prefix. */
  readonly path: string
  /** HTTP status answered; absent while pending and when the connection was lost instead. */
  readonly status?: number
  readonly outcome: 'pending' | 'answered' | 'lost' | 'client-gone'
  readonly authScheme: 'none' | 'api-key' | 'jwt' | 'other'
  /** Provider task id that this request created or read. */
  readonly taskId?: string
  /** The client's own id for the task, when the request carried one. */
  readonly externalId?: string
  /** Body keys the provider's documentation does not list. They are tolerated. */
  readonly unknownKeys?: readonly string[]
  /** Fault that was applied. */
  readonly fault?: FaultKind
}

/** The same record while its request is being served. */
export type OpenRecord = { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] }

/** A request on its way through the emulator, its body already read. */
export interface Exchange {
  readonly provider: ProviderId
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
  readonly record: OpenRecord
  /** What a fault may match on. */
  readonly info: FaultInfo
  /** The base under which the provider's other site is reachable to this client, without a final slash. */
  siteURL(site: string): string
  /** Set by the `in-flight` fault: how long a created task stays invisible, in milliseconds. */
  visibleAfterMs: number
  /** Set by a fault whose body will not arrive whole. */
  breaksOff: boolean
  /** To be awaited by the provider after it has stored a task and before it answers. */
  taskCreated(task: { readonly id: string; readonly externalId?: string }): Promise<void>
  /** To be awaited by a provider that keeps an answer back on the client's own wish, once its wait has begun. */
  held(): Promise<void>
}

export type ExchangeEnv = { Bindings: { exchange: Exchange } }
