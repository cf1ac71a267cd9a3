import type { ProviderId } from './providers.ts'

/**
 * Names an emulated account. Without `account` it is the first one of the provider.
 *
 * @example
 * ```ts
 * import { type AccountTarget, createEmulator } from '@reelay/emulator'
 *
 * const target: AccountTarget = { provider: 'kling', account: 'demo' }
 * createEmulator().control.setBalance(0, target)
 * ```
 */
export interface AccountTarget {
  /** `kling` unless told. */
  readonly provider?: ProviderId
  readonly account?: string
}
