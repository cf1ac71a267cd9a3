import { isTaskHandle, type Submission, type WebhookReceiver } from '@reelay/core'
import { createKlingWebhook } from '@reelay/kling'
import { createPiapiWebhook } from '@reelay/piapi'
import { createReplicateWebhook } from '@reelay/replicate'
import { clockAt, reasonOf, requestOf, signed } from '@reelay/rig/deliveries'
import { describe, expect, it } from 'vitest'
import { callbackUrl } from '../../../core/src/provider/request/callback-url.ts'
import { externalIdFor } from '../../../core/src/provider/request/hash.ts'

const seconds = 1_795_510_885
const clock = clockAt(seconds * 1_000)
const secret = `whsec_${btoa('a-secret-of-thirty-two-bytes-123')}`
const base = 'https://hooks.example.com/reelay'

const bought: Submission = {
  v: 1,
  provider: 'kling',
  account: 'studio',
  kind: 'text-to-video',
  model: 'kling-v2-6',
  mode: 'pro',
  route: 'text2video',
  idempotencyKey: 'order-1',
  requestHash: 'f'.repeat(64),
  attempt: 'attempt-1',
  startedAt: seconds * 1_000 - 60_000,
}
const externalId = await externalIdFor(bought)

const task = (changes: object = {}): Record<string, unknown> => ({
  task_id: '831922345719271433',
  task_status: 'succeed',
  created_at: bought.startedAt + 800,
  updated_at: bought.startedAt + 50_000,
  task_info: { external_task_id: externalId },
  final_unit_deduction: '3.5',
  task_result: { videos: [{ id: 'v-1', url: 'https://cdn.example.com/v.mp4', duration: '5.041' }] },
  ...changes,
})

function delivery(body: object, submission: Submission | undefined = bought, url: string = base) {
  const text = JSON.stringify(body)
  const address = submission ? callbackUrl(url, submission) : url
  return { url: address, body: text, headers: signed(text, { id: 'msg_1', secret, seconds }) }
}

const kling = (account?: string): WebhookReceiver => createKlingWebhook({ secrets: secret, clock, account })

describe('a callback and the purchase its address names', () => {
  it('make a task with its handle, clip and cost, which needs no database', async () => {
    const event = await kling().receive(requestOf(delivery(task())))
    const { externalId: _id, attempt: _attempt, startedAt, ...shared } = { ...bought, externalId }
    expect(event.handle).toEqual({ ...shared, id: '831922345719271433', submittedAt: startedAt })
    expect(isTaskHandle(event.handle)).toBe(true)
    expect(event).toMatchObject({
      account: 'studio',
      submission: { ...bought, externalId },
      status: 'succeeded',
    })
    expect(event.task).toMatchObject({
      id: '831922345719271433',
      handle: event.handle,
      status: 'succeeded',
      outputs: [{ url: 'https://cdn.example.com/v.mp4', duration: 5.041 }],
      cost: { native: { amount: 3.5, unit: 'unit' } },
    })
  })

  it('in the shape of API 2.0 make the same task', async () => {
    const body = {
      id: '831922345719271433',
      status: 'succeeded',
      message: '',
      create_time: bought.startedAt + 800,
      update_time: bought.startedAt + 50_000,
      external_id: externalId,
      outputs: [
        {
          type: 'video',
          id: 'v-1',
          url: 'https://cdn.example.com/v.mp4',
          watermark_url: '',
          duration: '5.041',
        },
      ],
      billing: [{ charge_type: 'unit', amount: '3.5', package_type: 'video' }],
    }
    const [v1, v2] = [
      await kling().receive(requestOf(delivery(task()))),
      await kling().receive(requestOf(delivery(body))),
    ]
    expect(v2.task).toEqual({ ...v1.task, nativeStatus: 'succeeded' })
  })

  it('of the wrong external id are refused, in either shape', async () => {
    const theirs = task({ task_info: { external_task_id: 'reelay-somebody-else' } })
    expect(await reasonOf(kling(), delivery(theirs))).toBe('foreign')
    const newer = { id: '1', status: 'processing', external_id: 'order-77-shot-1' }
    expect(await reasonOf(kling(), delivery(newer))).toBe('foreign')
    const other = { ...bought, idempotencyKey: 'order-2' }
    expect(await reasonOf(kling(), delivery(task(), other))).toBe('foreign')
  })

  it('without an external id are taken, as Kling leaves it out for tasks that have none', async () => {
    const event = await kling().receive(requestOf(delivery(task({ task_info: {} }))))
    expect(event.handle?.idempotencyKey).toBe('order-1')
  })

  it('are refused when the task is older than the purchase, but for the clocks’ error', async () => {
    const made = (before: number) => task({ created_at: bought.startedAt - before })
    expect((await kling().receive(requestOf(delivery(made(15 * 60_000))))).taskId).toBe('831922345719271433')
    expect(await reasonOf(kling(), delivery(made(15 * 60_000 + 1)))).toBe('foreign')
  })

  it('are refused when they name another provider, or another account than the receiver’s', async () => {
    expect(await reasonOf(kling(), delivery(task(), { ...bought, provider: 'fal' }))).toBe('foreign')
    expect(await reasonOf(kling('default'), delivery(task()))).toBe('foreign')
    expect((await kling('studio').receive(requestOf(delivery(task())))).account).toBe('studio')
  })

  it('of a route this version does not know make an event without a handle', async () => {
    const event = await kling().receive(requestOf(delivery(task(), { ...bought, route: 'motion-control' })))
    expect([event.verified, event.submission, event.handle, event.task]).toEqual([
      true,
      ...Array(3).fill(undefined),
    ])
  })

  it('without a clip, though it succeeded, make an event without a task', async () => {
    const event = await kling().receive(requestOf(delivery(task({ task_result: {} }))))
    expect([event.status, event.handle?.id, event.task]).toEqual([
      'succeeded',
      '831922345719271433',
      undefined,
    ])
  })

  it('that nobody signed carry no task', async () => {
    const hints = createKlingWebhook({ unsigned: true, clock })
    const event = await hints.receive(requestOf(delivery(task())))
    expect([event.verified, event.task, event.handle?.id]).toEqual([false, undefined, '831922345719271433'])
  })
})

describe('the same at the other providers', () => {
  it('Replicate', async () => {
    const input = { prompt: 'A paper boat' }
    const body = { id: 'p1', status: 'succeeded', input, output: 'https://replicate.delivery/x.mp4' }
    const submission = { ...bought, provider: 'replicate', route: 'predictions' }
    const receiver = createReplicateWebhook({ secrets: secret, clock })
    const event = await receiver.receive(requestOf(delivery(body, submission)))
    expect(event.task).toMatchObject({ id: 'p1', outputs: [{ url: 'https://replicate.delivery/x.mp4' }] })
    expect(event.submission?.externalId).toBeUndefined()
  })

  it('PiAPI', async () => {
    const data = { task_id: 't1', status: 'Failed', error: { raw_message: 'no face', message: 'failed' } }
    const submission = { ...bought, provider: 'piapi', route: 'video_generation' }
    const receiver = createPiapiWebhook({ secrets: 'hook-secret', clock })
    const { url } = delivery({}, submission)
    const headers = { 'x-webhook-secret': 'hook-secret' }
    const event = await receiver.receive(
      requestOf({ url, headers, body: JSON.stringify({ timestamp: 1, data }) }),
    )
    expect(event.task).toMatchObject({ id: 't1', status: 'failed', nativeStatus: 'Failed' })
  })
})
