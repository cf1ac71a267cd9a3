import type { ProviderId } from '../providers.ts'
import type { WebhookFaultKind } from './faults/spec.ts'

/**
 * One attempt to deliver a webhook. Headers and body are as they left, secrets of the emulated account included.
 *
 * @example
 * ```ts
 * import { createEmulator, type WebhookAttempt } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const refused = emulator.control.webhooks.sent().filter((sent: WebhookAttempt) => (sent.status ?? 0) >= 400)
 * ```
 */
export interface WebhookAttempt {
  readonly provider: ProviderId
  /** The provider's task id. */
  readonly taskId: string
  /** What it tells, in the provider's word: a status; on Replicate the event. */
  readonly event: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The exact text. */
  readonly body: string
  /** 1 for the first; a duplicate has the number of the attempt it repeats. */
  readonly attempt: number
  /** Emulator clock when it left, milliseconds since the Unix epoch. */
  readonly at: number
  /** HTTP status of the receiver; absent while it is on its way, and when there was no answer. */
  readonly status?: number
  /** Why there is no answer, or why it was never sent. */
  readonly failure?: string
  /** Fault that was applied. */
  readonly fault?: WebhookFaultKind
}

export type OpenAttempt = { -readonly [Key in keyof WebhookAttempt]: WebhookAttempt[Key] }
