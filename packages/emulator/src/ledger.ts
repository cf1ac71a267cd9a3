import type { TaskSnapshot } from './engine/store.ts'
import type { ProviderId } from './providers.ts'

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
export interface EmulatedTask extends TaskSnapshot {
  readonly provider: ProviderId
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
