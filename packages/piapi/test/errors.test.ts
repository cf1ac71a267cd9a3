import type { ErrorCode, Outcome } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { readRefusal } from '../src/read.ts'
import { piapiErrors } from '../src/tables.ts'
import { fixture, reply, replyOf, stub, task } from './world.ts'

/** HTTP status and code; what each must become. */
const table: [code: number, as: ErrorCode, retryable: boolean, outcome: Outcome][] = [
  [400, 'ERR_INVALID_REQUEST', false, 'rejected'],
  [401, 'ERR_AUTH', false, 'rejected'],
  [402, 'ERR_FUNDS', false, 'rejected'],
  [403, 'ERR_FORBIDDEN', false, 'unknown'],
  [404, 'ERR_NOT_FOUND', false, 'unknown'],
  [429, 'ERR_RATE_LIMIT', true, 'rejected'],
  [500, 'ERR_UNAVAILABLE', true, 'unknown'],
]

const refused = (code: number | string, message = 'words', status = Number(code), data: unknown = null) =>
  readRefusal(reply({ code, data, message }, status))

describe('the error table', () => {
  test.each(table)('code %i is %s', (code, as, retryable, outcome) => {
    const row = { code: as, retryable, outcome, nativeCode: String(code), message: 'words' }
    expect(refused(code)).toMatchObject(row)
    expect(refused(String(code)), 'a code as text').toMatchObject(row)
    expect(refused(code, 'words', 200), 'a code on HTTP 200').toMatchObject(row)
    expect(refused(code)?.missing).toBe(code === 404 ? true : undefined)
  })

  test('covers every code, and every row names its source', () => {
    expect(Object.keys(piapiErrors)).toEqual(table.map(([code]) => String(code)))
    for (const { source } of Object.values(piapiErrors)) {
      expect(source).not.toBe('')
    }
  })

  test.each([
    [502, 502, 'ERR_UNAVAILABLE', true],
    [422, 422, 'ERR_INVALID_REQUEST', false],
    [10000, 200, 'ERR_UNEXPECTED_REPLY', true],
    [10000, 503, 'ERR_UNAVAILABLE', true],
  ])('code %i on HTTP %i, which nobody documents, is %s and settles nothing', (code, http, as, retryable) => {
    expect(refused(code, 'words', http)).toMatchObject({ code: as, retryable, outcome: 'unknown' })
  })

  test('a code of its own on a documented status goes by the status', () => {
    expect(refused(10000, 'words', 401)).toMatchObject({ code: 'ERR_AUTH', outcome: 'rejected' })
  })

  test('no 5xx proves that nothing was made', () => {
    expect(refused(400, 'words', 502)).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'unknown' })
  })
})

describe('words that say more than the code', () => {
  const cases: [number, string, ErrorCode, boolean, Outcome][] = [
    [400, 'insufficient credits', 'ERR_FUNDS', false, 'rejected'],
    [500, 'Insufficient credit', 'ERR_FUNDS', false, 'unknown'],
    [400, 'rate limit exceeded', 'ERR_RATE_LIMIT', true, 'rejected'],
    [400, 'submit task failed: 500', 'ERR_UNAVAILABLE', true, 'unknown'],
    [400, 'Service Busy', 'ERR_UNAVAILABLE', true, 'unknown'],
    [400, '404 not found: content violation', 'ERR_CONTENT', false, 'rejected'],
    [400, 'frame rate is invalid', 'ERR_INVALID_REQUEST', false, 'rejected'],
    [401, 'no credits for this key', 'ERR_AUTH', false, 'rejected'],
    [402, 'insufficient credits', 'ERR_FUNDS', false, 'rejected'],
    [429, 'too many requests', 'ERR_RATE_LIMIT', true, 'rejected'],
    [402, 'submit task failed: no credits upstream', 'ERR_UNAVAILABLE', true, 'unknown'],
    [429, 'Service busy, try again later', 'ERR_UNAVAILABLE', true, 'unknown'],
    [429, 'the model is overloaded', 'ERR_UNAVAILABLE', true, 'unknown'],
    [401, 'proxyconnect tcp: timeout', 'ERR_UNAVAILABLE', true, 'unknown'],
    [403, 'connection refused', 'ERR_UNAVAILABLE', true, 'unknown'],
  ]
  test.each(cases)('%i %s', (code, words, as, retryable, outcome) => {
    expect(refused(code, words)).toMatchObject({ code: as, retryable, outcome })
    const data = { task_id: '', error: { code: 10000, raw_message: words, message: 'failed' } }
    expect(refused(code, 'failed to create task', code, data)).toMatchObject({
      code: as,
      outcome,
      message: words,
    })
  })
})

test.each([[{ message: 'No such key' }], [{}]])('HTTP 401 %j is one, whatever its words', async (body) => {
  const row = { code: 'ERR_AUTH', retryable: false, outcome: 'rejected' }
  expect(readRefusal(reply(body, 401))).toMatchObject(row)
  const { piapi, sent } = stub(() => ({ status: 401, json: body }))
  await expect(piapi.submit({ kind: 'text-to-video', prompt: 'A boat' })).rejects.toMatchObject(row)
  expect(sent).toHaveLength(1)
})

