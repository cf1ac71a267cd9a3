import type { ProviderId } from '../../providers.ts'

/**
 * What a webhook fault's `match` may look at.
 *
 * @example
 * ```ts
 * import type { WebhookFaultInfo } from '@reelay/emulator'
 *
 * const onlySuccess = (info: WebhookFaultInfo): boolean => info.event === 'succeed'
 * ```
 */
export interface WebhookFaultInfo {
  readonly provider: ProviderId
  readonly taskId: string
  readonly url: string
  /** What it tells, in the provider's word: a status; on Replicate the event. */
  readonly event: string
  /** Whether it is the task's last message. */
  readonly terminal: boolean
  /** 1 for the first attempt. */
  readonly attempt: number
}

interface WebhookFaultCommon {
  /** Limits the fault to one provider. */
  readonly provider?: ProviderId
  /** Limits it to a task's last message, or to the ones before. */
  readonly on?: 'terminal' | 'progress'
  /** How many attempts it hits, 1 unless told; `Infinity` is allowed. */
  readonly times?: number
  /** How many matching attempts pass unharmed first, 0 unless told. */
  readonly skip?: number
  /** A further condition. */
  readonly match?: (info: WebhookFaultInfo) => boolean
}

type WebhookFaultAct =
  /** Lost for good: it does not arrive, and the provider does not know. */
  | { readonly kind: 'drop' }
  /** Arrives, and again `ms` later (at once, unless told), as often as `copies` says (1 unless told). */
  | { readonly kind: 'duplicate'; readonly ms?: number; readonly copies?: number }
  /** Leaves `ms` later, signed then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Arrives after the task's next message. Waits for one that another follows. */
  | { readonly kind: 'reorder' }
  /** Its signature or secret is wrong. Where the provider sends none, it claims what is not so, as `tampered` does. */
  | { readonly kind: 'forged' }
  /** Signed rightly, with a key or secret that the account does not have. */
  | { readonly kind: 'wrong-key' }
  /** Its body was changed on the way: another address of the clip, or a success that did not happen. */
  | { readonly kind: 'tampered' }
  /** Signed rightly, but for a time `ms` ago; ten minutes unless told. Waits for a message that carries a time. */
  | { readonly kind: 'stale'; readonly ms?: number }
  /** fal: the result could not be serialised, so `payload` is null and `payload_error` says so. */
  | { readonly kind: 'no-payload' }

/**
 * A fault of a delivery to plant with `control.webhooks.fault`. The provider takes the receiver's answer to it as it
 * takes any other, so a refused forgery is followed by a genuine retry where the provider retries.
 *
 * @example
 * ```ts
 * import { createEmulator, type WebhookFaultSpec } from '@reelay/emulator'
 *
 * const spec: WebhookFaultSpec = { kind: 'late', ms: 90_000, provider: 'fal', on: 'terminal' }
 * createEmulator().control.webhooks.fault(spec)
 * ```
 */
export type WebhookFaultSpec = WebhookFaultCommon & WebhookFaultAct

/**
 * Every kind of webhook fault.
 *
 * @example
 * ```ts
 * import type { WebhookFaultKind } from '@reelay/emulator'
 *
 * const kinds: readonly WebhookFaultKind[] = ['duplicate', 'forged']
 * ```
 */
export type WebhookFaultKind = WebhookFaultAct['kind']
