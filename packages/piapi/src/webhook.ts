import {
  defineWebhook,
  keyText,
  ReelayError,
  refusedDelivery,
  unsignedDeliveries,
  type VerifyDelivery,
  type WebhookOptionsBase,
  type WebhookReceiver,
} from '@reelay/core/adapter'
import { readTask } from './read.ts'
import { createSpec } from './spec.ts'

/**
 * Options of {@link createPiapiWebhook}.
 *
 * @example
 * ```ts
 * import type { PiapiWebhookOptions } from '@reelay/piapi'
 * const options: PiapiWebhookOptions = { secrets: ['a-new-random-text', 'the-one-before'], account: 'studio' }
 * ```
 */
export interface PiapiWebhookOptions extends WebhookOptionsBase {
  /** The `webhookSecret` of {@link createPiapi}; several while one replaces another. */
  readonly secrets?: string | readonly string[] | undefined
  /** Takes deliveries without a secret, as hints that have to be confirmed. */
  readonly unsigned?: boolean | undefined
}

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/** Whether two texts are equal, in a time that does not tell where they differ, nor how long they are. */
async function same(one: string, other: string): Promise<boolean> {
  const [a, b] = [await digest(one), await digest(other)]
  return a.reduce((difference, byte, at) => difference | (byte ^ (b[at] ?? 0)), 0) === 0
}

/** PiAPI signs nothing: it sends the secret back in clear, in a header and in the body (webhook page, 2026). */
function bySecret(secrets: readonly string[]): VerifyDelivery {
  return async (headers) => {
    const given = headers.get('x-webhook-secret')
    if (!given) throw refusedDelivery('piapi', 'unsigned', 'it lacks the header x-webhook-secret.')
    const matches = await Promise.all(secrets.map((secret) => same(secret, given)))
    if (matches.includes(true)) return { verified: true, secrets }
    throw refusedDelivery('piapi', 'forged', 'its x-webhook-secret is not ours.')
  }
}

/**
 * Takes PiAPI's webhooks, of tasks submitted with a `webhookUrl`. Needs no API key.
 *
 * Whoever has seen one delivery knows the secret: give the address nobody, and `https:` only (PiAPI is said to ignore
 * `http:`). It is said to ask three times, 5 seconds apart: poll as well.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, without a secret, unless `unsigned` says so.
 *
 * @example
 * ```ts
 * import { createPiapi, createPiapiWebhook } from '@reelay/piapi'
 * const webhookSecret = 'a-long-random-text'
 * export const piapi = createPiapi({ webhookSecret })
 * const receiver = createPiapiWebhook({ secrets: webhookSecret })
 * export async function POST(request: Request): Promise<Response> {
 *   const { task } = await receiver.receive(request)
 *   if (task?.status === 'succeeded') console.log(task.outputs[0].url)
 *   return new Response()
 * }
 * ```
 */
export function createPiapiWebhook(options: PiapiWebhookOptions): WebhookReceiver {
  const { secrets, unsigned = false, ...shared } = options
  const given = secrets === undefined ? [] : [secrets].flat()
  const list = given.map((secret) => keyText(secret, 'secrets', { provider: 'piapi' }))
  if (list.length === 0 && !unsigned) {
    const message =
      'There is no webhook secret for piapi. Pass the webhookSecret of createPiapi() as secrets; without one there, pass unsigned: true.'
    throw new ReelayError('ERR_CONFIG', message, { provider: 'piapi', outcome: 'none' })
  }
  // Prices are not asked of it, so the service mode makes no difference.
  const spec = createSpec({ serviceMode: 'public' })
  const verify = unsigned ? unsignedDeliveries : bySecret(list)
  // `{timestamp, data}`, without the wrapper of a reply; `data` is the task as a query answers.
  const read = (body: unknown) => readTask({ status: 200, headers: {}, body })
  return defineWebhook(spec, { verify, read })(shared)
}
