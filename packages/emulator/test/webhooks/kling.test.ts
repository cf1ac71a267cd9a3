import { describe, expect, it } from 'vitest'
import { signReplicateWebhook } from '../../src/index.ts'
import { createRig, creates, HOOK, isSignedWith, klingHeaders, load, MINUTE, ORIGIN, shape } from './rig.ts'

const [first, second] = [`whsec_${btoa('first-secret')}`, `whsec_${btoa('second-secret')}`] as const
const account = { name: 'signed', accessKey: 'ak', secretKey: 'sk', apiKeys: ['demo-api-key-not-real'] }
const withSecrets = (webhookSecret: string | string[]) => ({
  kling: { accounts: [{ ...account, webhookSecret }] },
})

describe('callbacks of Kling', () => {
  it('post the bare task on every change of its status', async () => {
    const rig = createRig()
    const id = await creates.kling(rig, HOOK, { external_task_id: 'order-77' })
    await rig.pass(2999)
    expect(rig.received).toEqual([])
    await rig.pass(1)
    await rig.pass(27_000)
    expect(rig.received.map(({ method, url }) => [method, url])).toEqual([
      ['POST', HOOK],
      ['POST', HOOK],
    ])
    const [processing, done] = rig.received.map(({ json }) => json)
    expect(processing).toMatchObject({ task_id: id, task_status: 'processing', task_status_msg: '' })
    expect(processing).not.toHaveProperty('task_result')
    const query = await rig.send(`${ORIGIN}/kling/v1/videos/text2video/${id}`, { headers: klingHeaders })
    const { watermark_info: _, ...task } = query.body.data as Record<string, unknown>
    expect(done).toEqual(task)
    expect(done).toHaveProperty('final_balance_deduction', { quota: '0', list_price: '0' })
    expect(done).toMatchObject({ task_info: { external_task_id: 'order-77' }, updated_at: rig.control.now() })
  })

  it('have the documented keys in the documented order', async () => {
    const rig = createRig({ kling: { watermarkUrlWhenOff: 'absent' } })
    await creates.kling(rig, HOOK, { external_task_id: 'order-77' })
    await rig.pass(MINUTE)
    const { request } = load('kling/callback_v1')
    const [, done] = rig.received
    expect(JSON.stringify(shape(done?.json))).toBe(JSON.stringify(shape(request.body)))
    expect(done?.headers).toEqual({ 'content-type': request.headers['Content-Type'] })
  })

  it('tell all that happened while the clock jumped, in its order', async () => {
    const rig = createRig({ kling: { callbackOn: ['submitted', 'processing', 'succeed', 'failed'] } })
    rig.control.failNext()
    await creates.kling(rig)
    await rig.pass(60 * MINUTE)
    const told = rig.received.map(({ json }) => [json.task_status, json.task_status_msg])
    const words = 'Failure to pass the risk control system'
    expect(told).toEqual([
      ['submitted', ''],
      ['processing', ''],
      ['failed', words],
    ])
    await rig.pass(60 * MINUTE)
    expect(rig.received).toHaveLength(3)
  })

  it('are signed with every secret the account has, and only then', async () => {
    const official = load('kling/callback_signed_vector').request
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp } = official.headers
    expect(isSignedWith(official.secret, { headers: official.headers, text: official.raw_body })).toBe(true)
    expect(
      await signReplicateWebhook(official.raw_body, {
        id,
        timestamp: Number(timestamp),
        secret: official.secret,
      }),
    ).toMatchObject({ 'webhook-signature': official.headers['webhook-signature'] })

    const rig = createRig(withSecrets([first, second]))
    await creates.kling(rig)
    await rig.pass(MINUTE)
    for (const delivery of rig.received) {
      expect([first, second].map((secret) => isSignedWith(secret, delivery))).toEqual([true, true])
      expect(delivery.headers['webhook-timestamp']).toBe(String(Math.floor(delivery.at / 1000)))
    }
    const ids = rig.received.map(({ headers }) => headers['webhook-id'])
    expect(ids.map((webhookId) => /^\d{19}$/.test(webhookId ?? ''))).toEqual([true, true])
    expect(new Set(ids).size).toBe(2)
  })

  it('are signed with the new secret and the one before after a rotation', async () => {
    const rig = createRig(withSecrets(first))
    const fresh = rig.control.webhooks.rotateKey() ?? ''
    const fresher = rig.control.webhooks.rotateKey({ provider: 'kling', account: 'signed' }) ?? ''
    await creates.kling(rig)
    await rig.pass(MINUTE)
    const [delivery] = rig.received
    if (!delivery) throw new Error('nothing arrived')
    expect([fresher, fresh, first].map((secret) => isSignedWith(secret, delivery))).toEqual([
      true,
      true,
      false,
    ])
  })

  it('refuse a secret that is none, at once', () => {
    expect(() => createRig(withSecrets('whsec_%'))).toThrow('whsec_ and base64')
  })

  it('are not retried unless told, and then with the same id', async () => {
    const silent = createRig()
    silent.answers.push(500)
    await creates.kling(silent)
    await silent.pass(3000)
    await silent.pass(20_000)
    expect(silent.received).toHaveLength(1)

    const stubborn = createRig({
      kling: { accounts: withSecrets(first).kling.accounts, callbackRetryMs: [7000] },
    })
    stubborn.answers.push(500, 302)
    await creates.kling(stubborn)
    await stubborn.pass(3000)
    await stubborn.pass(6999)
    expect(stubborn.received).toHaveLength(1)
    await stubborn.pass(1)
    const [before, after] = stubborn.received
    expect(after?.text).toBe(before?.text)
    expect(after?.headers['webhook-id']).toBe(before?.headers['webhook-id'])
    expect(after?.headers['webhook-timestamp']).not.toBe(before?.headers['webhook-timestamp'])
    expect(stubborn.sent().map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 302],
    ])
  })

  it('follow a status that is imposed', async () => {
    const rig = createRig()
    const id = await creates.kling(rig)
    rig.control.forceStatus(id, 'processing')
    await rig.pass(60 * MINUTE)
    rig.control.forceStatus(id, 'failed', 'no')
    await rig.control.webhooks.idle()
    rig.control.forceStatus(id, 'succeed')
    await rig.control.webhooks.idle()
    expect(rig.received.map(({ json }) => json.task_status)).toEqual(['processing', 'failed'])
  })

  it('are sent for a task whose create lost its answer, or is not visible yet', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'lost-after-create' })
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 10_000 })
    await expect(creates.kling(rig)).rejects.toThrow('fetch failed')
    await expect(creates.kling(rig)).rejects.toThrow('fetch failed')
    await rig.pass(12_999)
    expect(rig.received.map(({ json }) => json.task_status)).toEqual(['processing'])
    await rig.pass(1)
    await rig.pass(26_999)
    await rig.pass(1)
    expect(rig.received.map(({ json }) => json.task_status)).toEqual([
      'processing',
      'processing',
      'succeed',
      'succeed',
    ])
  })

  it('go over plain http too, but only to a URL', async () => {
    const rig = createRig()
    await creates.kling(rig, 'http://hooks.example.com/in')
    await rig.pass(MINUTE)
    expect(rig.received).toHaveLength(2)
    const answer = await rig.send(`${ORIGIN}/kling/v1/videos/text2video`, {
      method: 'POST',
      headers: { ...klingHeaders, 'content-type': 'application/json' },
      body: JSON.stringify({ model_name: 'kling-v2-6', prompt: 'x', callback_url: 'hook' }),
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 1201 } })
  })
})
