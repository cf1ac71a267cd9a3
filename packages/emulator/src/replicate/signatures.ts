import { demoCredentials } from '../credentials.ts'
import type { ReplicateAccount } from './accounts.ts'

const encoder = new TextEncoder()

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

async function sign(key: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return base64(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}

/**
 * What goes into the headers of an emulated Replicate webhook.
 *
 * @example
 * ```ts
 * import { type ReplicateWebhookFacts, signReplicateWebhook } from '@reelay/emulator'
 *
 * const facts: ReplicateWebhookFacts = { id: 'msg_1', timestamp: 1_795_510_885 }
 * const headers = await signReplicateWebhook('{}', facts)
 * ```
 */
export interface ReplicateWebhookFacts {
  /** Id of the message, the same on every retry. */
  readonly id: string
  /** Unix time of this attempt, seconds. */
  readonly timestamp: number
  /** `whsec_` and base64; the demo account's unless told. */
  readonly secret?: string
}

/**
 * Headers of a signed webhook. The body is the bare prediction, exactly as it is sent: Replicate wraps it in nothing.
 *
 * @example
 * ```ts
 * import { signReplicateWebhook } from '@reelay/emulator'
 *
 * const body = JSON.stringify({ id: 'hdwst0bb05rgp0cf0p29mzk2am', status: 'succeeded' })
 * const headers = await signReplicateWebhook(body, { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000) })
 * const request = new Request('https://hooks.example.com/replicate?job=7f1c', { method: 'POST', headers, body })
 * ```
 */
export async function signReplicateWebhook(
  body: string,
  { id, timestamp, secret = demoCredentials.replicate.webhookSecret }: ReplicateWebhookFacts,
): Promise<Record<string, string>> {
  // The Standard Webhooks scheme: the key is what follows the prefix, decoded.
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0))
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${await sign(key, `${id}.${timestamp}.${body}`)}`,
  }
}

/** Whether a file download is signed by its owner: `owner`, `expiry` (Unix seconds) and `signature` in the query. */
export async function isSignedDownload(
  account: ReplicateAccount,
  fileId: string,
  query: URLSearchParams,
): Promise<boolean> {
  const expected = await sign(
    encoder.encode(account.filesSecret),
    `${account.name} ${fileId} ${query.get('expiry')}`,
  )
  return query.get('owner') === account.name && query.get('signature') === expected
}
