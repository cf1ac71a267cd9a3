import { type ErrorDetails, ReelayError } from '../model/error.ts'

/**
 * Why a delivery was not taken.
 *
 * - `too-large`, `unreadable`: no provider sends this
 * - `unsigned`, `stale`, `forged`: it is not proved to come from the provider
 * - `foreign`: it is genuine, and about another account, submission or task than its address says
 * - `consumed`: our own server read the body before the signature was checked
 * - `unavailable`, `unconfirmed`: it could not be checked just now; worth another delivery
 *
 * @example
 * ```ts
 * import type { WebhookReason } from '@reelay/core'
 * const suspicious: readonly WebhookReason[] = ['unsigned', 'stale', 'forged', 'foreign']
 * ```
 */
export type WebhookReason = keyof typeof answers

// 4xx tells the provider that sending it again is no use; some try again all the same, and are told the same.
const answers = {
  'too-large': 413,
  unreadable: 400,
  unsigned: 401,
  stale: 401,
  forged: 401,
  foreign: 403,
  consumed: 500,
  unavailable: 503,
  unconfirmed: 503,
} as const

/**
 * The error of a delivery that was not taken. It repeats nothing of the delivery but ids.
 *
 * @example
 * ```ts
 * import { ReelayError, type WebhookError, type WebhookReceiver } from '@reelay/core'
 * async function answer(receiver: WebhookReceiver, request: Request): Promise<Response> {
 *   try {
 *     await receiver.receive(request)
 *     return new Response()
 *   } catch (error) {
 *     const refused = ReelayError.isInstance(error) && error.code === 'ERR_WEBHOOK'
 *     return new Response(null, { status: refused ? (error as WebhookError).answer : 500 })
 *   }
 * }
 * ```
 */
export interface WebhookError extends ReelayError {
  readonly code: 'ERR_WEBHOOK'
  readonly reason: WebhookReason
  /** The HTTP status to answer with: 4xx for what is wrong with the delivery, 5xx for what is wrong with us. */
  readonly answer: number
}

/**
 * The error of a delivery that was not taken, for an adapter's own kind of signature.
 *
 * @example
 * ```ts
 * import { refusedDelivery } from '@reelay/core/adapter'
 * const error = refusedDelivery('mine', 'unsigned', 'It lacks the header x-mine-signature.')
 * console.log(error.answer) // 401
 * ```
 */
export function refusedDelivery(
  provider: string,
  reason: WebhookReason,
  why: string,
  details: Partial<ErrorDetails> = {},
): WebhookError {
  const answer = answers[reason]
  const error = new ReelayError(
    'ERR_WEBHOOK',
    `A delivery in the name of ${provider} was not taken: ${why}`,
    {
      provider,
      outcome: 'none',
      retryable: answer === 503,
      ...details,
    },
  )
  return Object.defineProperties(error, {
    reason: { value: reason, enumerable: true },
    answer: { value: answer, enumerable: true },
  }) as WebhookError
}
