import { describe, expect, test } from 'vitest'
import { readRefusal } from '../src/read.ts'
import { fixture, fixtureNames, reply, replyOf } from './world.ts'

const refusals: Record<string, object> = {
  auth_401_bad_key: { code: 'ERR_AUTH', outcome: 'rejected', retryable: false },
  locked_403_exhausted_balance: { code: 'ERR_FUNDS', outcome: 'rejected', retryable: true },
  not_found_404_app: { code: 'ERR_UNSUPPORTED', outcome: 'rejected', retryable: false },
  not_found_404_path: { code: 'ERR_NOT_FOUND', outcome: 'unknown' },
  cancel_not_found_404: { code: 'ERR_NOT_FOUND', outcome: 'unknown', missing: true, nativeCode: 'NOT_FOUND' },
  cancel_completed_400: { code: 'ERR_INVALID_REQUEST', outcome: 'unknown' },
  result_validation_422: { code: 'ERR_INVALID_REQUEST', outcome: 'unknown', nativeCode: 'literal_error' },
  result_validation_422_missing: { code: 'ERR_INVALID_REQUEST', outcome: 'unknown' },
  result_image_too_small_422: { code: 'ERR_INVALID_REQUEST', outcome: 'unknown' },
  result_lipsync_face_422: { code: 'ERR_INVALID_REQUEST', nativeCode: 'face_detection_error' },
  result_not_ready: { code: 'ERR_INVALID_REQUEST', outcome: 'unknown' },
  result_downstream_500: { code: 'ERR_UNAVAILABLE', outcome: 'unknown', retryable: true },
  billing_events_403_scope: { code: 'ERR_FORBIDDEN', outcome: 'unknown', retryable: false },
  result_start_timeout_504: { code: 'ERR_UNAVAILABLE', outcome: 'unknown', nativeCode: 'request_timeout' },
}

test.each(fixtureNames.map((file) => [file, fixture(file).source] as const))('%s (%s)', (file) => {
  const refusal = readRefusal(replyOf(fixture(file)))
  if (refusals[file]) expect(refusal).toMatchObject(refusals[file])
  else expect(refusal).toBeUndefined()
})

describe('what proves that nothing was queued', () => {
  const locked = 'User is locked. Reason: '
  test.each([
    [401, { detail: 'Cannot access application "fal-ai/kling-video"' }, 'ERR_AUTH'],
    [403, { detail: `${locked}TOP_UP.` }, 'ERR_FUNDS'],
    [403, { detail: `${locked}Admin lock. Please contact support@fal.ai` }, 'ERR_FUNDS'],
    [403, { detail: 'TOP_UP.' }, 'ERR_FUNDS'],
    [403, { detail: 'Admin lock. Please contact support@fal.ai' }, 'ERR_FUNDS'],
    [401, { message: 'No such key' }, 'ERR_AUTH'],
    [401, {}, 'ERR_AUTH'],
    [404, { detail: 'Application "x" not found' }, 'ERR_UNSUPPORTED'],
    [429, { detail: 'Too many', error_type: 'concurrent_requests_limit' }, 'ERR_CONCURRENCY'],
    [429, { type: 'concurrent_requests_limit' }, 'ERR_CONCURRENCY'],
    [429, { detail: 'Queue is full' }, 'ERR_RATE_LIMIT'],
  ])('%i %j', (status, body, code) => {
    expect(readRefusal(reply(status, body))).toMatchObject({ code, outcome: 'rejected' })
  })
})

describe('what proves nothing', () => {
  test.each([
    [400, { detail: 'Bad request', error_type: 'bad_request' }],
    [403, { detail: 'Forbidden' }],
    [404, { status: 'NOT_FOUND' }],
    [404, { detail: 'Path /v9/pro/text-to-video not found' }],
    [409, { detail: 'Conflict' }],
    [422, { detail: [{ loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' }] }],
    [422, { detail: [{ loc: ['body'], msg: 'No.', type: 'content_policy_violation' }] }],
    [499, { detail: 'Gone', error_type: 'client_disconnected' }],
    [500, { detail: 'User is locked.' }],
    [503, { detail: 'No runner', error_type: 'runner_scheduling_failure' }],
  ])('%i %j', (status, body) => {
    expect(readRefusal(reply(status, body))?.outcome).toBe('unknown')
  })

  test.each([200, 307, 401, 403, 404, 408, 425, 429, 502])(
    '%i from somebody else is left to core',
    (status) => {
      // A 401 is one whatever its object says; all else must be in fal's words.
      const objects = status === 401 ? [] : [{}, { message: 'no' }]
      for (const body of [undefined, null, [], 'no', ...objects]) {
        expect(readRefusal(reply(status, body))).toBeUndefined()
      }
    },
  )
})

test.each([
  [403, { detail: 'TOP_UP.' }, 'ERR_FUNDS', true],
  [403, { detail: 'Admin lock. Please contact support@fal.ai' }, 'ERR_FUNDS', true],
  [403, { detail: 'Forbidden' }, 'ERR_FORBIDDEN', true],
  [401, { detail: 'Forbidden' }, 'ERR_AUTH', false],
  [401, {}, 'ERR_AUTH', false],
])('a read answered %i %j is %s; asked again: %s', (status, body, code, retryable) => {
  expect(readRefusal(reply(status, body))).toMatchObject({ code, retryable })
})

test('no words are put into the mouth of a 401 without any', () => {
  expect(readRefusal(reply(401, {}))?.message).toBeUndefined()
})

test("the request's id is kept for the support desk", () => {
  expect(readRefusal(reply(500, { detail: 'No.' }, { 'x-fal-request-id': 'r-1' }))).toMatchObject({
    requestId: 'r-1',
    message: 'No.',
  })
})
