import { createHash, createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type Delivery,
  fixture,
  flippedBodies,
  flippedTexts,
  hugeBody,
  reasonOf,
  refusal,
  requestOf,
} from '@reelay/rig/deliveries'
import { createVirtualClock } from '@reelay/testing/clock'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createFalWebhook, type FalWebhookOptions } from '../src/index.ts'

const ok = fixture('fal', 'webhook_ok')
const taskId = '01a0c3b2-7d10-7c4e-9a55-3f2f6a1b9c01'
const seconds = 1_795_514_525

const documented = (file: string) =>
  JSON.parse(readFileSync(new URL(`webhooks/fixtures/${file}.json`, import.meta.url), 'utf8'))

const [published] = documented('webhook_jwks').response.body.keys
const stranger = { ...published, x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw' }

/** A receiver whose key server is a function, and what it asked there. */
function rig(options: FalWebhookOptions & { keys?: () => unknown } = {}) {
  const { keys = () => ({ keys: [published] }), ...rest } = options
  const asked: { url: string; authorization: string | null; redirect: string | undefined }[] = []
  const clock = createVirtualClock({ start: seconds * 1_000 })
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const authorization = request.headers.get('authorization')
    asked.push({ url: request.url, authorization, redirect: init?.redirect })
    const answer = keys()
    return answer instanceof Response ? answer : Response.json(answer)
  })
  const receiver = createFalWebhook({ fetch, clock, ...rest })
  return { receiver, asked, pass: (ms: number) => clock.advance(ms) }
}

const privateKey = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
  ]),
  format: 'der',
  type: 'pkcs8',
})

/** A delivery signed with the published key, by another library than the one under test. */
function signed(body: string, at: number = seconds, user = 'user_0', request: string = taskId): Delivery {
  const hash = createHash('sha256').update(body).digest('hex')
  const signature = sign(null, Buffer.from(`${request}\n${user}\n${at}\n${hash}`), privateKey).toString('hex')
  return {
    url: ok.url,
    body,
    headers: {
      'x-fal-webhook-request-id': request,
      'x-fal-webhook-user-id': user,
      'x-fal-webhook-timestamp': String(at),
      'x-fal-webhook-signature': signature,
    },
  }
}

const withHeader = (name: string, value: string): Delivery => ({
  ...ok,
  headers: { ...ok.headers, [`x-fal-webhook-${name}`]: value },
})

