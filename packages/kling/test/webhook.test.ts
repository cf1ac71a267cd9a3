import { clockAt, fixture, reasonOf, requestOf, signed } from '@reelay/rig/deliveries'
import { describeStandardWebhooks } from '@reelay/rig/standard-webhooks'
import { describe, expect, it } from 'vitest'
import { createKlingWebhook } from '../src/index.ts'

const vector = fixture('kling', 'callback_signed_vector')
const { secret } = vector
const now = 1_781_080_800_000

describeStandardWebhooks('Kling', { create: createKlingWebhook, genuine: vector, taskId: '1234567890' })

/** A documented callback, signed by us: its own signature is left out of the page. */
function callback(file: string) {
  const { url, body } = fixture('kling', file)
  return { url, body, headers: signed(body, { id: '8674665223082153551', secret, seconds: now / 1_000 }) }
}

describe('a callback of Kling', () => {
  const receiver = createKlingWebhook({ secrets: secret, clock: clockAt(now) })

  it.each([
    ['callback_v1', '831922345719271433', 'succeed', 'succeeded'],
    ['callback_api2', '893605946402811985', 'succeeded', 'succeeded'],
    ['callback_console_test', '913827032734642185', 'submitted', 'queued'],
  ])('as in %s is read by its keys', async (file, taskId, nativeStatus, status) => {
    const event = await receiver.receive(requestOf(callback(file)))
    expect(event).toMatchObject({ verified: true, taskId, nativeStatus, status, provider: 'kling' })
    expect(event.raw).toMatchObject(JSON.parse(String(callback(file).body)))
  })

  const withId = (id: string) => {
    const body = `{"task_id":${id},"task_status":"succeed"}`
    return {
      url: 'https://example.com/cb',
      headers: signed(body, { id: '1', secret, seconds: now / 1_000 }),
      body,
    }
  }

  it('with an id that JSON numbers cannot hold is about that very id, digit by digit', async () => {
    const event = await receiver.receive(requestOf(withId('831922345719271433')))
    expect(event).toMatchObject({ verified: true, taskId: '831922345719271433' })
  })

  it.each(['831922345719271433.5', '8.3e17', '1e400'])(
    'with the number %s for an id is refused',
    async (id) => {
      expect(await reasonOf(receiver, withId(id))).toBe('unreadable')
    },
  )

  it('without a signature is refused, unless they are to be taken as hints', async () => {
    const unsigned = fixture('kling', 'callback_v1')
    expect(await reasonOf(receiver, unsigned)).toBe('unsigned')
    const credulous = createKlingWebhook({ unsigned: true, clock: clockAt(now) })
    const event = await credulous.receive(requestOf(unsigned))
    expect(event).toMatchObject({ verified: false, taskId: '831922345719271433', at: now })
    expect(event.deliveryId).toBe('kling 831922345719271433 succeed')
  })
})
