import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createPiapi, type PiapiOptions, type PiapiProvider } from '../../src/index.ts'

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Record<string, unknown> | undefined
}

type Answer = { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }

/** A provider whose answers a test writes, and everything it sent. */
export interface Stub {
  readonly piapi: PiapiProvider
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock
}

/** `answer` is asked with each request and its number, from 0. */
export function stub(answer: (sent: Sent, number: number) => Answer, options: PiapiOptions = {}): Stub {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const record = {
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    sent.push(record)
    const { status = 200, json, headers } = answer(record, sent.length - 1)
    return Response.json(json, { status, ...(headers && { headers }) })
  })
  return { piapi: createPiapi({ apiKey: 'stub-api-key', fetch, clock, ...options }), sent, clock }
}

const unset = '0001-01-01T00:00:00Z'

/** A task as a query answers it. */
export function task(more: object = {}): { code: number; data: object; message: string } {
  return {
    code: 200,
    data: {
      task_id: 'task-1',
      model: 'kling',
      task_type: 'video_generation',
      status: 'pending',
      config: { service_mode: 'public', webhook_config: { endpoint: '', secret: '' } },
      input: {},
      output: { type: '', status: 0, works: null },
      meta: { created_at: '2026-11-24T08:00:00.123456789Z', started_at: unset, ended_at: unset },
      detail: null,
      logs: null,
      error: { code: 0, raw_message: '', message: '', detail: null },
      ...more,
    },
    message: 'success',
  }
}
