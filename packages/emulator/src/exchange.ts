import type { Operation } from './engine/exchange.ts'
import type { FaultKind } from './faults/spec.ts'
import type { ProviderId } from './providers.ts'

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
