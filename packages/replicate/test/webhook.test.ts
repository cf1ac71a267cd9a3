import { clockAt, fixture, reasonOf, requestOf, signed } from '@reelay/rig/deliveries'
import { describeStandardWebhooks } from '@reelay/rig/standard-webhooks'
import { describe, expect, it } from 'vitest'
import { createReplicateWebhook } from '../src/index.ts'

const completed = fixture('replicate', 'webhook_completed_signed')
const start = fixture('replicate', 'webhook_start_signed')
const vector = fixture('replicate', 'webhook_signature_test_vector')
const taskId = '8t3q5v0k9xrmw0ct2m7b4zd1hn'

describeStandardWebhooks('Replicate', { create: createReplicateWebhook, genuine: completed, taskId })

const timeOf = (delivery: typeof completed): number => Number(delivery.headers['webhook-timestamp']) * 1_000

describe('a delivery of Replicate', () => {
  it('is the bare prediction, at its start and at its end', async () => {
    const { secret } = completed
    const early = createReplicateWebhook({ secrets: secret, clock: clockAt(timeOf(start)) })
    const late = createReplicateWebhook({ secrets: secret, clock: clockAt(timeOf(completed)) })
    expect(await early.receive(requestOf(start))).toMatchObject({
      taskId,
      status: 'queued',
      nativeStatus: 'starting',
    })
    expect(await late.receive(requestOf(completed))).toMatchObject({ taskId, status: 'succeeded' })
  })

  it('without our parameter in its address is an event without a task', async () => {
    const receiver = createReplicateWebhook({ secrets: completed.secret, clock: clockAt(timeOf(completed)) })
    const event = await receiver.receive(requestOf(completed))
    expect([event.submission, event.handle, event.task]).toEqual([undefined, undefined, undefined])
    expect(event.raw).toMatchObject({ id: taskId })
    expect(JSON.stringify(event)).not.toContain('paper boat')
  })

  it('that proves itself and is no prediction is refused only after it was verified', async () => {
    const clock = clockAt(timeOf(vector))
    const receiver = createReplicateWebhook({ secrets: vector.secret, clock })
    expect(await reasonOf(receiver, vector)).toBe('unreadable')
    const forged = { ...vector, body: String(vector.body).replace('4', '5') }
    expect(await reasonOf(receiver, forged)).toBe('forged')
  })

  it.each(['[]', 'null', 'no JSON', '', '{"id":7}', '{"id":"x"}'])(
    'of %s is refused, though signed',
    async (body) => {
      const { secret, url } = completed
      const headers = signed(body, { id: 'msg_1', secret, seconds: 1_000 })
      const receiver = createReplicateWebhook({ secrets: secret, clock: clockAt(1_000_000) })
      expect(await reasonOf(receiver, { url, headers, body })).toBe('unreadable')
    },
  )
})
