import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Clock, ReelayError, type WebhookError, type WebhookReceiver } from '@reelay/core'

/** A delivery as it goes over the wire. */
export interface Delivery {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
}

/** A documented delivery, in the three spellings of the fixtures. */
interface Fixture {
  readonly secret?: string
  readonly raw_body?: string
  readonly request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
    readonly body_raw?: string
    readonly raw_body?: string
    readonly secret?: string
  }
}

/** The delivery of one fixture of a package, by file name without its ending, and the secret it is signed with. */
export function fixture(provider: string, file: string): Delivery & { readonly secret: string } {
  const path = new URL(`../../${provider}/test/webhooks/fixtures/${file}.json`, import.meta.url)
  const { raw_body, secret, request }: Fixture = JSON.parse(readFileSync(path, 'utf8'))
  return {
    url: request.url,
    headers: request.headers,
    body: raw_body ?? request.raw_body ?? request.body_raw ?? JSON.stringify(request.body),
    secret: secret ?? request.secret ?? '',
  }
}

export const requestOf = ({ url, headers, body }: Delivery): Request =>
  new Request(url, { method: 'POST', headers, body })

/** A clock that stands still. */
export const clockAt = (ms: number): Clock => ({
  now: () => ms,
  sleep: (_ms, signal) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
})

/** The error a delivery is refused with. */
export async function refusal(work: Promise<unknown>): Promise<WebhookError> {
  const error = await work.then(
    (value) => {
      throw new Error(`it should have been refused, and became ${JSON.stringify(value)}`)
    },
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error) || error.code !== 'ERR_WEBHOOK') throw error
  return error as WebhookError
}

/** Why a receiver refuses a delivery. */
export const reasonOf = async (receiver: WebhookReceiver, delivery: Delivery): Promise<string> =>
  (await refusal(receiver.receive(requestOf(delivery)))).reason

/** The headers of the Standard Webhooks scheme, made with another library than the one under test. */
export function signed(
  body: string | Uint8Array,
  { id, secret, seconds }: { readonly id: string; readonly secret: string; readonly seconds: number },
): Record<string, string> {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const digest = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${digest}`,
  }
}

/** Every text that differs in one bit and could still be a header's value. */
export function flippedTexts(text: string): readonly string[] {
  const all = Array.from({ length: text.length * 7 }, (_, bit) => {
    const at = Math.floor(bit / 7)
    const character = String.fromCharCode(text.charCodeAt(at) ^ (1 << (bit % 7)))
    return text.slice(0, at) + character + text.slice(at + 1)
  })
  return all.filter((flipped) => /^[\x21-\x7e][\x20-\x7e]*[\x21-\x7e]$/.test(flipped))
}

/** A body with one bit flipped, for each of its bytes in turn. */
export function flippedBodies(body: string | Uint8Array): readonly Uint8Array<ArrayBuffer>[] {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return Array.from({ length: bytes.length }, (_, at) => {
    const copy = Uint8Array.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
    return copy
  })
}

/** A body of ten million bytes, and how many of them were asked for. */
export function hugeBody(): {
  readonly stream: ReadableStream<Uint8Array>
  pulled(): number
  canceled(): boolean
} {
  let pulled = 0
  let canceled = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 100_000
        controller.enqueue(new Uint8Array(100_000).fill(32))
        if (pulled >= 10_000_000) controller.close()
      },
      cancel() {
        canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, pulled: () => pulled, canceled: () => canceled }
}
