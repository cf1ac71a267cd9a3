import { ReelayError, wait } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { boat, stub } from '../world.ts'

// Every body here is written after the relay notes of 2026-11-26, sections 3 and 4.
const id = 'task_0123456789abcdef'
const [s, ms] = [1_766_374_262, 1_766_374_262_370]
const clip = { id: 'v-1', url: 'https://cdn.example/clip.mp4', duration: '5.041' }
const relay = { baseURL: 'https://relay.example/kling/v1/' }

/** A reply of each form about a task in one of four states. */
const forms: Record<string, (word: Word) => unknown> = {
  K: (word) => ({ code: 0, message: 'SUCCEED', request_id: 'r', data: native(word, ms) }),
  'K in seconds': (word) => ({ code: '0', message: 'SUCCEED', request_id: 'r', data: native(word, s) }),
  'K+': (word) => ({ code: 0, message: 'SUCCEED', task_id: id, data: native(word, ms) }),
  W: (word) => ({
    code: 'success',
    message: '',
    data: wrapped(word, { code: 0, data: native(word, ms, 'k-1') }),
  }),
  'W with a bare inside': (word) => ({
    code: 'success',
    message: '',
    data: wrapped(word, native(word, ms, 'k-1')),
  }),
  'W with result_url': (word) => ({
    code: 'success',
    message: '',
    data: { ...wrapped(word, null), result_url: word === 'ended' ? clip.url : '' },
  }),
  F: (word) => ({ code: 'success', message: '', data: flat(word) }),
  B: (word) => flat(word),
  O: (word) => ({
    id,
    object: 'video',
    model: 'kling-v2-6',
    status: { waiting: 'queued', running: 'in_progress', ended: 'completed', failed: 'failed' }[word],
    progress: 10,
    created_at: s,
    ...(word === 'ended' && { metadata: { url: clip.url, duration: 5 } }),
    ...(word === 'failed' && { error: { code: 'task_failed', message: 'risk control' } }),
  }),
}
type Word = 'waiting' | 'running' | 'ended' | 'failed'

const native = (word: Word, time: number, task_id = id) => ({
  task_id,
  task_status: { waiting: 'submitted', running: 'Processing', ended: 'succeed', failed: 'failed' }[word],
  task_status_msg: word === 'failed' ? 'risk control' : '',
  ...(word === 'ended' && { task_result: { videos: [clip] } }),
  created_at: time,
  // The operator's, and no cost of the caller's.
  final_unit_deduction: '3.5',
})
const wrapped = (word: Word, data: unknown) => ({
  id: 77,
  task_id: id,
  platform: '50',
  quota: 500_000,
  status: { waiting: 'NOT_START', running: 'IN_PROGRESS', ended: 'SUCCESS', failed: 'FAILURE' }[word],
  fail_reason: word === 'failed' ? 'risk control' : '',
  submit_time: s,
  finish_time: 0,
  progress: '60%',
  data,
})
const flat = (word: Word) => ({
  task_id: id,
  status: { waiting: 'queued', running: 'processing', ended: 'succeeded', failed: 'failed' }[word],
  url: word === 'ended' ? clip.url : '',
  format: 'mp4',
  error: word === 'failed' ? { message: 'risk control', code: 'task_failed' } : null,
  metadata: word === 'ended' ? { duration: 5 } : {},
})

