import type { Fault } from '../faults/spec.ts'
import type { AccountTarget } from '../target.ts'
import type { Deliveries } from './deliveries.ts'
import type { WebhookFaultSpec } from './faults/spec.ts'
import type { WebhookAttempt } from './log.ts'

/**
 * The hand on the webhooks that the emulator sends.
 *
 * @example
 * ```ts
 * import { createEmulator, type WebhookControl } from '@reelay/emulator'
 *
 * const webhooks: WebhookControl = createEmulator().control.webhooks
 * webhooks.fault({ kind: 'drop', on: 'terminal' })
 * await webhooks.idle()
 * console.log(webhooks.sent().length)
 * ```
 */
export interface WebhookControl {
  /** Every attempt, in the order in which they left; also those that were not deliverable. */
  sent(): readonly WebhookAttempt[]
  /** Plants a fault; the earliest planted one that wants an attempt gets it. */
  fault(spec: WebhookFaultSpec): Fault
  /** Resolves when everything that is due by now has been answered or has failed. Later retries are not due. */
  idle(): Promise<void>
  /**
   * Gives an account another signing key, `kling`'s first account unless told. Kling then signs with the new secret,
   * which is returned, and the one before; fal's new public key is in its JWKS. Throws where the provider has no rotation.
   */
  rotateKey(target?: AccountTarget): string | undefined
}

export function createWebhookControl(
  deliveries: Deliveries,
  rotateKey: WebhookControl['rotateKey'],
): WebhookControl {
  const { faults, sent, idle } = deliveries
  return { sent, fault: (spec) => faults.add(spec), idle, rotateKey }
}
