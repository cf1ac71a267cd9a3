import type { EmulatorClock } from '../clock.ts'

/**
 * How webhooks leave the emulator. What each provider sends, and when, is among that provider's own options.
 *
 * @example
 * ```ts
 * import { createEmulator, type WebhookOptions } from '@reelay/emulator'
 *
 * const received: Request[] = []
 * const webhooks: WebhookOptions = {
 *   fetch: async (input, init) => {
 *     received.push(new Request(input, init))
 *     return new Response()
 *   },
 * }
 * const emulator = createEmulator({ webhooks })
 * ```
 */
export interface WebhookOptions {
  /**
   * Takes every delivery, whatever its URL. Unless told it is the runtime's own `fetch`, and then only loopback
   * addresses are delivered to; anything else is noted in `control.webhooks.sent()` and never leaves the machine.
   */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Where deliveries wait; the emulator's clock unless told. A virtual clock that tells a server's sleeps from a
   * client's should give the client's here, because no request waits for a delivery.
   */
  readonly clock?: EmulatorClock
  /**
   * What the receiver's clock says, milliseconds since the Unix epoch: every delivery is signed for this time, since
   * receivers refuse one that is minutes off. Unless told it is the wall clock beside the default clock, however fast that
   * runs; and the emulator's own time beside a clock of the caller's.
   */
  readonly receiverNow?: () => number
  /**
   * Whether a receiver that does not answer within the provider's time (fal: 15 s, then 120 s; others: 30 s, a guess)
   * counts as failed. Off unless told: a clock that runs fast or jumps leaves a real receiver no time.
   */
  readonly timeouts?: boolean
}
