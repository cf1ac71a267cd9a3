import type { Draft, Message, Stamp } from '../message.ts'
import type { WebhookFaultKind, WebhookFaultSpec } from './spec.ts'

/** What a fault's effect on one attempt may use. */
export interface WebhookFaultRun {
  readonly message: Message
  /** Writes the attempt as of now, with whatever part of the stamp is to differ. */
  write(change?: Partial<Stamp>): Promise<Draft>
  /** The time an attempt is signed for, milliseconds since the Unix epoch. */
  receiverNow(): number
  /** Sends it and reads the answer. A `copy` is not retried, whatever is answered. */
  send(draft: Draft, how?: { readonly copy: boolean }): Promise<void>
  /** Runs `act` that many milliseconds later. */
  later(ms: number, act: () => Promise<void>): void
  /** Runs `act` once the task's next message has been dealt with. */
  afterNext(act: () => Promise<void>): void
  /** Notes that it was written and never sent. */
  lose(draft: Draft): void
  /** Gives the hit back. */
  spare(): void
}

export type WebhookSpecOf<Kind extends WebhookFaultKind> = Extract<WebhookFaultSpec, { readonly kind: Kind }>

export type WebhookEffect<Kind extends WebhookFaultKind> = (
  spec: WebhookSpecOf<Kind>,
  run: WebhookFaultRun,
) => Promise<void>

/** A table with one effect per kind. */
export type WebhookEffects<Kind extends WebhookFaultKind> = { readonly [K in Kind]: WebhookEffect<K> }