describe('a delivery of fal', () => {
  test.each([
    ['webhook_ok', 'COMPLETED', 'succeeded'],
    ['webhook_ok_after_retry', 'COMPLETED', 'succeeded'],
    ['webhook_payload_error', 'COMPLETED', 'succeeded'],
    ['webhook_error_content_policy', 'ERROR', 'failed'],
  ])('as in %s is taken, under the request’s own id', async (file, nativeStatus, status) => {
    const event = await rig().receiver.receive(requestOf(fixture('fal', file)))
    expect(event).toMatchObject({ verified: true, taskId, nativeStatus, status, at: seconds * 1_000 })
    expect(event.deliveryId).toBe(`fal ${taskId} ${nativeStatus}`)
  })

  it('as in the worked example of the signature is taken', async () => {
    const { request, response } = documented('webhook_signature')
    const { request_id, user_id, timestamp } = request.header_values
    const headers = {
      'x-fal-webhook-request-id': request_id,
      'x-fal-webhook-user-id': user_id,
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': response.signature_hex,
    }
    const event = await rig().receiver.receive(requestOf({ url: ok.url, headers, body: request.body_raw }))
    expect(event.verified).toBe(true)
  })

  it('is the same delivery when fal signs it again at another time', async () => {
    const { receiver } = rig()
    const first = await receiver.receive(requestOf(ok))
    const again = await receiver.receive(requestOf(signed(String(ok.body), seconds + 120)))
    expect(again.deliveryId).toBe(first.deliveryId)
  })

  it.each([-1, 1])('is taken 300 s away from its time, and not a second more (%d)', async (sign) => {
    const { receiver } = rig()
    const at = (offset: number) => signed(String(ok.body), seconds + sign * offset)
    expect((await receiver.receive(requestOf(at(300)))).verified).toBe(true)
    expect(await reasonOf(receiver, at(301))).toBe('stale')
  })

  it('is refused with one bit of its body flipped, whichever byte it is in', async () => {
    const { receiver } = rig()
    for (const body of flippedBodies(ok.body))
      expect(await reasonOf(receiver, { ...ok, body })).toBe('forged')
  })

  it.each(['request-id', 'user-id', 'timestamp', 'signature'])(
    'is refused with one bit of its %s flipped, and without it',
    async (name) => {
      const { receiver } = rig()
      for (const flipped of flippedTexts(ok.headers[`x-fal-webhook-${name}`] ?? '')) {
        expect(['forged', 'stale']).toContain(await reasonOf(receiver, withHeader(name, flipped)))
      }
      expect(await reasonOf(receiver, withHeader(name, ''))).toBe('unsigned')
    },
  )

  it('is refused in every form but its own, when any part of it was changed', async () => {
    const { receiver } = rig()
    const text = fc.stringMatching(/^[\x21-\x7e]{1,80}$/)
    const message = fc.record({
      body: fc
        .string({ maxLength: 300 })
        .map((error) => JSON.stringify({ request_id: taskId, status: 'OK', error })),
      user: text,
      request: text,
      at: fc.integer({ min: seconds - 300, max: seconds + 300 }),
    })
    const change = fc.record(
      {
        body: fc.string({ maxLength: 300 }),
        request: text,
        user: text,
        timestamp: fc.integer({ min: seconds - 300, max: seconds + 300 }).map(String),
        signature: fc.oneof(text, fc.stringMatching(/^[0-9a-f]{128}$/)),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(message, change, async ({ body, user, request, at }, changed) => {
        const genuine = signed(body, at, user, request)
        expect((await receiver.receive(requestOf(genuine))).verified).toBe(true)
        const headers = { ...genuine.headers }
        if (changed.request !== undefined) headers['x-fal-webhook-request-id'] = changed.request
        if (changed.user !== undefined) headers['x-fal-webhook-user-id'] = changed.user
        if (changed.timestamp !== undefined) headers['x-fal-webhook-timestamp'] = changed.timestamp
        if (changed.signature !== undefined) headers['x-fal-webhook-signature'] = changed.signature
        const other = { ...genuine, headers, body: changed.body ?? body }
        fc.pre(JSON.stringify(other) !== JSON.stringify(genuine))
        expect(await reasonOf(receiver, other)).toBe('forged')
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it has ten million bytes', async () => {
    const { receiver, asked } = rig()
    const huge = hugeBody()
    const { url, headers } = ok
    const request = new Request(url, {
      method: 'POST',
      headers,
      body: huge.stream,
      duplex: 'half',
    } as RequestInit)
    expect((await refusal(receiver.receive(request))).reason).toBe('too-large')
    expect([huge.pulled() <= 1_100_000, asked]).toEqual([true, []])
  })

  it('for another user of fal is refused, when ours is known', async () => {
    const mine = rig({ userId: 'user_00000000000000000000000000' }).receiver
    expect((await mine.receive(requestOf(ok))).verified).toBe(true)
    expect(await reasonOf(rig({ userId: 'user_mine' }).receiver, ok)).toBe('foreign')
  })

  it.each(['[]', '{}', '{"request_id":"x"}', 'null', 'no JSON'])(
    'of %s is refused, though signed',
    async (body) => {
      expect(await reasonOf(rig().receiver, signed(body))).toBe('unreadable')
    },
  )
})

describe('the keys of fal', () => {
  it('are fetched once, from their own host, without credentials, and no redirect is followed', async () => {
    const { receiver, asked } = rig()
    await Promise.all([1, 2, 3].map(() => receiver.receive(requestOf(ok))))
    await receiver.receive(requestOf(ok))
    const url = 'https://rest.fal.ai/.well-known/jwks.json'
    expect(asked).toEqual([{ url, authorization: null, redirect: 'manual' }])
  })

  it('can live at a proxy', async () => {
    const { receiver, asked } = rig({ baseURL: { rest: 'http://127.0.0.1:4000/fal/rest' } })
    await receiver.receive(requestOf(ok))
    expect(asked[0]?.url).toBe('http://127.0.0.1:4000/fal/rest/.well-known/jwks.json')
  })

  it('are fetched again after a day', async () => {
    const { receiver, asked, pass } = rig()
    await receiver.receive(requestOf(ok))
    await pass(24 * 3_600_000 - 1)
    const later = seconds + 24 * 3_600
    await receiver.receive(requestOf(signed(String(ok.body), later)))
    expect(asked).toHaveLength(1)
    await pass(1)
    await receiver.receive(requestOf(signed(String(ok.body), later)))
    expect(asked).toHaveLength(2)
  })

  it('are looked for once more when none fits, and the delivery is taken with the new one', async () => {
    let keys = [stranger]
    const { receiver, asked, pass } = rig({ keys: () => ({ keys }) })
    await reasonOf(receiver, ok)
    keys = [stranger, published]
    await pass(60_000)
    expect((await receiver.receive(requestOf(ok))).verified).toBe(true)
    expect(asked).toHaveLength(2)
  })

  it('are not asked for more than once a minute, however many forged deliveries come', async () => {
    const { receiver, asked, pass } = rig()
    for (let round = 0; round < 100; round++) {
      const signature = round.toString(16).padStart(128, '0')
      await reasonOf(receiver, withHeader('signature', signature))
      await pass(1_000)
    }
    expect(asked).toHaveLength(2)
  })

  it('stay good while newer ones cannot be had', async () => {
    let broken = false
    const { receiver, pass } = rig({
      keys: () => (broken ? new Response('', { status: 404 }) : { keys: [published] }),
    })
    await receiver.receive(requestOf(ok))
    broken = true
    await pass(61_000)
    expect(await reasonOf(receiver, withHeader('signature', '0'.repeat(128)))).toBe('forged')
    expect((await receiver.receive(requestOf(ok))).verified).toBe(true)
  })

  it.each([
    ['of a wrong kind', () => ({ keys: [{ ...published, kty: 'EC' }] })],
    ['for another purpose', () => ({ keys: [{ ...published, crv: 'X25519' }] })],
    ['cut short', () => ({ keys: [{ ...published, x: published.x.slice(1) }] })],
    ['that are none', () => ({ keys: [null, 7, {}] })],
    ['that are missing', () => ({})],
    ['moved elsewhere', () => Response.redirect('https://keys.example.com/jwks.json', 302)],
    ['in HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
  ])('%s verify nothing, which is our trouble and not the delivery’s', async (_what, keys) => {
    const { receiver, asked } = rig({ keys })
    const error = await refusal(receiver.receive(requestOf(ok)))
    expect([error.reason, error.answer, error.retryable]).toEqual(['unavailable', 503, true])
    const before = asked.length
    expect(await reasonOf(receiver, ok)).toBe('unavailable')
    expect(asked).toHaveLength(before)
  })

  it('of a wrong kind beside a good one do no harm', async () => {
    const { receiver } = rig({ keys: () => ({ keys: [{ kty: 'RSA' }, stranger, published] }) })
    expect((await receiver.receive(requestOf(ok))).verified).toBe(true)
  })

  it('are not even asked for by a delivery that is stale or lacks a header', async () => {
    const { receiver, asked, pass } = rig()
    await reasonOf(receiver, { ...ok, headers: {} })
    await pass(301_000)
    await reasonOf(receiver, ok)
    expect(asked).toEqual([])
  })
})
