import { describe, expect, test } from 'vitest'
import { readCost, readFailure, readTask, readTasks } from '../src/read.ts'
import { spec } from '../src/spec.ts'
import { reply, replyOf, sourced } from './world.ts'

const id = '8t3q5v0k9xrmw0ct2m7b4zd1hn'
const clip = 'https://replicate.delivery/xezq/AbCdEf0123456789/tmpx1y2z3.mp4'
const hour = 3_600_000
const createdAt = Date.parse('2026-11-24T09:00:00.123Z')
const completedAt = Date.parse('2026-11-24T09:01:24.910Z')

const priced = (model: string, mode = 'pro') =>
  spec.catalog.offers.find((offer) => offer.model === model && offer.mode === mode)

describe('recorded predictions', () => {
  test.each(
    sourced([
      ['get_starting', { status: 'starting', createdAt, updatedAt: undefined }],
      ['get_processing', { status: 'processing', updatedAt: createdAt + 278 }],
      // Finished, yet `processing`: it runs on until a read says so, with its metrics.
      ['create_sync_wait_done', { status: 'processing', outputs: [], expired: false }],
      ['create_reference_omni', { status: 'starting' }],
      ['create_video_reference_omni', { status: 'starting' }],
      ['get_succeeded_reference_omni', { status: 'succeeded', outputs: [{ kind: 'video' }] }],
      ['get_succeeded_video_reference_omni', { status: 'succeeded', outputs: [{ kind: 'video' }] }],
      ['create_sync_wait_timeout', { status: 'starting' }],
      ['create_with_cancel_after', { status: 'starting' }],
      ['get_aborted', { status: 'aborted' }],
      ['get_canceled', { status: 'canceled' }],
      ['cancel_running', { status: 'canceled', updatedAt: Date.parse('2026-11-24T09:00:31.504Z') }],
      ['get_succeeded_data_removed', { status: 'succeeded', expired: true, outputs: [] }],
      ['get_failed_sensitive', { status: 'failed', message: expect.stringContaining('(E005)') }],
    ]),
  )('%s (%s)', (file, _source, expected) => {
    const given = replyOf(file)
    expect(spec.refusal(given)).toBeUndefined()
    expect(readTask(given)).toMatchObject({
      id: (given.body as { readonly id: string }).id,
      ...expected,
      raw: given.body,
    })
  })

  test.each(
    sourced([
      ['list_page', ['starting', 'processing', 'succeeded']],
      ['list_last_page', ['canceled']],
    ]),
  )('%s (%s)', (file, _source, statuses) => {
    const found = readTasks(replyOf(file)) ?? []
    expect(found.map(({ status }) => status)).toEqual(statuses)
    if (file === 'list_last_page') return
    expect(found[2]).toMatchObject({
      id,
      charged: { amount: 5.04, unit: 'second' },
      outputs: [
        { kind: 'video', url: clip, mediaType: 'video/mp4', duration: 5.04, expiresAt: completedAt + hour },
      ],
    })
  })

  test('status words', () => {
    expect(spec.statuses).toEqual({
      starting: 'queued',
      processing: 'running',
      succeeded: 'succeeded',
      failed: 'failed',
      canceled: 'canceled',
      aborted: 'canceled',
    })
  })
})

describe('tolerance', () => {
  const done = { id, status: 'succeeded', output: clip, completed_at: '2026-11-24T09:01:24.910552123Z' }
  const url = { url: clip }

  test.each<[string, object, object]>([
    ['a list of one', { output: [clip] }, { outputs: [url] }],
    [
      'a list of two',
      { output: [clip, clip], metrics: { video_output_duration_seconds: 10 } },
      { outputs: [url, url] },
    ],
    ['nonsense in a list', { output: [null, 3, '', clip] }, { outputs: [url] }],
    ['an object', { output: { video: clip } }, { outputs: [] }],
    ['null', { output: null }, { outputs: [] }],
    [
      'a data URI',
      { output: 'data:video/mp4;base64,AAEC' },
      { outputs: [{ body: Uint8Array.of(0, 1, 2), mediaType: 'video/mp4' }] },
    ],
    ['a data URI that is none', { output: 'data:video/mp4;base64,*' }, { outputs: [] }],
    [
      'wrong types elsewhere',
      { error: {}, metrics: 'none', data_removed: 'no', input: [] },
      { outputs: [url], charged: undefined },
    ],
    ['nulls elsewhere', { error: null, metrics: null, created_at: null }, { outputs: [url] }],
    [
      'no times',
      { completed_at: undefined },
      { outputs: [{ kind: 'video', url: clip, mediaType: 'video/mp4' }] },
    ],
    [
      'made in the browser, and kept longer',
      { source: 'web' },
      { outputs: [{ kind: 'video', url: clip, mediaType: 'video/mp4' }] },
    ],
  ])('output: %s', (_name, more, expected) => {
    const task = readTask(reply({ ...done, ...more }))
    expect(task).toMatchObject(expected)
    expect(task?.outputs?.length).toBe((expected as { outputs: unknown[] }).outputs.length)
  })

  test.each<[string, unknown]>([
    ['no status', { ...done, status: undefined }],
    ['a numeric status', { ...done, status: 3 }],
    ['no id', { ...done, id: undefined }],
    ['an empty id', { ...done, id: '' }],
    ['a list', []],
    ['nothing', undefined],
  ])('%s is not a task', (_name, body) => {
    expect(readTask(reply(body))).toBeUndefined()
  })

  test('a create needs its id only: the task is paid', () => {
    expect(spec.created(reply({ id }))).toMatchObject({ id, status: '' })
  })

  test.each([['failed'], ['canceled'], ['aborted']])('%s has no result to lose', (status) => {
    expect(readTask(reply({ ...done, status, data_removed: true }))?.expired).toBe(false)
  })

  test('a list leaves out what it cannot use, and ended items without their output', () => {
    const thin = { ...done, output: undefined }
    const items = [done, null, { id: 'x' }, JSON.parse(JSON.stringify(thin)), { id: 'y', status: 'starting' }]
    expect(readTasks(reply({ results: items, next: null }))?.map((task) => task.id)).toEqual([id, 'y'])
    expect(readTasks(reply({ results: null }))).toBeUndefined()
    expect(readTasks(reply({ results: [], next: 7 })), 'a page that cannot be gone on from').toBeUndefined()
  })
})

