import { refusal, signed } from '@reelay/rig/deliveries'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { standardWebhooks, type VerifyDelivery } from '../../src/adapter.ts'
import { ReelayError } from '../../src/index.ts'

const howTo = 'Look into the console.'
const create = (secrets?: string | readonly string[]): VerifyDelivery =>
  standardWebhooks({ provider: 'fake', secrets, variables: ['FAKE_ONE', 'FAKE_TWO'], howTo })

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`

const key = fc.uint8Array({ minLength: 24, maxLength: 64 })
const message = fc.record({
  id: fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
  seconds: fc.integer({ min: 1, max: 99_999_999_999 }),
  body: fc.uint8Array({ maxLength: 500 }),
})

async function verified(
  verify: VerifyDelivery,
  headers: Headers,
  body: Uint8Array,
  seconds: number,
): Promise<boolean> {
  return verify(headers, Uint8Array.from(body), seconds * 1_000).then(
    () => true,
    () => false,
  )
}

describe('the signatures of standardwebhooks.com', () => {
  it('take every genuine message', async () => {
    await fc.assert(
      fc.asyncProperty(key, message, async (bytes, { id, seconds, body }) => {
        const secret = secretOf(bytes)
        const headers = new Headers(signed(body, { id, secret, seconds }))
        expect(await verified(create(secret), headers, body, seconds)).toBe(true)
      }),
    )
  })

  it('refuse every message of which anything was changed, the secret included', async () => {
    const header = fc.oneof(fc.stringMatching(/^[\x21-\x7e]{1,60}$/), fc.stringMatching(/^\d{1,12}$/))
    const changes = fc.oneof(
      fc.record({ body: fc.uint8Array({ maxLength: 500 }) }),
      fc.record({ name: fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature'), header }),
      fc.record({ key }),
    )
    await fc.assert(
      fc.asyncProperty(key, message, changes, async (bytes, { id, seconds, body }, change) => {
        const headers = new Headers(signed(body, { id, secret: secretOf(bytes), seconds }))
        if ('body' in change) fc.pre(!Buffer.from(change.body).equals(body))
        if ('key' in change) fc.pre(!Buffer.from(change.key).equals(bytes))
        if ('name' in change) fc.pre(headers.get(change.name) !== change.header)
        if ('name' in change) headers.set(change.name, change.header)
        const verify = create(secretOf('key' in change ? change.key : bytes))
        expect(await verified(verify, headers, 'body' in change ? change.body : body, seconds)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('do not take one signature in two spellings', async () => {
    const [id, seconds, secret] = ['msg_1', 1_000, secretOf(new Uint8Array(32).fill(7))] as const
    const body = new TextEncoder().encode('{}')
    const headers = signed(body, { id, secret, seconds })
    const [, base64 = ''] = headers['webhook-signature']?.split(',') ?? []
    for (const spelled of [
      base64.replace('=', ''),
      `${base64.slice(0, 5)} ${base64.slice(5)}`,
      `${base64}=`,
    ]) {
      const other = new Headers({ ...headers, 'webhook-signature': `v1,${spelled}` })
      expect(await verified(create(secret), other, body, seconds)).toBe(false)
    }
  })
})

describe('the secret', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  const secret = secretOf(new Uint8Array(24).fill(1))
  const headers = new Headers(signed('{}', { id: 'msg_1', secret, seconds: 1_000 }))
  const body = new TextEncoder().encode('{}')

  it('is read from the environment at the first delivery, and again as long as there is none', async () => {
    const verify = create()
    const missing = await verify(headers, body, 1_000_000).catch((error: unknown) => error)
    expect(missing).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(String(missing)).toContain('FAKE_ONE')
    vi.stubEnv('FAKE_TWO', secret)
    expect(await verified(verify, headers, body, 1_000)).toBe(true)
  })

  it.each(['', 'whsec_', 'whsec_not base64', 'whsec_c2hvcnQ=', []])('cannot be %j', (given) => {
    try {
      create(given)
      expect.unreachable()
    } catch (error) {
      if (!ReelayError.isInstance(error)) throw error
      expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
      if (given.length > 6) expect(error.message).not.toContain(given)
    }
  })

  it('is not needed to say what is missing', async () => {
    expect((await refusal(create(secret)(new Headers(), body, 0))).reason).toBe('unsigned')
  })
})
