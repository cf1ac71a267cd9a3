import {
  clockAt,
  fixture,
  flippedTexts,
  hugeBody,
  reasonOf,
  refusal,
  requestOf,
} from '@reelay/rig/deliveries'
import { expect, it } from 'vitest'
import { createPiapiWebhook } from '../src/index.ts'

const completed = fixture('piapi', 'webhook_completed')
const secret = 'shared-secret'
const clock = clockAt(1_795_507_460_000)
const receiver = createPiapiWebhook({ secrets: secret, clock })
const withSecret = (value: string) => ({
  ...completed,
  headers: { ...completed.headers, 'x-webhook-secret': value },
})

it('takes a delivery with its secret', async () => {
  const event = await receiver.receive(requestOf(completed))
  expect(event).toMatchObject({
    verified: true,
    taskId: '00000000-0000-4000-8000-000000000002',
    status: 'succeeded',
  })
  expect(event.deliveryId).toBe('piapi 00000000-0000-4000-8000-000000000002 completed')
})

it('shows the secret nowhere, though the body repeats it', async () => {
  const body = String(completed.body).replace('"logs":[]', `"logs":["got ${secret}"]`)
  const event = await receiver.receive(requestOf({ ...completed, body }))
  expect(JSON.stringify([event, event.raw])).not.toContain(secret)
  expect(JSON.stringify(event.raw)).toContain('got [redacted]')
})

it('takes either of two secrets', async () => {
  const rotating = createPiapiWebhook({ secrets: ['the-new-one', secret], clock })
  expect((await rotating.receive(requestOf(completed))).verified).toBe(true)
})

it('refuses another secret, one bit apart or whatever its length', async () => {
  const others = [...flippedTexts(secret), `${secret}x`, secret.slice(1), 'x', secret.toUpperCase()]
  for (const other of others) expect(await reasonOf(receiver, withSecret(other))).toBe('forged')
})

it('refuses a delivery without a secret, and a body that is too large or no task', async () => {
  expect(await reasonOf(receiver, { ...completed, headers: {} })).toBe('unsigned')
  expect(await reasonOf(receiver, withSecret(''))).toBe('unsigned')
  expect(await reasonOf(receiver, { ...completed, body: '{"timestamp":1,"data":{}}' })).toBe('unreadable')
  const huge = hugeBody()
  const { url, headers } = completed
  const request = new Request(url, {
    method: 'POST',
    headers,
    body: huge.stream,
    duplex: 'half',
  } as RequestInit)
  expect((await refusal(receiver.receive(request))).reason).toBe('too-large')
  expect(huge.pulled()).toBeLessThanOrEqual(1_100_000)
})

it('names neither secret in its refusal', async () => {
  const error = await refusal(receiver.receive(requestOf(withSecret('a-guess-of-theirs'))))
  expect(`${JSON.stringify(error)} ${error.stack}`).not.toMatch(/shared-secret|a-guess-of-theirs/)
  expect(error.answer).toBe(401)
})

it('takes unsigned deliveries only when told to, as hints', async () => {
  expect(() => createPiapiWebhook({})).toThrow('webhookSecret')
  expect(() => createPiapiWebhook({ secrets: [] })).toThrow('webhookSecret')
  expect(() => createPiapiWebhook({ secrets: '' })).toThrow('empty')
  const event = await createPiapiWebhook({ unsigned: true, clock }).receive(requestOf(completed))
  expect(event.verified).toBe(false)
  expect(JSON.stringify(event.raw)).not.toContain(secret)
})
