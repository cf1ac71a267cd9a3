import type { ErrorCode, Outcome } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { spec } from '../src/spec.ts'
import { klingErrors } from '../src/tables.ts'
import { fixture, fixtures, reply, replyOf, stub } from './world.ts'

/** HTTP status and code from the official table; what each must become. */
const table: [http: number, code: number, as: ErrorCode, retryable: boolean, outcome: Outcome][] = [
  [401, 1000, 'ERR_AUTH', false, 'rejected'],
  [401, 1001, 'ERR_AUTH', false, 'rejected'],
  [401, 1002, 'ERR_AUTH', false, 'rejected'],
  [401, 1003, 'ERR_AUTH', false, 'rejected'],
  [401, 1004, 'ERR_AUTH', false, 'rejected'],
  [429, 1100, 'ERR_FORBIDDEN', false, 'rejected'],
  [429, 1101, 'ERR_FUNDS', false, 'rejected'],
  [429, 1102, 'ERR_FUNDS', false, 'rejected'],
  [403, 1103, 'ERR_FORBIDDEN', false, 'rejected'],
  [400, 1200, 'ERR_INVALID_REQUEST', false, 'rejected'],
  [400, 1201, 'ERR_INVALID_REQUEST', false, 'rejected'],
  [404, 1202, 'ERR_INVALID_REQUEST', false, 'rejected'],
  [404, 1203, 'ERR_UNSUPPORTED', false, 'rejected'],
  [400, 1300, 'ERR_CONTENT', false, 'rejected'],
  [400, 1301, 'ERR_CONTENT', false, 'rejected'],
  [429, 1302, 'ERR_RATE_LIMIT', true, 'rejected'],
  [429, 1303, 'ERR_CONCURRENCY', true, 'rejected'],
  [429, 1304, 'ERR_FORBIDDEN', false, 'rejected'],
  [500, 5000, 'ERR_UNAVAILABLE', true, 'unknown'],
  [503, 5001, 'ERR_UNAVAILABLE', true, 'unknown'],
  [504, 5002, 'ERR_UNAVAILABLE', true, 'unknown'],
]

const refusal = (code: number | string, message: string, status: number) =>
  spec.refusal(reply({ code, message, request_id: 'r-1' }, status))

describe('the error table', () => {
  test.each(table)('HTTP %i code %i is %s', (http, code, as, retryable, outcome) => {
    const clock = code === 1003 || code === 1004
    const row = {
      ...{ code: as, retryable, outcome, nativeCode: String(code), requestId: 'r-1', message: 'words' },
      ...(clock && { advice: expect.stringMatching(/^Set the clock of this machine/) }),
      // Kling's own words tell a wrong key from half a pair in no case.
      ...((code === 1000 || code === 1002) && {
        advice: expect.stringMatching(/access key is no API key.*accessKey.*secretKey/),
      }),
    }
    expect(refusal(code, 'words', http)).toEqual(row)
    expect(refusal(String(code), 'words', http), 'a code as text').toEqual(row)
    expect(refusal(code, 'words', 200), 'a code on HTTP 200').toEqual(row)
  })

  test('covers every code, and every row names its source', () => {
    expect(Object.keys(klingErrors)).toEqual(table.map(([, code]) => String(code)))
    for (const { source } of Object.values(klingErrors)) {
      expect(source).not.toBe('')
    }
  })

  test('no 5xx proves that nothing was made', () => {
    expect(refusal(1302, 'words', 502)).toMatchObject({ code: 'ERR_RATE_LIMIT', outcome: 'unknown' })
  })

  test.each([
    [1099, 'ERR_AUTH'],
    [1199, 'ERR_FORBIDDEN'],
    [1299, 'ERR_INVALID_REQUEST'],
    [1399, 'ERR_FORBIDDEN'],
    [5099, 'ERR_UNAVAILABLE'],
    [7, 'ERR_UNEXPECTED_REPLY'],
  ])('code %i, younger than the table, is %s and settles nothing', (code, as) => {
    expect(refusal(code, 'words', 200)).toMatchObject({ code: as, outcome: 'unknown' })
  })
})

