import type { Clock } from '@reelay/core'
import type { Auth } from '@reelay/core/adapter'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuth } from '../src/auth.ts'
import type { CredentialOptions } from '../src/credentials.ts'
import { createKling } from '../src/index.ts'
import { signToken } from '../src/jwt.ts'
import { created, fixture, replyOf, stub } from './world.ts'

const variables = [
  'KLINGAI_API_KEY',
  'KLING_API_KEY',
  'KLINGAI_ACCESS_KEY',
  'KLINGAI_SECRET_KEY',
  'KLING_ACCESS_KEY',
  'KLING_SECRET_KEY',
]
beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

const pair = { accessKey: 'ak_test', secretKey: 'sk_test' }

interface HandClock extends Clock {
  set(ms: number): void
}

function handClock(startMs: number): HandClock {
  let now = startMs
  const set = (ms: number): void => {
    now = ms
  }
  return { now: () => now, sleep: async () => undefined, set }
}

async function tokenOf(auth: Auth): Promise<string> {
  const headers = new Headers()
  await auth.authorize(headers)
  return headers.get('authorization')?.replace('Bearer ', '') ?? ''
}

const claims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const at = 1_700_000_000
const start = at * 1_000

describe('JWT', () => {
  test('matches the vector of auth_jwt_vector.json byte for byte', async () => {
    const { response } = fixture('auth_jwt_vector') as unknown as { response: { jwt: string } }
    expect(await tokenOf(createAuth(pair, 'default', handClock(start)))).toBe(response.jwt)
  })

  test('verifies with an independent library, whatever the keys', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    await fc.assert(
      fc.asyncProperty(text, text, async (accessKey, secretKey) => {
        const token = await signToken(accessKey, secretKey, at)
        const secret = new TextEncoder().encode(secretKey)
        const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate: new Date(start) })
        expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' })
        expect(payload).toEqual({ iss: accessKey, exp: at + 1_800, nbf: at - 5 })
      }),
    )
  })

  test('is kept until less than 60 s are left', async () => {
    const clock = handClock(start)
    const auth = createAuth(pair, 'default', clock)
    const first = await tokenOf(auth)
    clock.set(start + 1_740_000)
    expect(await tokenOf(auth)).toBe(first)
    clock.set(start + 1_741_000)
    expect(claims(await tokenOf(auth))).toEqual({ iss: 'ak_test', exp: at + 1_741 + 1_800, nbf: at + 1_736 })
  })

  test('ages by the time that passes, however the clock is set', async () => {
    let [wall, passed] = [start, 0]
    const clock: Clock = { now: () => wall + passed, elapsed: () => passed, sleep: async () => undefined }
    const auth = createAuth(pair, 'default', clock)
    const first = await tokenOf(auth)
    passed = 1_700_000
    for (wall of [start, start - 3_600_000, start + 3_600_000]) expect(await tokenOf(auth)).toBe(first)
    passed = 1_741_000
    expect(claims(await tokenOf(auth)).exp).toBe(at + 3_600 + 1_741 + 1_800)
  })

  test('is signed anew when the clock was set back', async () => {
    const clock = handClock(start)
    const auth = createAuth(pair, 'default', clock)
    await tokenOf(auth)
    clock.set(start - 3_600_000)
    expect(claims(await tokenOf(auth)).nbf).toBe(at - 3_605)
  })

  test('is signed once for concurrent requests', async () => {
    const auth = createAuth(pair, 'default', handClock(start))
    const tokens = await Promise.all([tokenOf(auth), tokenOf(auth), tokenOf(auth)])
    expect(new Set(tokens).size).toBe(1)
  })
})

