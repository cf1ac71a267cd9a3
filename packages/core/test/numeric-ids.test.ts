import { createHmac } from 'node:crypto'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { readPage } from '../../fal/src/history.ts'
import { createFal } from '../../fal/src/index.ts'
import { readDelivery } from '../../fal/src/webhook.ts'
import { createKling, createKlingWebhook } from '../../kling/src/index.ts'
import { createPiapi, createPiapiWebhook } from '../../piapi/src/index.ts'
import { createReplicate, createReplicateWebhook } from '../../replicate/src/index.ts'
import { idText } from '../src/adapter.ts'
import type { VideoProvider } from '../src/index.ts'
import { boat, caught } from './engine.ts'

type Json = Readonly<Record<string, unknown>>

/** Each provider's replies about a task of this id, as JSON: a number may be longer than a double can hold. */
const wires: Readonly<
  Record<
    string,
    readonly [
      create: (o: object) => VideoProvider,
      made: (id: string) => string,
      read: (id: string) => string,
    ]
  >
> = {
  kling: [
    (options) => createKling({ apiKey: 'key-12345:key-678901', ...options }),
    (id) => `{"code":0,"data":{"task_id":${id},"task_status":"submitted"}}`,
    (id) => `{"code":0,"data":{"task_id":${id},"task_status":"processing"}}`,
  ],
  piapi: [
    (options) => createPiapi({ apiKey: 'key-12345:key-678901', ...options }),
    (id) => `{"code":200,"data":{"task_id":${id},"status":"pending"}}`,
    (id) => `{"code":200,"data":{"task_id":${id},"status":"processing"}}`,
  ],
  fal: [
    (options) => createFal({ apiKey: 'key-12345:key-678901', ...options }),
    (id) => `{"status":"IN_QUEUE","request_id":${id}}`,
    (id) => `{"status":"IN_PROGRESS","request_id":${id}}`,
  ],
  replicate: [
    (options) => createReplicate({ apiKey: 'key-12345:key-678901', ...options }),
    (id) => `{"id":${id},"status":"starting"}`,
    (id) => `{"id":${id},"status":"processing"}`,
  ],
}
const json = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'application/json' } })

describe.each(Object.entries(wires))('an id that %s spells as a number', (_name, [create, made, read]) => {
  // Those beyond 2^53 as well, which JSON.parse alone would round to somebody else's.
  it.each(['12345', '0', '9007199254740991', '9007199254740993', '826932620670750021', '829836802793406551'])(
    '%s is the task’s, from the create on',
    async (id) => {
      const urls: string[] = []
      const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
        urls.push(String(input))
        return json(init?.method === 'POST' ? made(id) : read(id))
      }
      const provider = create({ fetch, baseURL: 'http://127.0.0.1:9' })
      const { handle } = await provider.submit(boat)
      expect(handle.id).toBe(id)
      expect(await provider.get(handle)).toMatchObject({ id, status: 'running' })
      expect(urls.at(-1)).toContain(`/${id}`)
    },
  )

  it.each(['1.5', '826932620670750021.5', '8e17', '1e400'])('%s is nobody’s: it is no id', async (id) => {
    const clock = createVirtualClock()
    const fetch = clock.track(async () => json(made(id)))
    const provider = create({ fetch, clock, baseURL: 'http://127.0.0.1:9' })
    const error = await caught(provider.submit(boat))
    expect([error.outcome, error.handle]).toEqual(['unknown', undefined])
    expect(error.submission).toBeDefined()
  })
})

describe('in a delivery', () => {
  const secret = Buffer.from('secret-0123456789-0123456789-012').toString('base64')
  function signed(body: Json | string): Request {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const [id, at] = ['msg_1', String(Math.floor(Date.now() / 1_000))]
    const mac = createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${at}.${text}`)
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': `v1,${mac.digest('base64')}`,
    }
    return new Request('https://example.com/reelay', { method: 'POST', body: text, headers })
  }

  it.each([
    [
      'kling',
      createKlingWebhook({ secrets: `whsec_${secret}` }),
      { task_id: 12345, task_status: 'processing' },
    ],
    [
      'replicate',
      createReplicateWebhook({ secrets: `whsec_${secret}` }),
      { id: 12345, status: 'processing' },
    ],
  ] as const)('of %s', async (_name, receiver, body) => {
    expect(await receiver.receive(signed(body))).toMatchObject({ taskId: '12345', verified: true })
  })

  it('beyond 2^53 too', async () => {
    const receiver = createKlingWebhook({ secrets: `whsec_${secret}` })
    const event = await receiver.receive(signed('{"task_id":829836802793406551,"task_status":"processing"}'))
    expect(event.taskId).toBe('829836802793406551')
  })

  it('of PiAPI', async () => {
    const receiver = createPiapiWebhook({ unsigned: true })
    const body = JSON.stringify({ timestamp: 1, data: { task_id: 12345, status: 'processing' } })
    const request = new Request('https://example.com/reelay', { method: 'POST', body })
    expect((await receiver.receive(request)).taskId).toBe('12345')
  })

  it('of fal, and in its history', () => {
    expect(readDelivery({ request_id: 12345, status: 'OK' })?.id).toBe('12345')
    const body = { items: [{ request_id: 12345, ended_at: '2026-11-26T00:00:00Z' }] }
    expect(readPage({ status: 200, headers: {}, body })?.tasks.map(({ id }) => id)).toEqual(['12345'])
  })
})

it('what is no id is none', () => {
  for (const value of ['', null, undefined, {}, [], true, Number.NaN, 0.5, 2 ** 53])
    expect(idText(value)).toBeUndefined()
  expect(['a', 7, -0].map(idText)).toEqual(['a', '7', '0'])
})
