import {
  defineWebhook,
  standardWebhooks,
  unsignedDeliveries,
  type WebhookOptionsBase,
  type WebhookReceiver,
} from '@reelay/core/adapter'
import { readTask } from './read.ts'
import { spec } from './spec.ts'

/**
 * Options of {@link createReplicateWebhook}.
 *
 * @example
 * ```ts
 * import type { ReplicateWebhookOptions } from '@reelay/replicate'
 * const options: ReplicateWebhookOptions = { secrets: ['whsec_new…', 'whsec_old…'], account: 'studio' }
 * ```
 */
export interface ReplicateWebhookOptions extends WebhookOptionsBase {
  /**
   * `whsec_` and base64, one per user or organization; several while they change. `REPLICATE_WEBHOOK_SIGNING_SECRET`,
   * then `REPLICATE_WEBHOOK_SECRET` is read at the first delivery when absent.
   */
  readonly secrets?: string | readonly string[] | undefined
  /** Takes deliveries without looking at their signature, as hints that have to be confirmed. */
  readonly unsigned?: boolean | undefined
}

/**
 * Takes Replicate's webhooks: `start` and `completed` of each task submitted with a `webhookUrl`. Needs no API token.
 *
 * Replicate asks again after a 4xx or 5xx answer, for about a minute after a task has ended, and does not name `aborted`
 * among what it tells (webhooks pages, 2026): poll as well.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a text that is no secret. A missing one shows at the first delivery.
 *
 * @example
 * ```ts
 * import { createReplicateWebhook } from '@reelay/replicate'
 * const receiver = createReplicateWebhook() // REPLICATE_WEBHOOK_SIGNING_SECRET
 * export async function POST(request: Request): Promise<Response> {
 *   const { task } = await receiver.receive(request)
 *   if (task?.status === 'succeeded') console.log(task.outputs[0].url)
 *   return new Response()
 * }
 * ```
 */
export function createReplicateWebhook(options: ReplicateWebhookOptions = {}): WebhookReceiver {
  const { secrets, unsigned = false, ...shared } = options
  const verify = unsigned
    ? unsignedDeliveries
    : standardWebhooks({
        provider: 'replicate',
        secrets,
        variables: ['REPLICATE_WEBHOOK_SIGNING_SECRET', 'REPLICATE_WEBHOOK_SECRET'],
        howTo: 'GET /v1/webhooks/default/secret of its API tells it.',
      })
  // The body is the bare prediction, as a query answers.
  const read = (body: unknown) => readTask({ status: 200, headers: {}, body })
  return defineWebhook(spec, { verify, read })(shared)
}