test.each([[undefined], [null], [[]], ['no']])('HTTP 401 %j is somebody else’s', (body) => {
  expect(readRefusal(reply(body, 401))).toBeUndefined()
})

test.each([
  [{ ...task() }],
  [{ ...task(), code: 0 }],
  [{ ...task(), code: '200' }],
  [{ error: 'x' }],
  ['<html>'],
  [undefined],
  [null],
  [{ code: null }],
  [{ code: 'invalid_request', message: 'x' }],
])('%j is no refusal of PiAPI', (body) => {
  expect(readRefusal(reply(body, 502))).toBeUndefined()
})

describe('what submit makes of it', () => {
  const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
  const submit = async (json: unknown, status: number) => {
    const { piapi, sent } = stub(() => ({ status, json }))
    const error = await piapi.submit(request).catch((thrown: unknown) => thrown)
    // A lost answer is looked for in the history, which costs nothing.
    return { error, posts: sent.filter(({ method }) => method === 'POST').length }
  }
  const recorded: [string, ErrorCode, Outcome, string][] = [
    ['error_auth', 'ERR_AUTH', 'rejected', 'Invalid API key'],
    ['error_bad_request', 'ERR_INVALID_REQUEST', 'rejected', 'invalid request: duration'],
    ['error_insufficient_credits', 'ERR_FUNDS', 'rejected', 'insufficient credits'],
    ['error_service_busy_on_create', 'ERR_SUBMISSION_UNKNOWN', 'unknown', 'busy'],
  ]
  test.each(recorded.map((one) => [one[0], fixture(one[0]).source, ...one.slice(1)] as const))(
    '%s (%s)',
    async (file, _source, code, outcome, words) => {
      const { status, body } = fixture(String(file)).response
      for (const http of [status, 200]) {
        const { error, posts } = await submit(body, http)
        expect(error).toMatchObject({ code, outcome, httpStatus: http, nativeCode: String(body.code) })
        if (http === status) expect(String(error)).toContain(words)
        expect(posts).toBe(1)
      }
    },
  )

  test('a refusal that names a task is no proof, and its id is kept', async () => {
    const { error, posts } = await submit({ ...task({ status: 'failed' }), code: 400 }, 400)
    expect(error).toMatchObject({
      outcome: 'unknown',
      requestId: 'task-1',
      submission: { provider: 'piapi' },
    })
    expect(posts).toBe(1)
  })

  test.each([[200, { code: 200, data: null }] as const, [200, task({ task_id: '' })] as const])(
    'HTTP %i without an id is unknown',
    async (status, json) => {
      const { error, posts } = await submit(json, status)
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
      expect(posts).toBe(1)
    },
  )
})

test(`a task that is not there (${fixture('error_task_not_found').source})`, async () => {
  const { response } = fixture('error_task_not_found')
  const { piapi, sent } = stub(({ method }) =>
    method === 'POST' ? { json: task() } : { status: response.status, json: response.body },
  )
  const { handle } = await piapi.submit({ kind: 'text-to-video', prompt: 'A boat' })
  await expect(piapi.get(handle)).rejects.toMatchObject({
    code: 'ERR_NOT_FOUND',
    outcome: 'accepted',
    handle,
  })
  expect(readRefusal(replyOf(fixture('error_task_not_found')))?.missing).toBe(true)
  expect(sent).toHaveLength(2)
})

describe('cancel', () => {
  const cases: [string, number, unknown, unknown][] = [
    [fixture('cancel_task_single').source, 200, fixture('cancel_task_single').response.body, 'canceled'],
    ['the task itself', 200, task({ status: 'Cancelled' }), 'canceled'],
    ['a task still pending', 200, task(), 'requested'],
    ['a task that is done', 200, task({ status: 'completed' }), 'too-late'],
    ['only pending ones can be', 400, { code: 400, data: null, message: 'processing' }, 'too-late'],
    ['the same on HTTP 200', 200, { code: 400, data: null, message: 'processing' }, 'too-late'],
    ['no such task', 404, { code: 404, data: null, message: 'task not found' }, 'ERR_NOT_FOUND'],
    ['a wrong key', 401, { code: 401, data: null, message: 'Invalid API key' }, 'ERR_AUTH'],
    ['a gateway', 400, 'Bad Request', 'ERR_INVALID_REQUEST'],
    ['nonsense', 200, {}, 'ERR_UNEXPECTED_REPLY'],
  ]
  test.each(cases)('%s', async (_name, status, json, expected) => {
    const { piapi, sent } = stub(({ method }) => (method === 'POST' ? { json: task() } : { status, json }))
    const { handle } = await piapi.submit({ kind: 'text-to-video', prompt: 'A boat' })
    const answer = await piapi.cancel({ ...handle, id: 'a?b' }).catch((error) => error.code)
    expect(answer).toBe(expected)
    expect(`${sent[1]?.method} ${sent[1]?.url.href}`).toBe('DELETE https://api.piapi.ai/api/v1/task/a%3Fb')
  })
})
