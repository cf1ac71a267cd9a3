import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createKling, type KlingOptions, type KlingProvider } from '../../src/index.ts'

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly authorization: string | null
  readonly body: Record<string, unknown> | undefined
}

type Answer = { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }

/** A provider whose answers a test writes, and everything it sent. */
export interface Stub {
  readonly kling: KlingProvider
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock
}

/** `answer` is asked with each request and its number, from 0. */
export function stub(answer: (sent: Sent, number: number) => Answer, options: KlingOptions = {}): Stub {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const record = {
      method: request.method,
      url: new URL(request.url),
      authorization: request.headers.get('authorization'),
      body: text === '' ? undefined : JSON.parse(text),
    }
    sent.push(record)
    const { status = 200, json, headers } = answer(record, sent.length - 1)
    return Response.json(json, { status, ...(headers && { headers }) })
  })
  return { kling: createKling({ apiKey: 'stub-api-key', fetch, clock, ...options }), sent, clock }
}

/** The body of a successful create. */
export const created = {
  code: 0,
  message: 'SUCCEED',
  request_id: 'r-1',
  data: { task_id: '831922345719271433', task_status: 'submitted', task_info: {}, created_at: 1766374262370 },
}