describe('refusals known by their words', () => {
  test(`no such task (${fixture('v1_query_unknown_id').source})`, () => {
    expect(spec.refusal(replyOf(fixture('v1_query_unknown_id')))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      missing: true,
      outcome: 'unknown',
    })
  })

  test('external id taken', () => {
    expect(refusal(1201, 'External_task_id reelay-1 already exists', 400)).toMatchObject({
      duplicate: true,
      outcome: 'unknown',
    })
  })

  test.each([
    [400, 1201],
    [404, 1203],
    [400, 1200],
    [500, 5000],
    [200, 4242],
  ])(`discontinued (${fixture('error_model_discontinued').source}) under HTTP %i code %i`, (http, code) => {
    const { message } = fixture('error_model_discontinued').response.body
    expect(refusal(code, String(message), http)).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      outcome: 'rejected',
    })
  })

  test.each([
    ["mode value 'External_task_id x already exists' is invalid"],
    ["prompt value 'Task not found' is invalid"],
  ])('words of the caller inside a message mean nothing: %s', (message) => {
    const found = refusal(1201, message, 400)
    expect(found).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'rejected' })
    expect(found).not.toHaveProperty('missing')
    expect(found).not.toHaveProperty('duplicate')
  })
})

test.each([
  [{ code: 0, data: {} }],
  [{ code: '0' }],
  [{ error: 'x' }],
  ['<html>'],
  [undefined],
  [null],
  [{ code: null }],
  [{ code: 'invalid_request', message: 'x' }],
])('%j is no refusal of Kling', (body) => {
  expect(spec.refusal(reply(body, 502))).toBeUndefined()
})

describe('what submit makes of recorded refusals', () => {
  const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
  const recorded = [...fixtures.values()].filter(({ file }) =>
    /^(error_|auth_missing|auth_jwt_on)/.test(file),
  )

  test.each(recorded.map((one) => [one.file, one.source, one] as const))(
    '%s (%s)',
    async (_file, _source, one) => {
      const { status, body } = one.response
      const missing = { status: 400, json: { code: 1201, message: 'Task not found by id/external id: x' } }
      const { kling, sent } = stub(({ method }) => (method === 'POST' ? { status, json: body } : missing))
      const error = await kling.submit(request).catch((thrown) => thrown)
      const row = spec.refusal(replyOf(one))
      expect(error).toMatchObject({
        nativeCode: String(body.code),
        requestId: body.request_id,
        httpStatus: status,
      })
      if (row?.outcome === 'rejected') {
        expect(error).toMatchObject({ code: row.code, outcome: 'rejected' })
        // A content filter says so first, in the provider's words; anything else is quoted.
        const said = row.code === 'ERR_CONTENT' ? body.message : `"${body.message}"`
        expect(error.message).toContain(said)
        expect(sent).toHaveLength(1)
      } else {
        expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
        expect(error.submission.externalId).toBe(sent[0]?.body?.external_task_id)
        const posts = sent.filter(({ method }) => method === 'POST')
        expect(new Set(posts.map(({ body: posted }) => posted?.external_task_id)).size).toBe(1)
        expect(posts.length).toBeLessThanOrEqual(2)
      }
    },
  )

  test.each([1003, 1004])('code %i advises about the clock, not about the key', async (code) => {
    const pair = { apiKey: undefined, accessKey: 'ak', secretKey: 'sk' }
    const { kling } = stub(() => ({ status: 401, json: { code, message: 'words' } }), pair)
    const error = await kling.submit(request).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_AUTH', outcome: 'rejected' })
    expect(error.message).toContain('Set the clock of this machine')
    const other = stub(() => ({ status: 401, json: { code: 1000, message: 'words' } }), pair)
    const refused = await other.kling.submit(request).catch((thrown) => thrown)
    expect(refused.message).not.toContain('clock')
  })

  test('resend: false never sends a create twice', async () => {
    const missing = { status: 400, json: { code: 1201, message: 'Task not found by id/external id: x' } }
    const { kling, sent } = stub(
      ({ method }) => (method === 'POST' ? { status: 500, json: { code: 5000, message: 'x' } } : missing),
      { resend: false },
    )
    await expect(kling.submit(request)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})