describe('what cannot be signed', () => {
  const buy = async () => {
    const recorded: string[] = []
    const { kling, sent } = stub(() => ({ json: created }), { apiKey: undefined, ...pair })
    const error = await kling
      .submit(
        { kind: 'text-to-video', prompt: 'A paper boat' },
        { record: async ({ type }) => void recorded.push(type) },
      )
      .catch((thrown: unknown) => thrown)
    return { error, left: [...sent, ...recorded] }
  }
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    vi.doUnmock('jose/jws/compact/sign')
  })

  test('is not bought: a runtime whose cryptography fails', async () => {
    vi.spyOn(crypto.subtle, 'sign').mockRejectedValue(new Error(`no HMAC for ${pair.secretKey}`))
    const { error, left } = await buy()
    expect(error).toMatchObject({
      code: 'ERR_CONFIG',
      outcome: 'none',
      message: expect.stringMatching(
        /credentials could not be put on a request \(.*no HMAC for \[redacted\]/,
      ),
    })
    expect(left).toEqual([])
  })

  test('is not bought: a runtime without WebCrypto', async () => {
    vi.stubGlobal('crypto', { randomUUID: () => '1' })
    const { error, left } = await buy()
    expect(error).toMatchObject({
      code: 'ERR_CONFIG',
      outcome: 'none',
      message: expect.stringContaining('lacks crypto.subtle'),
    })
    expect(left).toEqual([])
  })

  test('is not bought: a bundle without the signer, which an API key does not need', async () => {
    vi.doMock('jose/jws/compact/sign', () => {
      throw new Error('left out')
    })
    const { error, left } = await buy()
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(left).toEqual([])
    const { kling } = stub(() => ({ json: created }), { apiKey: 'key-123456' })
    expect(await kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })).toBeDefined()
  })
})

describe('renewal', () => {
  const refused = (code: number, serverTime?: number) => ({
    ...replyOf(fixture('auth_not_yet_valid_jwt')),
    body: { code, message: 'refused' },
    ...(serverTime === undefined ? {} : { serverTime }),
  })

  test.each([1003, 1004])('%i signs by the time of the server', async (code) => {
    const clock = handClock(start)
    const auth = createAuth(pair, 'default', clock)
    await tokenOf(auth)
    expect(auth.renew?.(refused(code, start - 600_000))).toBe(true)
    expect(claims(await tokenOf(auth)).nbf).toBe(at - 605)
    clock.set(start + 60_000)
    expect(claims(await tokenOf(auth)).nbf, 'the skew stays known').toBe(at - 605)
  })

  test('a second request that carried the same stale token keeps the new one', async () => {
    const clock = handClock(start)
    const auth = createAuth(pair, 'default', clock)
    await tokenOf(auth)
    expect(auth.renew?.(refused(1003, start - 600_000))).toBe(true)
    const renewed = await tokenOf(auth)
    clock.set(start + 1_000)
    expect(auth.renew?.(refused(1003, start - 599_000))).toBe(true)
    expect(await tokenOf(auth)).toBe(renewed)
  })

  test('without a Date header an old token is still replaced', async () => {
    const clock = handClock(start)
    const auth = createAuth(pair, 'default', clock)
    const old = await tokenOf(auth)
    clock.set(start + 30_000)
    expect(auth.renew?.(refused(1004))).toBe(true)
    expect(await tokenOf(auth)).not.toBe(old)
  })

  test.each([1000, 1001, 1002, 1201, 5000])('%i is not about the clock', async (code) => {
    const auth = createAuth(pair, 'default', handClock(start))
    await tokenOf(auth)
    expect(auth.renew?.(refused(code, start))).toBe(false)
  })

  test('an API key is never renewed', async () => {
    const auth = createAuth({ apiKey: 'key-123456' }, 'default', handClock(start))
    await tokenOf(auth)
    expect(auth.renew?.(refused(1004, start - 600_000))).toBe(false)
  })

  test('a create refused for its token goes once more, with the same external id and another token', async () => {
    const { kling, sent } = stub(
      (_sent, number) =>
        number === 0
          ? {
              status: 401,
              json: { code: 1003, message: 'Authorization is not yet valid' },
              headers: { date: new Date(Date.UTC(2026, 0, 1) - 600_000).toUTCString() },
            }
          : { json: created },
      { apiKey: undefined, ...pair },
    )
    const task = await kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
    expect(task.status).toBe('queued')
    expect(sent).toHaveLength(2)
    expect(sent[1]?.body).toEqual(sent[0]?.body)
    expect(sent[1]?.authorization).not.toBe(sent[0]?.authorization)
  })

  test('a create refused for good goes no third time', async () => {
    const { kling, sent } = stub(() => ({ status: 401, json: { code: 1004, message: 'expired' } }), {
      apiKey: undefined,
      ...pair,
    })
    const failed = kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
    await expect(failed).rejects.toMatchObject({ code: 'ERR_AUTH', outcome: 'rejected', nativeCode: '1004' })
    expect(sent).toHaveLength(2)
  })
})

