import { validateWebhook } from 'replicate'
import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import completed from '../replicate/fixtures/webhook_completed_signed.json' with { type: 'json' }
import started from '../replicate/fixtures/webhook_start_signed.json' with { type: 'json' }
import {
  createRig,
  creates,
  HOOK,
  isSignedWith,
  MINUTE,
  ORIGIN,
  type Received,
  type Rig,
  replicateHeaders,
  shape,
} from './rig.ts'

const secret = demoCredentials.replicate.webhookSecret
const ALL = ['start', 'output', 'logs', 'completed']
const read = async (rig: Rig, id: string): Promise<object> =>
  (await rig.send(`${ORIGIN}/replicate/v1/predictions/${id}`, { headers: replicateHeaders })).body
const told = (rig: Rig) => rig.sent().map(({ event, body }) => [event, JSON.parse(body).status])
const asRequest = ({ url, headers, text }: Received): Request =>
  new Request(url, { method: 'POST', headers, body: text })

describe('webhooks of Replicate', () => {
  it('tell outputs and completion unless told what, as a read shows it then', async () => {
    const rig = createRig()
    const id = await creates.replicate(rig)
    await rig.pass(91_999)
    expect(rig.sent()).toEqual([])
    await rig.pass(1)
    expect(told(rig)).toEqual([
      ['output', 'processing'],
      ['completed', 'succeeded'],
    ])
    const now = await read(rig, id)
    expect(rig.received.map(({ json }) => json)).toMatchObject([{ output: expect.any(String) }, now])
    expect(rig.received[1]?.json).toEqual({ ...now, webhook: HOOK })
  })

  it('tell the events of the filter', async () => {
    const rig = createRig()
    await creates.replicate(rig, HOOK, { webhook_events_filter: ALL })
    await rig.pass(2000)
    expect(told(rig)).toEqual([
      ['start', 'starting'],
      ['logs', 'processing'],
    ])
    await rig.pass(2 * MINUTE)
    expect(told(rig).slice(2)).toEqual([
      ['output', 'processing'],
      ['completed', 'succeeded'],
    ])
    const fewer = createRig({ replicate: { startStatus: 'processing' } })
    await creates.replicate(fewer, HOOK, { webhook_events_filter: ['start'] })
    await fewer.pass(2 * MINUTE)
    expect(told(fewer)).toEqual([['start', 'processing']])
  })

  it('have the recorded shape', async () => {
    const rig = createRig()
    await creates.replicate(rig, HOOK, {
      webhook_events_filter: ['start', 'completed'],
      input: completed.request.body.input,
    })
    await rig.pass(3 * MINUTE)
    expect(rig.received.map(({ json }) => JSON.stringify(shape(json)))).toEqual(
      [started, completed].map(({ request }) => JSON.stringify(shape(request.body))),
    )
    expect(rig.received.map(({ headers }) => Object.keys(headers).sort())).toEqual(
      [started, completed].map(({ request }) => Object.keys(request.headers).sort()),
    )
  })

  it('send output and logs at most every half second', async () => {
    const rig = createRig({ replicate: { processingMs: 400 } })
    await creates.replicate(rig, HOOK, { webhook_events_filter: ALL })
    await rig.pass(MINUTE)
    expect(told(rig).map(([event]) => event)).toEqual(['start', 'logs', 'completed'])
  })

  it('pass the check of the npm client, which finds a changed one out', async () => {
    const rig = createRig()
    await creates.replicate(rig, HOOK, { webhook_events_filter: ALL })
    await rig.pass(2 * MINUTE)
    expect(rig.received).toHaveLength(4)
    for (const delivery of rig.received) {
      expect(isSignedWith(secret, delivery)).toBe(true)
      expect(await validateWebhook(asRequest(delivery), secret)).toBe(true)
      const changed = { ...delivery, text: delivery.text.replace('seconds', 'minutes').concat(' ') }
      expect(await validateWebhook(asRequest(changed), secret)).toBe(false)
      expect(delivery.headers['webhook-timestamp']).toBe(String(Math.floor(delivery.at / 1000)))
    }
  })

  it('repeat only the last one, farther and farther apart, for about a minute', async () => {
    const rig = createRig()
    rig.answers.push(...Array.from({ length: 99 }, () => 503))
    await creates.replicate(rig, HOOK, { webhook_events_filter: ALL })
    await rig.pass(92_000)
    const start = rig.control.now()
    for (let second = 0; second < 300; second += 1) await rig.pass(1000)
    const tries = (event: string) => rig.sent().filter((sent) => sent.event === event)
    expect(ALL.map((event) => tries(event).length)).toEqual([1, 1, 1, 7])
    const last = tries('completed')
    expect(last.map(({ at }) => (at - start) / 1000)).toEqual([0, 1, 3, 7, 15, 31, 63])
    expect(new Set(last.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(last.map(({ body }) => body)).size).toBe(1)
    expect(new Set(rig.sent().map(({ headers }) => headers['webhook-id'])).size).toBe(4)
  })

  it.each([
    [404, 2],
    ['no answer', 2],
    [302, 1],
    [204, 1],
  ] as const)('after %s there are %s attempts', async (answer, attempts) => {
    const rig = createRig()
    rig.answers.push(answer)
    await creates.replicate(rig, HOOK, { webhook_events_filter: ['completed'] })
    await rig.pass(2 * MINUTE)
    await rig.pass(2 * MINUTE)
    expect(rig.sent()).toHaveLength(attempts)
  })

  it('complete with a failure, a cancel and a deadline', async () => {
    const rig = createRig()
    rig.control.failNext({ provider: 'replicate' })
    await creates.replicate(rig)
    await rig.pass(2 * MINUTE)
    const canceled = await creates.replicate(rig)
    await rig.pass(5000)
    const cancel = `${ORIGIN}/replicate/v1/predictions/${canceled}/cancel`
    await rig.send(cancel, { method: 'POST', headers: replicateHeaders })
    await rig.control.webhooks.idle()
    await creates.replicate(rig, HOOK, { headers: { 'cancel-after': '10s' } })
    await rig.pass(10_000)
    expect(told(rig)).toEqual([
      ['completed', 'failed'],
      ['completed', 'canceled'],
      ['completed', 'canceled'],
    ])
  })

  it('say nothing of an aborted one, unless told', async () => {
    for (const abortedWebhook of [false, true]) {
      const rig = createRig({ replicate: { abortedWebhook } })
      const id = await creates.replicate(rig)
      rig.control.forceStatus(id, 'aborted')
      await rig.pass(2 * MINUTE)
      expect(told(rig)).toEqual(abortedWebhook ? [['completed', 'aborted']] : [])
    }
  })

  it('may go to this machine over plain http, which the create else refuses', async () => {
    const rig = createRig()
    for (const url of ['http://127.0.0.1:9/in', 'http://localhost:9/in', 'http://[::1]:9/in']) {
      expect(await creates.replicate(rig, url)).toMatch(/^[a-z0-9]{26}$/)
    }
    for (const url of ['http://hooks.example.com/', 'http://127.0.0.1.example.com/', 'http://10.0.0.1/']) {
      expect(await creates.replicate(rig, url)).toBeUndefined()
    }
  })
})
