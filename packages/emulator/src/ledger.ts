import type { ProviderId } from './exchange.ts'

/**
 * A snapshot of one task as the emulator knows it.
 *
 * @example
 * ```ts
 * import { createEmulator, type EmulatedTask } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const running = emulator.control.tasks().filter((task: EmulatedTask) => task.state === 'processing')
 * ```
 */
export interface EmulatedTask {
  readonly provider: ProviderId
  /** Name of the emulated account, never a key. */
  readonly account: string
  readonly id: string
  readonly externalId?: string
  readonly op: string
  readonly model: string
  readonly mode: string
  /** Requested length of the clip, seconds. */
  readonly seconds: number
  /** `in-flight`: created by the `in-flight` fault and not visible to reads yet. Otherwise the provider's word. */
  readonly state: 'in-flight' | (string & {})
  readonly message: string
  /** Provider units reserved at creation. */
  readonly units: number
  /** The same at list price, in millionths of a US dollar. */
  readonly microUsd: number
  /** Whether the units went back to the account, as they do when a task fails. */
  readonly refunded: boolean
  /** Milliseconds since the Unix epoch, emulator clock. */
  readonly createdAt: number
  readonly updatedAt: number
  /** Body of the create request. */
  readonly request: Readonly<Record<string, unknown>>
}

/**
 * One paid task. Every task the emulator created appears exactly once, so its length is the number of payments.
 *
 * @example
 * ```ts
 * import { createEmulator, type LedgerEntry } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const spent = emulator.control.ledger().reduce((sum, entry: LedgerEntry) => sum + (entry.refunded ? 0 : entry.microUsd), 0)
 * ```
 */
export type LedgerEntry = Pick<
  EmulatedTask,
  | 'provider'
  | 'account'
  | 'externalId'
  | 'model'
  | 'mode'
  | 'op'
  | 'units'
  | 'microUsd'
  | 'createdAt'
  | 'state'
  | 'refunded'
> & { readonly taskId: string }

export function ledgerEntry(task: EmulatedTask): LedgerEntry {
  const { provider, account, externalId, model, mode, op, units, microUsd, createdAt, state, refunded } = task
  return {
    provider,
    account,
    taskId: task.id,
    ...(externalId === undefined ? {} : { externalId }),
    model,
    mode,
    op,
    units,
    microUsd,
    createdAt,
    state,
    refunded,
  }
}
