import { hmac, standardHeaders } from '../webhooks/standard.ts'
import type { ReplicateAccount } from './accounts.ts'
import { replicateDemo } from './options.ts'

const encoder = new TextEncoder()

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
  { id, timestamp, secret = replicateDemo.webhookSecret }: ReplicateWebhookFacts,
): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ...standardHeaders(body, { id, timestamp, secrets: [secret] }),
  }
}

/** Whether a file download is signed by its owner: `owner`, `expiry` (Unix seconds) and `signature` in the query. */
export async function isSignedDownload(
  account: ReplicateAccount,
  fileId: string,
  query: URLSearchParams,
): Promise<boolean> {
  const expected = await hmac(
    encoder.encode(account.filesSecret),
    `${account.name} ${fileId} ${query.get('expiry')}`,
  )
  return query.get('owner') === account.name && query.get('signature') === expected
}