describe.each(Object.entries(forms))('the reply form %s', (_name, form) => {
  test('is a create, and a read in each state', async () => {
    const answers = (['waiting', 'waiting', 'running', 'ended', 'failed'] as const).map(form)
    const { kling, sent } = stub((_sent, number) => ({ json: answers[number] }), relay)
    const { handle } = await kling.submit({ ...boat, aspectRatio: '9:16' })
    expect(handle).toMatchObject({ id, host: 'relay.example' })
    expect(sent[0]?.url.href).toBe('https://relay.example/kling/v1/videos/text2video')
    expect(sent[0]?.body).toMatchObject({ aspect_ratio: '9:16', mode: 'std', duration: '5' })
    expect(sent[0]?.body).not.toHaveProperty('external_task_id')
    expect(sent[0]?.authorization).toBe('Bearer stub-api-key')

    expect(await kling.get(handle)).toMatchObject({ status: 'queued', handle })
    expect(await kling.get(handle)).toMatchObject({ status: 'running' })
    const ended = await kling.get(handle)
    expect(ended).toMatchObject({ status: 'succeeded', outputs: [{ kind: 'video', url: clip.url }] })
    expect(ended.cost).toBeUndefined()
    expect(ended).not.toHaveProperty('outputs[0].expiresAt')
    if (ended.createdAt !== undefined) expect(Math.floor(ended.createdAt / 1_000)).toBe(s)
    const failed = await kling.get(handle)
    expect(failed).toMatchObject({ status: 'failed', failure: { reason: 'content', flagged: true } })
    expect(failed.status === 'failed' && failed.failure.message).toMatch(
      /^risk control\. Whether it was charged/,
    )
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET'])
    expect(sent[1]?.url.href).toBe(`https://relay.example/kling/v1/videos/text2video/${id}`)
  })
})

