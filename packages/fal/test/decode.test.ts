import type { HttpReply, NativeTask } from '@reelay/core/adapter'
import { describe, expect, test } from 'vitest'
import { failureOf, readCancel, readCreated, readResult, readStatus } from '../src/read.ts'
import { spec } from '../src/spec.ts'
import { created, fixture, id, reply, replyOf } from './world.ts'

const completed: NativeTask = { id, status: 'COMPLETED', raw: {} }
const clip = { video: { url: 'https://v3b.fal.media/files/b/0abc1234/x_output.mp4' } }

const named = (rows: Readonly<Record<string, unknown>>) =>
  Object.entries(rows).map(([file, wanted]) => [file, fixture(file).source, wanted] as const)

/** How a completed task stands after a result has been read. */
function ending(answer: HttpReply, task: NativeTask = completed): unknown {
  const read = readResult(task, answer)
  if (!read) return undefined
  const status = read.expired ? 'expired' : spec.statuses[read.status]
  return status === 'failed' ? failureOf(read) : status
}

describe('statuses', () => {
  test.each(
    named({
      status_in_progress: 'running',
      status_in_progress_no_logs: 'running',
      status_completed: 'succeeded',
      status_completed_with_error: 'succeeded',
    }),
  )('%s (%s)', (file, _source, status) => {
    const task = readStatus(replyOf(fixture(file)))
    expect(task).toMatchObject({ id })
    expect(spec.statuses[task?.status ?? '']).toBe(status)
    expect(task && spec.result?.needed(task)).toBe(status === 'succeeded')
  })

  test('a word outside the table stays unknown', () => {
    const task = readStatus(reply(200, { status: 'FAILED', request_id: id }))
    expect(Object.hasOwn(spec.statuses, task?.status ?? '')).toBe(false)
  })

  test('without a word it is no status; without an id the header has it', () => {
    expect(readStatus(reply(200, { request_id: id }))).toBeUndefined()
    expect(readStatus(reply(200, { status: 'IN_QUEUE' }))).toBeUndefined()
    expect(readStatus(reply(200, { status: 'IN_QUEUE' }, { 'x-fal-request-id': id }))).toMatchObject({ id })
  })

  test('a create needs its id, and nothing else', () => {
    expect(readCreated(reply(200, created))).toMatchObject({ id, status: 'IN_QUEUE' })
    expect(readCreated(reply(200, { request_id: id, status: null }))).toMatchObject({
      id,
      status: 'IN_QUEUE',
    })
    for (const body of [{}, [], 'ok', undefined, { request_id: '' }, { request_id: 7.5 }]) {
      expect(readCreated(reply(200, body, { 'x-fal-request-id': id }))).toBeUndefined()
    }
  })
})

