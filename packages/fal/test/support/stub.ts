import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createFal, type FalOptions, type FalProvider } from '../../src/index.ts'

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON, where the body is some. */
  readonly body: Record<string, unknown> | undefined
}

interface Answer {
  readonly status?: number
  readonly json: unknown
  readonly headers?: Record<string, string>
}

/** A provider whose answers a test writes, and everything it sent. */
export interface Stub {
  readonly fal: FalProvider
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock
}

/** `answer` is asked with each request and its number, from 0. */
export function stub(answer: (sent: Sent, number: number) => Answer, options: FalOptions = {}): Stub {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const { method, headers } = request
    const text = await request.text()
    const body = headers.get('content-type') === 'application/json' ? JSON.parse(text) : undefined
    const record = { method, url: new URL(request.url), headers, text, body }
    sent.push(record)
    const { status = 200, json, headers: extra } = answer(record, sent.length - 1)
    return Response.json(json, { status, ...(extra && { headers: extra }) })
  })
  return { fal: createFal({ apiKey: 'stub-key-id:stub-key-secret', fetch, clock, ...options }), sent, clock }
}

export const id = '01a0c3b2-7d10-7c4e-9a55-3f2f6a1b9c01'

/** The body of a successful create. */
export const created = { status: 'IN_QUEUE', request_id: id, queue_position: 0 }
