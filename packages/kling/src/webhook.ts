import {
  defineWebhook,
  type NativeTask,
  standardWebhooks,
  unsignedDeliveries,
  type WebhookOptionsBase,
  type WebhookReceiver,
} from '@reelay/core/adapter'
import { readTask } from './read.ts'
import { spec } from './spec.ts'

/**
 * Options of {@link createKlingWebhook}.
 *
 * @example
 * ```ts
 * import type { KlingWebhookOptions } from '@reelay/kling'
 * const options: KlingWebhookOptions = { secrets: ['whsec_new…', 'whsec_old…'], account: 'studio' }
 * ```
 */
export interface KlingWebhookOptions extends WebhookOptionsBase {
  /**
   * `whsec_` and base64, made in the console; two are valid for 7 days when one replaces the other. `KLING_WEBHOOK_SECRET`
   * is read at the first delivery when absent.
   */
  readonly secrets?: string | readonly string[] | undefined
  /** Takes deliveries as hints that have to be confirmed: Kling signs nothing as long as the console has no secret. */
  readonly unsigned?: boolean | undefined
}

/** A bare task, in whichever of Kling's forms. */
function read(body: unknown): NativeTask | undefined {
  return readTask({ status: 200, headers: {}, body: { data: body } })
}

/**
 * Takes Kling's callbacks: one for each change of a task submitted with a `webhookUrl`. Needs no API key.
 *
 * They are signed once a Webhook Secret is made in the console (callback page, 2026-08), which `secrets` is. Whether
 * Kling asks again after a failure is documented nowhere: poll as well. The console's test callback is taken, and about
 * no task of ours.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a text that is no secret. A missing one shows at the first delivery.
 *
 * @example
 * ```ts
 * import { createKlingWebhook } from '@reelay/kling'
 * const receiver = createKlingWebhook() // KLING_WEBHOOK_SECRET
 * export async function POST(request: Request): Promise<Response> {
 *   const { task } = await receiver.receive(request)
 *   if (task?.status === 'succeeded') console.log(task.outputs[0].url)
 *   return new Response()
 * }
 * ```
 */
export function createKlingWebhook(options: KlingWebhookOptions = {}): WebhookReceiver {
  const { secrets, unsigned = false, ...shared } = options
  const howTo = 'It is made in the console at https://kling.ai/dev; without one there, pass unsigned: true.'
  const verify = unsigned
    ? unsignedDeliveries
    : standardWebhooks({ provider: 'kling', secrets, variables: ['KLING_WEBHOOK_SECRET'], howTo })
  return defineWebhook(spec, { verify, read })(shared)
}