describe('what is no state', () => {
  const created = forms.K?.('waiting')

  test('an unknown word of a task with an id is one that goes on', async () => {
    const odd = { code: 'success', data: { task_id: id, status: 'UNKNOWN' } }
    const { kling } = stub((_sent, number) => ({ json: number === 0 ? created : odd }), relay)
    const { handle } = await kling.submit(boat)
    expect(await kling.get(handle)).toMatchObject({ status: 'running', nativeStatus: 'UNKNOWN' })
  })

  const lost: [string, number, unknown][] = [
    ['task_not_exist', 400, { code: 'task_not_exist', message: 'task not exist', data: null }],
    ['1203', 404, { code: 1203, message: 'not found', data: null }],
    [
      'a 404 of its door',
      404,
      { error: { message: 'Invalid URL', type: 'invalid_request_error', code: '' } },
    ],
    ['a bare 404', 404, 'not found'],
    ['nothing known', 200, { code: 'success', data: null }],
  ]
  test.each(lost)('%s after an accepted create is no failure', async (_name, status, json) => {
    const { kling, clock } = stub(
      (sent) => (sent.method === 'POST' ? { json: created } : { status, json }),
      relay,
    )
    const { handle } = await kling.submit(boat)
    const startedAt = clock.now()
    const error = await wait(kling, handle, { deadlineMs: 600_000 }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', outcome: 'accepted', handle })
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(600_000)
  })
})

test('at an address on this machine, which may be a relay, 1203 right after a create is "not yet"', async () => {
  const created = forms.K?.('waiting')
  const { kling } = stub(
    (sent, number) =>
      sent.method === 'POST' || number > 3
        ? { json: sent.method === 'POST' ? created : forms.K?.('ended') }
        : { status: 404, json: { code: 1203, message: 'not found', data: null } },
    { baseURL: 'http://127.0.0.1:4999/kling' },
  )
  const { handle } = await kling.submit(boat)
  await expect(kling.get(handle)).rejects.toMatchObject({
    code: 'ERR_NOT_FOUND',
    outcome: 'accepted',
    handle,
  })
  expect(await wait(kling, handle)).toMatchObject({ status: 'succeeded' })
})

describe('what a refused create means for the money', () => {
  const word = (code: string) => ({ code, message: 'words', data: null })
  const door = (type: string) => ({ error: { message: 'words', type, param: '', code: '' } })
  const kling = (code: number) => ({ code, message: 'words', data: null })
  const cases: [number, unknown, ReelayError['code'], ReelayError['outcome']][] = [
    [400, word('invalid_request'), 'ERR_INVALID_REQUEST', 'rejected'],
    [400, word('missing_model'), 'ERR_UNSUPPORTED', 'rejected'],
    [413, word('read_request_body_failed'), 'ERR_INVALID_REQUEST', 'rejected'],
    [403, word('insufficient_user_quota'), 'ERR_FUNDS', 'rejected'],
    [400, word('task_failed'), 'ERR_INVALID_REQUEST', 'rejected'],
    [422, word('fail_to_fetch_task'), 'ERR_INVALID_REQUEST', 'rejected'],
    [502, word('fail_to_fetch_task'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [500, word('do_request_failed'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [500, word('unmarshal_response_failed'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [500, word('get_channel_failed'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [429, word('whatever'), 'ERR_RATE_LIMIT', 'rejected'],
    [400, word('a_word_of_next_year'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [401, door('new_api_error'), 'ERR_AUTH', 'rejected'],
    [403, door('new_api_error'), 'ERR_FORBIDDEN', 'rejected'],
    [404, door('invalid_request_error'), 'ERR_NOT_FOUND', 'rejected'],
    [401, door('somebody_else'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [400, kling(1200), 'ERR_INVALID_REQUEST', 'rejected'],
    [401, kling(1000), 'ERR_AUTH', 'rejected'],
    [402, kling(1101), 'ERR_FUNDS', 'rejected'],
    [403, kling(1103), 'ERR_FORBIDDEN', 'rejected'],
    [429, kling(1303), 'ERR_CONCURRENCY', 'rejected'],
    [404, kling(1203), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [500, kling(5000), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [409, kling(1200), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [409, word('invalid_request'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [408, word('invalid_request'), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [200, kling(1301), 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [200, { code: 'success', message: '', data: null }, 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [200, {}, 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
    [400, { ...word('invalid_request'), task_id: id }, 'ERR_SUBMISSION_UNKNOWN', 'unknown'],
  ]
  test.each(cases)('HTTP %i %j: %s, %s', async (status, json, code, outcome) => {
    const { kling: provider, sent } = stub(() => ({ status, json }), relay)
    const error = await provider.submit(boat).catch((thrown) => thrown)
    expect([ReelayError.isInstance(error) && error.code, error.outcome, sent.length]).toEqual([
      code,
      outcome,
      1,
    ])
  })
})

test('16:9 is sent where nothing is said, since relays fill in a square', async () => {
  const { kling, sent } = stub(() => ({ json: forms.K?.('waiting') }), relay)
  await kling.submit(boat)
  await kling.submit({ ...boat, kind: 'image-to-video', startImage: 'https://img.example/a.png' })
  expect(sent.map(({ body }) => body?.aspect_ratio)).toEqual(['16:9', undefined])
})

describe('a key pair is Kling’s alone', () => {
  const pair = { accessKey: 'ak-0123456789abcdef', secretKey: 'sk-0123456789abcdef' }
  const joined = `${pair.accessKey}:${pair.secretKey}`

  test('and refused where it would go to a relay', async () => {
    for (const keys of [pair, { apiKey: 'relay-key', ...pair }, { apiKey: joined }]) {
      const make = (): unknown => stub(() => ({ json: {} }), { apiKey: undefined, ...keys, ...relay })
      expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }))
      expect(make).toThrow(/relay\.example is a relay/)
      stub(() => ({ json: {} }), { apiKey: undefined, ...keys, ...relay, official: true })
    }
  })

  test.each([
    ['KLINGAI_ACCESS_KEY', 'KLINGAI_SECRET_KEY'],
    ['KLING_ACCESS_KEY', 'KLING_SECRET_KEY'],
    ['KLING_API_KEY', undefined],
  ])('nor is one in %s sent', async (first, second) => {
    process.env[first] = second === undefined ? joined : pair.accessKey
    if (second !== undefined) process.env[second] = pair.secretKey
    try {
      const { kling, sent } = stub(() => ({ json: {} }), { apiKey: undefined, ...relay })
      await expect(kling.submit(boat)).rejects.toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
      expect(sent).toEqual([])
    } finally {
      delete process.env[first]
      if (second !== undefined) delete process.env[second]
    }
  })
})

test('on this machine, where nobody has said whose it is, a relay’s replies are understood too', async () => {
  for (const form of Object.values(forms)) {
    const answers = (['waiting', 'ended'] as const).map(form)
    const { kling } = stub((_sent, number) => ({ json: answers[number] }), {
      baseURL: 'http://localhost:3000/kling',
    })
    const { handle } = await kling.submit(boat)
    expect(handle).not.toHaveProperty('host')
    expect(await kling.get(handle)).toMatchObject({ status: 'succeeded', outputs: [{ url: clip.url }] })
  }
})