describe('precedence', () => {
  const iss = (token: string): unknown => (token.split('.').length === 3 ? claims(token).iss : token)
  const full = {
    KLINGAI_API_KEY: 'env-new-key',
    KLING_API_KEY: 'env-old-key',
    KLINGAI_ACCESS_KEY: 'env-ak',
    KLINGAI_SECRET_KEY: 'env-sk',
    KLING_ACCESS_KEY: 'env-old-ak',
    KLING_SECRET_KEY: 'env-old-sk',
  }
  const without = (...names: string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(full).filter(([name]) => !names.includes(name)))

  const cases: [string, CredentialOptions, Record<string, string>, string][] = [
    ['explicit API key before everything', { apiKey: 'given-key', ...pair }, full, 'given-key'],
    ['explicit pair before the environment', pair, full, 'ak_test'],
    ['KLINGAI_API_KEY first', {}, full, 'env-new-key'],
    ['KLING_API_KEY second', {}, without('KLINGAI_API_KEY'), 'env-old-key'],
    ['KLING_API_KEY as ak:sk', {}, { KLING_API_KEY: 'left:right' }, 'left'],
    ['KLING_API_KEY as ak|sk', {}, { KLING_API_KEY: 'left | right' }, 'left'],
    [
      'KLINGAI_API_KEY as ak:sk, where both look like it',
      {},
      { KLINGAI_API_KEY: '"AbCdEfGhIjKlMnOpQrSt:UvWxYzAbCdEfGhIjKlMn"' },
      'AbCdEfGhIjKlMnOpQrSt',
    ],
    [
      'apiKey as ak|sk, where both look like it',
      { apiKey: 'AbCdEfGhIjKlMnOpQrSt|UvWxYzAbCdEfGhIjKlMn' },
      {},
      'AbCdEfGhIjKlMnOpQrSt',
    ],
    ['apiKey with a colon that is no such pair', { apiKey: 'user-1:token' }, {}, 'user-1:token'],
    ['quoted apiKey', { apiKey: '“given-key”' }, {}, 'given-key'],
    ['a quoted pair', { accessKey: '"ak_test"', secretKey: "'sk_test'" }, {}, 'ak_test'],
    ['KLING_API_KEY as quoted halves', {}, { KLING_API_KEY: '"left":"right"' }, 'left'],
    ['KLING_API_KEY with two colons is an opaque key', {}, { KLING_API_KEY: 'a:b:c' }, 'a:b:c'],
    ['KLINGAI_ pair third', {}, without('KLINGAI_API_KEY', 'KLING_API_KEY'), 'env-ak'],
    [
      'KLING_ pair last',
      {},
      without('KLINGAI_API_KEY', 'KLING_API_KEY', 'KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'),
      'env-old-ak',
    ],
    [
      'a whole pair before half of another',
      {},
      without('KLINGAI_API_KEY', 'KLING_API_KEY', 'KLINGAI_SECRET_KEY'),
      'env-old-ak',
    ],
  ]
  test.each(cases)('%s', async (_name, options, environment, expected) => {
    const auth = createAuth(options, 'default', handClock(start))
    // Set after createAuth: the environment is read when it is needed, not before.
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    expect(iss(await tokenOf(auth))).toBe(expected)
  })
})

