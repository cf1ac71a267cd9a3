import {
  defineWebhook,
  freshTimestamp,
  type HttpReply,
  maybe,
  type NativeTask,
  type ProviderOptionsBase,
  refusedDelivery,
  resolveHosts,
  systemClock,
  type VerifyDelivery,
  type WebhookOptionsBase,
  type WebhookReceiver,
  wireId,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { type KeySource, keySource } from './jwks.ts'
import { hosts } from './manifest.ts'
import { type FalTask, readComplaint, readFailure, readResult } from './read.ts'
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

// What a delivery wraps its payload in.
const text = maybe(z.string())
const envelope = z.object({ request_id: wireId, status: text, error: text, payload: z.optional(z.unknown()) })
const readEnvelope = wireReader(envelope)

/** How a task failed, from the body its model answered with; the status of that answer is in fal's words only. */
function failed(id: string, error: string | null | undefined, payload: unknown): FalTask {
  const status = Number(/status code: (\d{3})/i.exec(error ?? '')?.[1] ?? 0)
  const reply: HttpReply = { status, headers: {}, body: payload }
  const { type, words = error ?? undefined } = readComplaint(reply)
  if (type === 'client_cancelled') return { id, status: type, raw: payload }
  return { id, status: 'ERROR', failure: readFailure({ type, words }, reply), raw: payload }
}

/**
 * The task a delivery tells about. `OK` without a usable payload (`payload_error`, when it could not be made JSON) is a
 * task without its result, which then has to be read. After a retry of fal's own the gateway's id is another; ours stays.
 */
export function readDelivery(body: unknown): NativeTask | undefined {
  const { request_id: id, status, error, payload } = readEnvelope(body) ?? {}
  if (!id || !status) return undefined
  if (status === 'ERROR') return { ...failed(id, error, payload), raw: body }
  if (status !== 'OK') return { id, status, raw: body }
  const done: FalTask = { id, status: 'COMPLETED', raw: body }
  return { ...(readResult(done, { status: 200, headers: {}, body: payload }) ?? done), raw: body }
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
