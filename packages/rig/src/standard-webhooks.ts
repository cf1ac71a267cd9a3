import type { Clock, WebhookReceiver } from '@reelay/core'
import { describe, expect, it } from 'vitest'
import {
  clockAt,
  type Delivery,
  flippedBodies,
  flippedTexts,
  hugeBody,
  reasonOf,
  refusal,
  requestOf,
  signed,
} from './deliveries.ts'

/** What the cases below are tried on. */
export interface StandardSubject {
  create(options: { secrets: string | readonly string[]; clock: Clock }): WebhookReceiver
  /** A genuine delivery and the secret it is signed with. */
  readonly genuine: Delivery & { readonly secret: string }
  readonly taskId: string
}

const other = `whsec_${btoa('another-secret-of-32-bytes-12345')}`

/** The signatures that Kling and Replicate share: what is taken, and what is refused, each for its reason. */
export function describeStandardWebhooks(name: string, { create, genuine, taskId }: StandardSubject): void {
  const { url, headers, body, secret } = genuine
  const seconds = Number(headers['webhook-timestamp'])
  const now = (offset: number): Clock => clockAt((seconds + offset) * 1_000)
  const receiver = create({ secrets: secret, clock: now(0) })
  const without = (gone: string): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).filter(([key]) => key !== gone))
  const withHeader = (key: string, value: string): Delivery => ({
    url,
    body,
    headers: { ...headers, [key]: value },
  })

  describe(`a signed delivery of ${name}`, () => {
    it('is taken', async () => {
      const event = await receiver.receive(requestOf(genuine))
      expect(event).toMatchObject({ verified: true, taskId, at: seconds * 1_000 })
    })

    it('is named by its webhook-id', async () => {
      const { deliveryId } = await receiver.receive(requestOf(genuine))
      expect(deliveryId).toBe(`${receiver.provider} ${headers['webhook-id']}`)
    })

    it.each([-300, 300])('is taken %d s away from its time', async (offset) => {
      const event = await create({ secrets: secret, clock: now(offset) }).receive(requestOf(genuine))
      expect(event.verified).toBe(true)
    })

    it.each([-301, 301, 86_400])('is refused as stale %d s away from its time', async (offset) => {
      const late = create({ secrets: secret, clock: now(offset) })
      expect(await reasonOf(late, genuine)).toBe('stale')
    })

    it('is taken with any of several secrets, wherever it stands in the list', async () => {
      for (const secrets of [
        [other, secret],
        [secret, other],
      ]) {
        const event = await create({ secrets, clock: now(0) }).receive(requestOf(genuine))
        expect(event.verified).toBe(true)
      }
      expect(await reasonOf(create({ secrets: other, clock: now(0) }), genuine)).toBe('forged')
    })

    it('is taken when any of several signatures fits', async () => {
      const theirs = signed(body, { id: headers['webhook-id'] ?? '', secret: other, seconds })
      const right = headers['webhook-signature']
      const list = `v1a,${btoa('x'.repeat(64))} ${theirs['webhook-signature']} ${right}`
      const event = await receiver.receive(requestOf(withHeader('webhook-signature', list)))
      expect(event.verified).toBe(true)
    })

    it('is refused with one bit of its body flipped, whichever byte it is in', async () => {
      for (const flipped of flippedBodies(body)) {
        expect(await reasonOf(receiver, { url, headers, body: flipped })).toBe('forged')
      }
    })

    it.each(['webhook-id', 'webhook-signature'])('is refused with one bit of its %s flipped', async (key) => {
      const all = flippedTexts(headers[key] ?? '')
      expect(all.length).toBeGreaterThan(20)
      for (const flipped of all) expect(await reasonOf(receiver, withHeader(key, flipped))).toBe('forged')
    })

    it('is refused with one bit of its webhook-timestamp flipped', async () => {
      for (const flipped of flippedTexts(headers['webhook-timestamp'] ?? '')) {
        const reason = await reasonOf(receiver, withHeader('webhook-timestamp', flipped))
        expect(['forged', 'stale']).toContain(reason)
      }
    })

    it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
      'is refused as unsigned without its %s',
      async (key) => {
        expect(await reasonOf(receiver, { url, body, headers: without(key) })).toBe('unsigned')
        expect(await reasonOf(receiver, withHeader(key, ''))).toBe('unsigned')
      },
    )

    it.each(['v2,', 'v1a,', 'V1,', 'v1', ''])('is refused with its signature marked "%s"', async (mark) => {
      const value = headers['webhook-signature']?.replace('v1,', mark) ?? ''
      expect(await reasonOf(receiver, withHeader('webhook-signature', value))).toBe('forged')
    })

    it('is refused with its body spelled otherwise', async () => {
      const spelled = JSON.stringify(JSON.parse(String(body)), undefined, 1)
      expect(await reasonOf(receiver, { url, headers, body: spelled })).toBe('forged')
    })

    it('is refused when it has ten million bytes, after reading a tenth of them at most', async () => {
      const huge = hugeBody()
      const request = new Request(url, {
        method: 'POST',
        headers,
        body: huge.stream,
        duplex: 'half',
      } as RequestInit)
      const error = await refusal(receiver.receive(request))
      expect([error.reason, error.answer]).toEqual(['too-large', 413])
      expect(huge.pulled()).toBeLessThanOrEqual(1_100_000)
      expect(huge.canceled()).toBe(true)
    })

    it('says what to answer, that no money is at stake, and no secret', async () => {
      const error = await refusal(receiver.receive(requestOf(withHeader('webhook-id', 'msg_other'))))
      expect(error).toMatchObject({ code: 'ERR_WEBHOOK', outcome: 'none', answer: 401, retryable: false })
      const shown = `${JSON.stringify(error)} ${error.stack}`
      for (const text of [secret, secret.slice(6), headers['webhook-signature'] ?? '', String(body)]) {
        expect(shown).not.toContain(text)
      }
    })
  })
}