describe('cost', () => {
  const cost = (body: object, offer = priced('kling-v2-6')) => {
    const task = readTask(reply({ id, status: 'succeeded', ...body }))
    return task && readCost(task, offer)
  }
  const seconds = { video_output_duration_seconds: 5.04 }

  test.each<[string, object, number | undefined, ReturnType<typeof priced>?]>([
    ['silent', { metrics: { ...seconds, with_audio: false } }, 352_800],
    ['with sound', { metrics: { ...seconds, with_audio: true } }, 705_600],
    ['sound by what was asked', { metrics: seconds, input: { generate_audio: true } }, 705_600],
    [
      'the metrics know better',
      { metrics: { ...seconds, with_audio: false }, input: { generate_audio: true } },
      352_800,
    ],
    ['a model without sound', { metrics: seconds }, 478_800, priced('kling-v1-6')],
    ['aborted', { status: 'aborted' }, 0],
    ['canceled before it ran', { status: 'canceled' }, 0],
  ])('%s', (_name, body, usd, offer) => {
    expect(cost(body, offer)).toEqual({
      microUsd: usd,
      native: { amount: (usd ?? 0) / 1_000_000, unit: 'usd' },
      basis: 'derived',
    })
  })

  test('of unknown sound, or of a row that is gone, is seconds without money', () => {
    const native = { amount: 5.04, unit: 'second' }
    expect(cost({ metrics: seconds })).toEqual({ native, basis: 'reported' })
    const task = readTask(reply({ id, status: 'succeeded', metrics: seconds }))
    expect(task && readCost(task, undefined)).toEqual({ native, basis: 'reported' })
  })

  test.each(
    sourced([
      ['get_succeeded_data_removed', { microUsd: 352_800 }],
      ['get_aborted', { microUsd: 0 }],
      // None, which is not zero.
      ['get_canceled', undefined],
      ['get_failed_sensitive', undefined],
      ['get_processing', undefined],
    ]),
  )('%s (%s)', (file, _source, expected) => {
    const task = readTask(replyOf(file))
    const cost = task && readCost(task, priced('kling-v2-6'))
    if (expected) expect(cost).toMatchObject(expected)
    else expect(cost).toBeUndefined()
  })
})

describe('failures', () => {
  test.each<[string | undefined, string, boolean]>([
    [
      'The input or output was flagged as sensitive. Please try again with different inputs. (E005) (uIJ6l3ruRD)',
      'content',
      false,
    ],
    ['An error occurred while processing your request (E001)', 'internal', true],
    ['An error occurred while processing your request (E002)', 'internal', true],
    ['Service is currently unavailable due to high demand. Please try again later. (E003)', 'capacity', true],
    ['Service is temporarily unavailable. Please try again later. (E004)', 'internal', true],
    ['invalid input (E006)', 'input', false],
    ['E1000: unknown', 'internal', true],
    ['out of memory (E1001)', 'input', false],
    ['webhook (E4875)', 'input', false],
    ['Timeout starting prediction (E6716)', 'capacity', true],
    ['stopped (E8367)', 'internal', true],
    ['unhealthy (E8765)', 'internal', true],
    ['error starting (E9243)', 'internal', true],
    ['upload failed (E9825)', 'internal', true],
    ['Failure to pass the risk control system', 'content', false],
    ['codename E005 alone is no code', 'unknown', false],
    ['something new (E777)', 'unknown', false],
    ['', 'unknown', false],
    [undefined, 'unknown', false],
  ])('%j: %s', (message, reason, retryable) => {
    const failure = readFailure({ id, status: 'failed', message, raw: {} })
    expect(failure).toMatchObject({ reason, retryable })
    expect(failure.flagged).toBe(reason === 'content' ? true : undefined)
    expect(failure.message.startsWith(message?.replace(/\.$/, '') || 'Replicate gave no reason')).toBe(true)
  })

  test.each(
    sourced([
      ['get_failed_sensitive', { reason: 'content', flagged: true, retryable: false }],
      ['get_failed_platform_timeout', { reason: 'capacity', retryable: true }],
    ]),
  )('%s (%s)', (file, _source, expected) => {
    const task = readTask(replyOf(file))
    expect(task && readFailure(task)).toMatchObject(expected)
  })
})