describe('ERR_CONFIG', () => {
  const explicit: [string, CredentialOptions, RegExp][] = [
    ['no secret key', { accessKey: 'ak' }, /secretKey is missing/],
    ['no access key', { secretKey: 'sk' }, /accessKey is missing/],
    ['an empty access key', { accessKey: '', secretKey: 'sk' }, /accessKey is missing or empty/],
    ['an empty API key', { apiKey: '' }, /apiKey is empty/],
    ['a line break in the API key', { apiKey: 'abc\ndef' }, /apiKey holds/],
    ['a quote without a partner', { apiKey: '“abcdef' }, /apiKey begins or ends with a quot/],
    ['a quoted half', { accessKey: '"ak', secretKey: 'sk' }, /accessKey begins or ends with a quot/],
    ['a whole line', { apiKey: 'KLINGAI_API_KEY=abcdef' }, /apiKey is a whole line/],
    ['an access key as apiKey', { apiKey: 'ak', secretKey: 'sk' }, /pass it as accessKey, with secretKey/],
    [
      'one key in two places',
      { apiKey: 'ak', accessKey: 'ak', secretKey: 'sk' },
      /pass it as accessKey, with secretKey/,
    ],
    ['a line break in the secret key', { accessKey: 'ak', secretKey: 'sk\n' }, /secretKey holds/],
  ]
  test.each(explicit)('at once for %s', (_name, options, message) => {
    expect(() => createKling(options)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.stringMatching(message),
      }),
    )
  })

  const environments: [string, Record<string, string>, RegExp][] = [
    ['KLINGAI_SECRET_KEY', { KLINGAI_ACCESS_KEY: 'ak' }, /KLINGAI_SECRET_KEY is missing/],
    ['KLING_ACCESS_KEY', { KLING_SECRET_KEY: 'sk' }, /KLING_ACCESS_KEY is missing/],
    ['half of KLING_API_KEY', { KLING_API_KEY: 'ak:' }, /the secret key in KLING_API_KEY is missing/],
    [
      'an API key that is one',
      { KLINGAI_API_KEY: 'ak', KLINGAI_SECRET_KEY: 'sk' },
      /KLINGAI_API_KEY seems to hold an access key.*pass it as KLINGAI_ACCESS_KEY, with KLINGAI_SECRET_KEY/,
    ],
    ['a usable KLINGAI_API_KEY', { KLINGAI_API_KEY: 'two words' }, /KLINGAI_API_KEY holds/],
    [
      'everything',
      {},
      /no credentials.*KLINGAI_API_KEY.*KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY.*kling\.ai\/dev/,
    ],
  ]
  test.each(environments)(
    'on submit without %s, before anything is sent',
    async (_name, environment, message) => {
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
      const { kling, sent } = stub(() => ({ json: created }), { apiKey: undefined })
      await expect(kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })).rejects.toMatchObject({
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.stringMatching(message),
      })
      expect(sent).toEqual([])
    },
  )

  test('an access key that passes for an API key is explained when Kling refuses it', async () => {
    const words = 'The token was expected to have 3 parts, but got 0'
    const { kling } = stub(() => ({ status: 401, json: { code: 1002, message: words } }), {
      apiKey: 'ak-1234567',
    })
    await expect(kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })).rejects.toMatchObject({
      code: 'ERR_AUTH',
      outcome: 'rejected',
      message: expect.stringMatching(/An access key is no API key.*accessKey together with secretKey/),
    })
  })

  test('a region that does not exist', () => {
    expect(() => createKling({ region: 'mars' as 'beijing' })).toThrow(
      /no region "mars".*singapore or beijing/,
    )
  })
})

test('regions and baseURL decide where requests go', async () => {
  const originOf = async (options: object): Promise<string | undefined> => {
    const { kling, sent } = stub(() => ({ json: created }), options)
    await kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
    return sent[0]?.url.href
  }
  expect(await originOf({})).toBe('https://api-singapore.klingai.com/v1/videos/text2video')
  expect(await originOf({ region: 'beijing' })).toBe('https://api-beijing.klingai.com/v1/videos/text2video')
  expect(await originOf({ baseURL: 'http://127.0.0.1:4010/kling' })).toBe(
    'http://127.0.0.1:4010/kling/v1/videos/text2video',
  )
})
