import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createReplicate, type ReplicateOptions, type ReplicateProvider } from '../../src/index.ts'

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly text: string
  readonly json: Record<string, unknown>
}

type Answer = { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }

/** A provider whose answers a test writes, and everything it sent. */
export interface Stub {
  readonly replicate: ReplicateProvider
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** `answer` is asked with each request and its number, from 0; `undefined` breaks the connection. */
export function stub(
  answer: (sent: Sent, number: number) => Answer | undefined,
  options: ReplicateOptions = {},
): Stub {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const { method, headers } = request
    const record = { method, url: new URL(request.url), headers, text, json: parsed(text) }
    sent.push(record)
    const given = answer(record, sent.length - 1)
    if (!given) throw new TypeError('fetch failed')
    return Response.json(given.json, { status: given.status ?? 200, ...(given.headers && given) })
  })
  return { replicate: createReplicate({ apiKey: 'r8_stub-token', fetch, clock, ...options }), sent, clock }
}

/** The body of a successful create. */
export const created = {
  id: '8t3q5v0k9xrmw0ct2m7b4zd1hn',
  model: 'kwaivgi/kling-v3-video',
  status: 'starting',
  created_at: '2026-01-01T00:00:00.123Z',
}
