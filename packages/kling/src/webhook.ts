import {
  defineWebhook,
  maybe,
  type NativeTask,
  standardWebhooks,
  unsignedDeliveries,
  type WebhookOptionsBase,
  type WebhookReceiver,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
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

// As loose as the replies, see read.ts.
const text = maybe(z.string())

// The shape of API 2.0.
const callback = z.object({
  // Has V1 only.
  task_id: wireScalar,
  id: wireScalar,
  status: text,
  message: text,
  // Milliseconds since the epoch, both.
  create_time: wireScalar,
  update_time: wireScalar,
  external_id: wireScalar,
  // Loose, since the fields of a clip are those of V1 and read there.
  outputs: maybe(z.array(maybe(z.looseObject({ type: text })))),
  // What was paid: units or money, decimal strings; never to be read without its type.
  billing: maybe(z.array(maybe(z.object({ charge_type: text, amount: wireScalar })))),
})

const readCallback = wireReader(callback)

/** A callback of API 2.0 in the fields of V1. */
function asV1({ outputs, billing, ...task }: z.infer<typeof callback>): Readonly<Record<string, unknown>> {
  const charged = (type: string): number | undefined => {
    const amounts = (billing ?? [])
      .filter((row) => row?.charge_type === type)
      .map((row) => Number(row?.amount))
    return amounts.length > 0 ? amounts.reduce((sum, amount) => sum + amount) : undefined
  }
  return {
    task_id: task.id,
    task_status: task.status,
    task_status_msg: task.message,
    created_at: task.create_time,
    updated_at: task.update_time,
    task_info: { external_task_id: task.external_id },
    task_result: { videos: (outputs ?? []).filter((output) => output?.type === 'video') },
    final_unit_deduction: charged('unit'),
    final_balance_deduction: { quota: charged('cash') },
  }
}

/** A bare task, of V1 or of API 2.0: which one comes when is told in two ways, so the keys decide. */
function read(body: unknown): NativeTask | undefined {
  const callback = readCallback(body)
  const data = callback && callback.task_id === undefined ? asV1(callback) : body
  const task = readTask({ status: 200, headers: {}, body: { data } })
  return task && { ...task, raw: body }
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
