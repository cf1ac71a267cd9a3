import type { Clock } from '../model/clock.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { TaskStatus, VideoTask } from '../model/task.ts'

/**
 * What a provider told about one of its tasks, in one shape for all of them. Deliveries come twice, late and out of
 * order: keep the last word of a task that has ended, and drop what you have seen by `deliveryId`.
 *
 * @example
 * ```ts
 * import type { TaskEvent } from '@reelay/core'
 * const line = ({ provider, taskId, status, verified }: TaskEvent): string =>
 *   `${provider} says that ${taskId} is ${status}${verified ? '' : ', or somebody who pretends to be it'}`
 * ```
 */
export interface TaskEvent {
  /** Id of the provider. */
  readonly provider: string
  /** The account the task was bought at, where it is known. */
  readonly account?: string
  /** The same for every repetition of a delivery. */
  readonly deliveryId: string
  /**
   * Whether the provider surely says so: the delivery is signed, or was confirmed by asking. One that is not verified is
   * a hint that anybody could have sent; it carries no `task`, and wants to be confirmed, see {@link confirmEvent}.
   */
  readonly verified: boolean
  /** When it was sent, by the provider's clock where it says so, else when it came; milliseconds since the epoch. */
  readonly at: number
  /** The provider's own task id. */
  readonly taskId: string
  /** The provider's own status word. */
  readonly nativeStatus: string
  readonly status: TaskStatus
  /**
   * What was bought, as the callback's address tells it, which no signature covers; absent when it was submitted without
   * Reelay.
   */
  readonly submission?: Submission
  /** Asks the provider for the task; present with `submission`. */
  readonly handle?: TaskHandle
  /** The task as the delivery describes it: verified, of a known submission, and with its result if it has one. */
  readonly task?: VideoTask
  /** The body with secrets removed; not enumerable, so it stays out of logs. */
  readonly raw?: unknown
}

/**
 * Takes the deliveries of one account at one provider.
 *
 * @example
 * ```ts
 * import type { WebhookReceiver } from '@reelay/core'
 * declare const receiver: WebhookReceiver // for example createReplicateWebhook()
 * export async function POST(request: Request): Promise<Response> {
 *   const event = await receiver.receive(request)
 *   console.log(event.taskId, event.status)
 *   return new Response()
 * }
 * ```
 */
export interface WebhookReceiver {
  /** Id of the provider. */
  readonly provider: string
  /** The one account whose deliveries it takes; any when absent. */
  readonly account?: string
  /**
   * Verifies a delivery, byte by byte as it came, and reads it. The request's body must not have been read before.
   *
   * @throws ReelayError `ERR_WEBHOOK`, outcome `none`: a {@link WebhookError}, which says what to answer. `ERR_CONFIG`
   * when there is no secret to verify it with.
   */
  receive(request: Request): Promise<TaskEvent>
}

/**
 * What every `createXWebhook` of an adapter accepts beside its secrets.
 *
 * @example
 * ```ts
 * import type { WebhookOptionsBase } from '@reelay/core'
 * import { createKlingWebhook } from '@reelay/kling'
 * const ofTheHouse: WebhookOptionsBase = { account: 'film', maxBytes: 200_000 }
 * export const receiver = createKlingWebhook({ ...ofTheHouse, unsigned: true })
 * ```
 */
export interface WebhookOptionsBase {
  /** Takes deliveries of this account only; of any account when absent. */
  readonly account?: string | undefined
  /** Largest body that is read, in bytes; 1,000,000 when absent. */
  readonly maxBytes?: number | undefined
  /** The host's clock when absent. */
  readonly clock?: Clock | undefined
}
