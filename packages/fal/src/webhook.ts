import {
  defineWebhook,
  freshTimestamp,
  type ProviderOptionsBase,
  refusedDelivery,
  resolveHosts,
  systemClock,
  type VerifyDelivery,
  type WebhookOptionsBase,
  type WebhookReceiver,
} from '@reelay/core'
import { type KeySource, keySource } from './jwks.ts'
import { hosts } from './manifest.ts'
import { readDelivery } from './read-delivery.ts'
import { spec } from './spec.ts'

/**
 * Options of {@link createFalWebhook}: no secret, since fal signs with a key pair and publishes the public half at
 * `https://rest.fal.ai/.well-known/jwks.json`. `baseURL` moves that, as in {@link FalOptions}.
 *
 * @example
 * ```ts
 * import type { FalWebhookOptions } from '@reelay/fal'
 * const options: FalWebhookOptions = { userId: 'user_00000000000000000000000000' }
 * ```
 */
export interface FalWebhookOptions
  extends WebhookOptionsBase,
    Pick<ProviderOptionsBase, 'baseURL' | 'fetch' | 'headers'> {
  /**
   * Your id at fal, as it comes in `x-fal-webhook-user-id`. fal signs the deliveries of all its customers with the same
   * keys: without it, any of them can have fal deliver to you whatever they like.
   */
  readonly userId?: string | undefined
}

const names = ['request-id', 'user-id', 'timestamp', 'signature'] as const

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

// Lower case only: two spellings of one signature would be two signatures.
const fromHex = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  /^[0-9a-f]{128}$/.test(text)
    ? Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined

/** Ed25519 over request id, user id, time and the body's hash, a line each: webhook page, 2026-09. */
function bySignature(keys: KeySource, userId: string | undefined): VerifyDelivery {
  const forged = (why: string): Error => refusedDelivery('fal', 'forged', why)
  return async (headers, body, now) => {
    const [request, user, time, given] = names.map((name) => headers.get(`x-fal-webhook-${name}`))
    if (!request || !user || !time || !given) {
      throw refusedDelivery('fal', 'unsigned', 'it lacks a signature (four headers x-fal-webhook-…).')
    }
    const at = freshTimestamp('fal', time, now)
    const signature = fromHex(given)
    if (!signature) throw forged('its signature is none.')
    if (userId !== undefined && user !== userId) {
      throw refusedDelivery('fal', 'foreign', 'it is for another user of fal.')
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body as Uint8Array<ArrayBuffer>))
    const message = new TextEncoder().encode([request, user, time, hex(digest)].join('\n'))
    const fits = async (set: readonly CryptoKey[]): Promise<boolean> => {
      for (const key of set) if (await crypto.subtle.verify('Ed25519', key, signature, message)) return true
      return false
    }
    const set = await keys.current()
    if (await fits(set)) return { verified: true, at }
    const newer = await keys.newer(set)
    if (newer && (await fits(newer))) return { verified: true, at }
    throw forged('its signature is not made with a key of fal.')
  }
}

/**
 * Takes fal's webhooks: one for each task submitted with a `webhookUrl`, when it has ended. Needs no API key.
 *
 * The keys are fetched when they are first needed, kept for a day at most, and looked for once more, at most once a
 * minute, when none fits. fal delivers again, for as long as it holds the result, until a 2xx answers.
 *
 * A delivery says nothing about what the task cost; a task read from fal does.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an unusable `baseURL`.
 *
 * @example
 * ```ts
 * import { createFalWebhook } from '@reelay/fal'
 * const receiver = createFalWebhook({ userId: 'user_00000000000000000000000000' })
 * export async function POST(request: Request): Promise<Response> {
 *   const { task } = await receiver.receive(request)
 *   if (task?.status === 'succeeded') console.log(task.outputs[0].url)
 *   return new Response()
 * }
 * ```
 */
export function createFalWebhook(options: FalWebhookOptions = {}): WebhookReceiver {
  const { userId, baseURL, fetch, headers, ...shared } = options
  const { clock = systemClock } = shared
  const keys = keySource({ ...resolveHosts('fal', hosts, { baseURL }), fetch, headers }, clock)
  return defineWebhook(spec, { verify: bySignature(keys, userId), read: readDelivery })(shared)
}
