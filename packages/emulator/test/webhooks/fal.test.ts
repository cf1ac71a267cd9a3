import type { JsonWebKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pythonJSON } from '../../src/fal/webhook.ts'
import {
  createRig,
  creates,
  falHeaders,
  HOOK,
  isSignedByFal,
  load,
  MINUTE,
  ORIGIN,
  type Rig,
  shape,
} from './rig.ts'

const HOUR = 60 * MINUTE
const jwks = async (rig: Rig): Promise<readonly JsonWebKey[]> =>
  (await rig.send(`${ORIGIN}/fal/rest/.well-known/jwks.json`, {})).body.keys

describe('webhooks of fal', () => {
  it('arrive once, when the request has completed, with what the result shows', async () => {
    const rig = createRig()
    const id = await creates.fal(rig)
    await rig.pass(92_999)
    expect(rig.received).toEqual([])
    await rig.pass(1)
    await rig.pass(HOUR / 2)
    expect(rig.received).toHaveLength(1)
    const url = `${ORIGIN}/fal/fal-ai/kling-video/requests/${id}`
    const result = await rig.send(url, { headers: falHeaders })
    expect(rig.received[0]?.json).toEqual({
      error: null,
      gateway_request_id: id,
      payload: result.body,
      request_id: id,
      status: 'OK',
    })
    expect(rig.received[0]).toMatchObject({ method: 'POST', url: HOOK })
  })

  it('have the recorded shape and the recorded way of writing it', async () => {
    const rig = createRig()
    await creates.fal(rig)
    await creates.fal(rig, HOOK, { prompt: 'a forbidden thing' })
    await rig.pass(2 * MINUTE)
    // What is due at one moment arrives in any order.
    const [failed, done] = ['ERROR', 'OK'].map((status) =>
      rig.received.find(({ json }) => json.status === status),
    )
    const recorded = [load('fal/webhook_ok'), load('fal/webhook_error_content_policy')]
    expect([done, failed].map((delivery) => JSON.stringify(shape(delivery?.json)))).toEqual(
      recorded.map(({ request }) => JSON.stringify(shape(request.body))),
    )
    expect([done, failed].map((delivery) => Object.keys(delivery?.headers ?? {}).sort())).toEqual(
      recorded.map(({ request }) => Object.keys(request.headers).sort()),
    )
    for (const { request } of [...recorded, load('fal/webhook_payload_error')]) {
      expect(pythonJSON(JSON.parse(request.body_raw))).toBe(request.body_raw)
    }
    expect(failed?.text).toBe(pythonJSON(failed?.json))
    expect(pythonJSON({ b: ['é', 1.5, null], a: {} })).toBe('{"a": {}, "b": ["\\u00e9", 1.5, null]}')
  })

  it('are signed with a key that the public list has', async () => {
    const example = load('fal/webhook_signature')
    const { request_id, user_id, timestamp } = example.request.header_values
    const headers = {
      'x-fal-webhook-request-id': `${request_id}`,
      'x-fal-webhook-user-id': `${user_id}`,
      'x-fal-webhook-timestamp': `${timestamp}`,
      'x-fal-webhook-signature': example.response.signature_hex,
    }
    const key = { kty: 'OKP', crv: 'Ed25519', x: example.request.public_key_x_base64url }
    expect(isSignedByFal([key], { headers, text: example.request.body_raw })).toBe(true)

    const rig = createRig({
      fal: { accounts: [{ key: falHeaders.authorization.slice(4), userId: 'user_7' }] },
    })
    await creates.fal(rig)
    await rig.pass(2 * MINUTE)
    const [delivery] = rig.received
    if (!delivery) throw new Error('nothing arrived')
    const keys = await jwks(rig)
    expect(shape({ keys })).toEqual(shape(load('fal/webhook_jwks').response.body))
    expect(isSignedByFal(keys, delivery)).toBe(true)
    expect(isSignedByFal(keys, { ...delivery, text: `${delivery.text} ` })).toBe(false)
    expect(delivery.headers).toMatchObject({
      'x-fal-webhook-user-id': 'user_7',
      'x-fal-webhook-timestamp': String(Math.floor(delivery.at / 1000)),
    })
    const other = createRig()
    expect(await jwks(other)).toEqual(keys)
  })

  it('are signed with another key after a rotation, and both are in the list', async () => {
    const rig = createRig()
    const before = await jwks(rig)
    expect(rig.control.webhooks.rotateKey({ provider: 'fal' })).toBeUndefined()
    await creates.fal(rig)
    await rig.pass(2 * MINUTE)
    const [delivery] = rig.received
    if (!delivery) throw new Error('nothing arrived')
    expect(isSignedByFal(before, delivery)).toBe(false)
    const after = await jwks(rig)
    expect(isSignedByFal(after.slice(0, 1), delivery)).toBe(true)
    expect(after.slice(1)).toEqual(before)
    rig.control.reset()
    expect(await jwks(rig)).toEqual(before)
  })

  it('are repeated until a 2xx, growing apart, with the same body', async () => {
    const rig = createRig({ fal: { outputFile: 'url-only' } })
    rig.answers.push(500, 'no answer', 404, 204)
    await creates.fal(rig)
    for (let second = 0; second < 300; second += 1) await rig.pass(1000)
    const sent = rig.sent()
    expect(sent.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, undefined],
      [3, 404],
      [4, 204],
    ])
    const [start = 0, ...times] = sent.map(({ at }) => at)
    expect(times.map((at) => at - start)).toEqual([5000, 15_000, 35_000])
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
  })

  it('end with a redirect for good', async () => {
    const rig = createRig()
    rig.answers.push(307)
    await creates.fal(rig)
    await rig.pass(2 * MINUTE)
    await rig.pass(HOUR)
    expect(rig.sent().map(({ status }) => status)).toEqual([307])
  })

  it('end when the result has expired, after 31 attempts at the most', async () => {
    const refusals = Array.from({ length: 99 }, () => 500)
    const attempts = async (resultTtlMs: number): Promise<number> => {
      const rig = createRig({ fal: { outputFile: 'url-only', resultTtlMs } })
      rig.answers.push(...refusals)
      await creates.fal(rig)
      await rig.pass(93_000)
      for (let step = 0; step < 1500; step += 1) await rig.pass(5000)
      return rig.received.length
    }
    expect(await attempts(HOUR)).toBe(31)
    expect(await attempts(16_000)).toBe(3)
  })

  it('wait for a place among the requests that run', async () => {
    const rig = createRig({ fal: { outputFile: 'url-only' } })
    const ids: string[] = []
    for (let count = 0; count < 5; count += 1) ids.push(await creates.fal(rig))
    const start = rig.control.now()
    for (let step = 0; step < 300; step += 1) await rig.pass(1000)
    const arrived = new Map(rig.received.map(({ json, at }) => [json.request_id, at - start]))
    expect(ids.map((id) => [id, arrived.get(id)])).toEqual([
      [ids[0], 93_000],
      [ids[1], 93_000],
      [ids[2], 183_000],
      [ids[3], 183_000],
      [ids[4], 273_000],
    ])
  })

  it('tell of a request that was cancelled while it waited or ran', async () => {
    const rig = createRig()
    const cancel = (id: string) =>
      rig.send(`${ORIGIN}/fal/fal-ai/kling-video/requests/${id}/cancel`, {
        method: 'PUT',
        headers: falHeaders,
      })
    const waiting = await creates.fal(rig)
    await cancel(waiting)
    await rig.control.webhooks.idle()
    expect(rig.received.map(({ json }) => json.request_id)).toEqual([waiting])
    expect(rig.received[0]?.json).toMatchObject({ status: 'ERROR', error: 'Invalid status code: 499' })
    const running = await creates.fal(rig)
    await rig.pass(10_000)
    await cancel(running)
    await rig.pass(1000)
    expect(rig.received.map(({ json }) => json.request_id)).toEqual([waiting, running])
  })

  it('follow a status that is imposed', async () => {
    const rig = createRig()
    const id = await creates.fal(rig)
    rig.control.forceStatus(id, 'IN_PROGRESS')
    await rig.pass(HOUR)
    expect(rig.received).toEqual([])
    rig.control.forceStatus(id, 'COMPLETED', 'downstream_service_error')
    await rig.control.webhooks.idle()
    expect(rig.received.map(({ json }) => json.error)).toEqual(['Invalid status code: 500'])
  })

  it.each(['http://hooks.example.com/in', 'hook', 'ftp://127.0.0.1/'])('refuse %s', async (url) => {
    const rig = createRig()
    const path = `${ORIGIN}/fal/fal-ai/kling-video/v2.5-turbo/pro/text-to-video`
    const answer = await rig.send(`${path}?fal_webhook=${encodeURIComponent(url)}`, {
      method: 'POST',
      headers: falHeaders,
      body: '{}',
    })
    expect(answer).toMatchObject({ status: 400, body: { error_type: 'bad_request' } })
    expect(rig.control.ledger()).toEqual([])
  })

  it('are none where nobody asked, nor on the direct host', async () => {
    const rig = createRig({ speed: 2000 })
    const url = `${ORIGIN}/fal/run/fal-ai/kling-video/v2.5-turbo/pro/text-to-video?fal_webhook=${HOOK}`
    await rig.send(url, { method: 'POST', headers: falHeaders, body: '{"prompt":"x"}' })
    await rig.control.webhooks.idle()
    expect(rig.sent()).toEqual([])
  })
})
