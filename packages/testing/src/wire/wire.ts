import type { FaultName, FaultOptions } from './fault.ts'

/**
 * The other side of a provider as the contract sees it: what arrived, what it cost, and how to disturb it. Most worlds
 * get theirs from {@link createWire}.
 *
 * @example
 * ```ts
 * import type { Wire } from '@reelay/testing'
 * const paidTwice = (wire: Wire): boolean => wire.charges() > 1
 * ```
 */
export interface Wire {
  /** The provider answers here instead of at its own address; its calls are tracked by the world's clock. */
  readonly fetch: typeof globalThis.fetch
  /** Paid POSTs that left the client, lost ones included. */
  posts(): number
  /** Every other request that left the client. */
  reads(): number
  /** Tasks that exist at the provider, whether or not they can be seen yet. */
  tasks(): number
  /** Times that money was taken. */
  charges(): number
  /** Plants a fault for the requests to come; faults strike in the order planted. `false` when it cannot be simulated. */
  fault(name: FaultName, options?: FaultOptions): boolean
}