describe('results', () => {
  test('result_video_url_only (model page): the address is enough', () => {
    const given = fixture('result_video_url_only')
    const task = readResult(completed, replyOf(given))
    const url = 'https://storage.googleapis.com/falserverless/kling/kling_output.mp4'
    expect(task).toMatchObject({
      status: 'COMPLETED',
      outputs: [{ kind: 'video', url, mediaType: 'video/mp4' }],
      raw: given.response.body,
    })
    expect(task).not.toHaveProperty('charged')
  })

  test.each([
    [{ ...clip.video, content_type: 'video/quicktime' }, 'video/quicktime'],
    [{ ...clip.video, content_type: 'application/octet-stream', file_name: null }, 'video/mp4'],
    [{ ...clip.video, content_type: null, file_size: null }, 'video/mp4'],
  ])('%j is a %s', (video, mediaType) => {
    expect(readResult(completed, reply(200, { video }))?.outputs?.[0]).toMatchObject({ mediaType })
  })

  test.each([
    ['3', { amount: 3, unit: 'unit' }],
    ['0.0', { amount: 0, unit: 'unit' }],
    ['', undefined],
    // Whether it can be a charge is not the adapter's to say.
    ['many', { amount: Number.NaN, unit: 'unit' }],
    ['-1', { amount: -1, unit: 'unit' }],
  ])('billable units %j', (units, charged) => {
    expect(readResult(completed, reply(200, clip, { 'x-fal-billable-units': units }))?.charged).toEqual(
      charged,
    )
  })

  test('success without an address is asked for again', () => {
    for (const body of [{}, { video: null }, { video: { url: '' } }, undefined]) {
      expect(readResult(completed, reply(200, body))).toBeUndefined()
    }
  })

  test.each(
    named({
      result_not_ready: 'running',
      result_validation_422: {
        reason: 'input',
        message: "Input should be '5' or '10' (duration). Change the request.",
        retryable: false,
      },
      result_validation_422_missing: {
        reason: 'input',
        message: 'Field required (prompt). Change the request.',
        retryable: false,
      },
      result_image_too_small_422: {
        reason: 'input',
        message: expect.stringMatching(/^Image dim.*\(image_url\)/),
        retryable: false,
      },
      result_downstream_500: { reason: 'internal', message: 'Downstream service error.', retryable: true },
      result_start_timeout_504: {
        reason: 'capacity',
        message: 'Request timed out. Try again later.',
        retryable: false,
      },
      not_found_404_path: { reason: 'input', message: expect.stringMatching(/^Path /), retryable: false },
      cancel_not_found_404: 'expired',
      locked_403_exhausted_balance: undefined,
      auth_401_bad_key: undefined,
    }),
  )('%s (%s)', (file, _source, end) => {
    expect(ending(replyOf(fixture(file)))).toEqual(end)
  })

  const model = (type: string, status = 422, headers = {}): HttpReply =>
    reply(status, { detail: [{ loc: ['body'], msg: 'No.', type }] }, headers)
  const platform = (error_type: string, status: number, headers = {}): HttpReply =>
    reply(status, { detail: 'No.', error_type }, headers)
  const no = { message: expect.stringMatching(/^No\./) }

  test.each<[string, HttpReply, unknown]>([
    [
      'content policy',
      model('content_policy_violation'),
      { ...no, reason: 'content', retryable: false, flagged: true },
    ],
    ['an unlisted 422', model('something_new'), { ...no, reason: 'input', retryable: false }],
    ['no media', model('no_media_generated'), { ...no, reason: 'unknown', retryable: false }],
    [
      'downstream, by its older status',
      model('downstream_service_error', 400),
      { ...no, reason: 'internal', retryable: true },
    ],
    [
      'the header of 2026-09 decides',
      model('internal_server_error', 500, { 'x-fal-needs-retry': '0' }),
      { ...no, reason: 'internal', retryable: false },
    ],
    [
      'the older header decides',
      model('something_new', 500, { 'x-fal-retryable': 'false' }),
      { ...no, reason: 'internal', retryable: false },
    ],
    [
      'no runner, which the header backs',
      platform('runner_scheduling_failure', 503, { 'x-fal-error-type': 'runner_scheduling_failure' }),
      { ...no, reason: 'capacity', retryable: true },
    ],
    [
      'half an answer, which the header backs',
      platform('runner_incomplete_response', 502, { 'x-fal-error-type': 'runner_incomplete_response' }),
      { ...no, reason: 'internal', retryable: true },
    ],
    ['no runner for this read', platform('runner_connection_error', 503), undefined],
    ['an internal error of this read', platform('internal_error', 500), undefined],
    ['a bad request', platform('bad_request', 400), { ...no, reason: 'input', retryable: false }],
    [
      'a type in the header only',
      reply(503, { detail: 'No.' }, { 'x-fal-error-type': 'runner_disconnected' }),
      { ...no, reason: 'capacity', retryable: true },
    ],
    ['a text on 422', reply(422, { detail: 'No.' }), { ...no, reason: 'input', retryable: false }],
    [
      'a text on 500 with the request named',
      reply(500, { detail: 'No.' }, { 'x-fal-request-id': id }),
      undefined,
    ],
    ['stopped by its caller', platform('client_cancelled', 499), 'canceled'],
    ['too early, by another double', reply(500, { detail: 'Request is still in progress' }), 'running'],
    ['too early, in other words', reply(400, { detail: 'Not yet' }), 'running'],
    ['gone', reply(410, { status: 'GONE' }), 'expired'],
    ['unknown, in words', reply(404, { detail: 'Request not found' }), 'expired'],
    ['a page of HTML', reply(502, undefined), undefined],
    ['a text on 500 from nobody', reply(500, { detail: 'No.' }), undefined],
    ['a redirect', reply(307, undefined), undefined],
    ['a rate limit', reply(429, { detail: 'No.', error_type: 'concurrent_requests_limit' }), undefined],
    ['an empty object', reply(422, {}), undefined],
  ])('%s', (_name, answer, end) => {
    expect(ending(answer)).toEqual(end)
  })

  test('a refused validation costs nothing', () => {
    expect(readResult(completed, replyOf(fixture('result_validation_422')))?.charged?.amount).toBe(0)
  })
})

describe('a completed status that names an error', () => {
  const task = readStatus(replyOf(fixture('status_completed_with_error'))) as NativeTask
  const timedOut = { reason: 'capacity', message: 'Request timed out. Try again later.', retryable: true }

  test.each<[string, HttpReply, unknown]>([
    ['is believed when the result is gone', reply(404, { status: 'NOT_FOUND' }), timedOut],
    ['and when the result is empty', reply(200, {}), { ...timedOut }],
    [
      'gives way to the words of the result',
      reply(504, { detail: 'Slow' }),
      { ...timedOut, message: 'Slow. Try again later.' },
    ],
    ['and to a clip, which is paid for', reply(200, clip), 'succeeded'],
    ['does not make an ingress fault a verdict', reply(502, undefined), undefined],
  ])('%s', (_name, answer, end) => {
    expect(ending(answer, task)).toEqual(end)
  })

  test('says that its caller stopped it', () => {
    const stopped = readStatus(
      reply(200, { status: 'COMPLETED', request_id: id, error: 'Cancelled', error_type: 'client_cancelled' }),
    )
    expect(stopped && ending(reply(404, { status: 'NOT_FOUND' }), stopped)).toBe('canceled')
  })
})

describe('cancel', () => {
  test.each(
    named({
      cancel_in_queue_200: 'canceled',
      cancel_in_progress_202: 'requested',
      cancel_completed_400: 'too-late',
      cancel_not_found_404: undefined,
    }),
  )('%s (%s)', (file, _source, verdict) => {
    expect(readCancel(replyOf(fixture(file)))).toBe(verdict)
  })

  test.each([
    [reply(200, { success: true }), 'requested'],
    [reply(200, { success: false }), 'too-late'],
    [reply(202, undefined), 'requested'],
    [reply(400, { detail: 'No.' }), undefined],
    [reply(502, undefined), undefined],
  ])('%j', (answer, verdict) => {
    expect(readCancel(answer)).toBe(verdict)
  })
})
