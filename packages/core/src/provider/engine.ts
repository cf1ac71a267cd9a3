import type { Clock } from '../model/clock.ts'
import type { Auth } from './http/auth.ts'
import type { Transport } from './http/transport.ts'
import type { ProviderSpec } from './spec.ts'

/** One provider instance from the inside: its tables, its account, and its way out. */
export interface Engine {
  readonly spec: ProviderSpec
  readonly account: string
  readonly clock: Clock
  readonly transport: Transport
  readonly auth: Auth
  /** Ids of tasks this instance knows the submission of; a search must not hand one of them to another submission. */
  readonly claimed: Set<string>
}
