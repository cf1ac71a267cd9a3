import { type Clock, systemClock } from '../model/clock.ts'
import type { Auth } from './http/auth.ts'
import { createTransport, type Transport } from './http/transport.ts'
import type { InstanceOptions } from './instance.ts'
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

const defaultTimeoutMs = 60_000

/** Builds an instance's inside from what its adapter hands over. */
export function createEngine(spec: ProviderSpec, options: InstanceOptions): Engine {
  const { account = 'default', clock = systemClock, timeoutMs = defaultTimeoutMs, auth } = options
  const transport = createTransport({ ...options, clock, timeoutMs })
  return { spec, account, clock, transport, auth, claimed: new Set() }
}
