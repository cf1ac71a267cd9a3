import { describe, expect, test } from 'vitest'
import { replicateErrors } from '../src/index.ts'
import { spec } from '../src/spec.ts'
import { created, fixture, reply, replyOf, sourced, stub } from './world.ts'

describe('recorded refusals', () => {
  test.each(
    sourced([
      ['error_401_no_header', { code: 'ERR_AUTH', outcome: 'rejected' }],
      ['error_401_invalid_token', { code: 'ERR_AUTH' }],
      ['error_401_invalid_token_create', { code: 'ERR_AUTH', outcome: 'rejected' }],
      ['error_402_insufficient_credit', { code: 'ERR_FUNDS', outcome: 'rejected', retryable: false }],
      ['error_404_model', { code: 'ERR_UNSUPPORTED', outcome: 'rejected' }],
      ['error_404_prediction', { code: 'ERR_NOT_FOUND', missing: true }],
      ['error_413_file_too_large', { code: 'ERR_INVALID_REQUEST' }],
      // Three versions are shown as disabled: pinning breaks (2026).
      ['error_422_version_disabled', { outcome: 'rejected' }],
      ['error_422_duration_enum', { code: 'ERR_INVALID_REQUEST', outcome: 'rejected' }],
      [
        'error_429_low_credit',
        { code: 'ERR_RATE_LIMIT', outcome: 'rejected', retryable: true, retryAfterMs: 5_000 },
      ],
      ['error_500', { code: 'ERR_UNAVAILABLE', outcome: 'unknown', retryable: true }],
    ]),
  )('%s (%s)', (file, _source, expected) => {
    const { detail } = fixture(file).response.body
    expect(spec.refusal(replyOf(file))).toMatchObject({ ...expected, message: String(detail).trim() })
  })

  test('every row has its source, and only throttling passes by itself', () => {
    for (const [status, { source, retryable, outcome }] of Object.entries(replicateErrors)) {
      expect(source).not.toBe('')
      expect([retryable, outcome]).toEqual([status === '429', 'rejected'])
    }
  })
})

describe('what is nobody’s verdict', () => {
  test.each([408, 409, 425, 499])('HTTP %i', (status) => {
    expect(spec.refusal(reply({ detail: 'x' }, status))).toBeUndefined()
  })

  test.each([502, 503, 504])('HTTP %i in Replicate’s words', (status) => {
    expect(spec.refusal(reply({ detail: 'x' }, status))).toMatchObject({
      outcome: 'unknown',
      retryable: true,
    })
  })

  test.each([[undefined], [{}], [{ message: 'x' }], [{ detail: 7 }], ['x'], [[]]])(
    'a 403 with %j',
    (body) => {
      expect(spec.refusal(reply(body, 403))).toBeUndefined()
    },
  )

  test('a prediction with a detail of its own', () => {
    expect(spec.refusal(reply({ ...created, detail: 'x' }))).toBeUndefined()
  })
})

test.each([
  [405, 'ERR_INVALID_REQUEST'],
  [403, 'ERR_FORBIDDEN'],
  [400, 'ERR_INVALID_REQUEST'],
])('HTTP %i in Replicate’s words created nothing: %s', (status, code) => {
  expect(spec.refusal(reply({ detail: 'x' }, status))).toMatchObject({ code, outcome: 'rejected' })
})

test('a version that is not there is nothing another request cures', () => {
  const body = { title: 'Invalid version or not permitted', detail: 'The version does not exist.' }
  expect(spec.refusal(reply(body, 422))).toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'rejected' })
})

describe('how long to wait', () => {
  const words = 'Request was throttled. Your rate limit resets in ~30s.'
  test.each<[string, Record<string, string>, object, number | undefined]>([
    ['the header first', { 'retry-after': '2' }, { detail: words, retry_after: 5 }, 2_000],
    ['then the number', {}, { detail: words, retry_after: 5 }, 5_000],
    ['then the words', {}, { detail: words }, 30_000],
    ['older words', {}, { detail: 'Expected available in 1 second.' }, 1_000],
    ['else nothing', {}, { detail: 'Request was throttled.' }, undefined],
  ])('%s', async (_name, headers, json, retryAfterMs) => {
    const { replicate, sent } = stub(() => ({ status: 429, json, headers }))
    const error = await replicate
      .submit({ kind: 'text-to-video', prompt: 'A boat' })
      .catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_RATE_LIMIT', outcome: 'rejected', retryable: true })
    expect(error.retryAfterMs).toBe(retryAfterMs)
    expect(sent).toHaveLength(1)
  })
})
