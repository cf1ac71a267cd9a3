import type { NativeTask } from '../provider/native.ts'

/**
 * What is known of a delivery before its body is read.
 *
 * @example
 * ```ts
 * import type { Verification } from '@reelay/core/adapter'
 * const signed = (headers: Headers, now: number): Verification => ({
 *   verified: true,
 *   id: headers.get('x-delivery-id') ?? undefined,
 *   at: now,
 * })
 * ```
 */
export interface Verification {
  /** `false` for a receiver that was told to take unsigned deliveries. */
  readonly verified: boolean
  /** The provider's id of the delivery, where there is a signed one; else task and status name it. */
  readonly id?: string | undefined
  /** When it was sent, where that is signed; milliseconds since the epoch. */
  readonly at?: number | undefined
  /** Texts of the delivery that must not be seen in what is made of it. */
  readonly secrets?: readonly string[] | undefined
}

/**
 * One provider's way of proving that a delivery is its own. It throws what {@link refusedDelivery} makes.
 *
 * @param now Milliseconds since the epoch.
 *
 * @example
 * ```ts
 * import type { VerifyDelivery } from '@reelay/core/adapter'
 * const nobody: VerifyDelivery = async () => ({ verified: false })
 * ```
 */
export type VerifyDelivery = (headers: Headers, body: Uint8Array, now: number) => Promise<Verification>

/**
 * A provider's webhooks: how they are verified, and how their body is read.
 *
 * @example
 * ```ts
 * import { type ProviderSpec, unsignedDeliveries, type WebhookProtocol } from '@reelay/core/adapter'
 * export const protocolOf = (spec: ProviderSpec): WebhookProtocol => ({
 *   verify: unsignedDeliveries,
 *   read: (body) => spec.task({ status: 200, headers: {}, body }),
 * })
 * ```
 */
export interface WebhookProtocol {
  readonly verify: VerifyDelivery
  /** The task a body describes; `undefined` when it describes none. */
  read(body: unknown): NativeTask | undefined
}
