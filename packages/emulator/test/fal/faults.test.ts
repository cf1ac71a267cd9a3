import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../../src/index.ts'
import { rejection, reset } from '../kling/clients.ts'
import { createRig, keyHeaders, prompt, QUEUE, REST, type Rig, requestURL, T2V } from './rig.ts'

const create = (rig: Rig, init: RequestInit = {}): Promise<Response> =>
  rig.emulator.fetch(`${QUEUE}/${T2V}`, {
    method: 'POST',
    headers: keyHeaders,
    body: JSON.stringify({ prompt }),
    ...init,
  })

describe('faults of a submit', () => {
  it.each<[FaultSpec, number]>([
    [{ on: 'create', kind: 'lost-before-create' }, 0],
    [{ on: 'create', kind: 'lost-after-create' }, 1],
    [{ on: 'create', kind: 'in-flight', ms: 1000 }, 1],
    [{ on: 'create', kind: 'hang', created: true, ms: 0 }, 1],
  ])('%j loses the answer and creates %i', async (spec, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    expect(await rejection(create(rig))).toEqual(reset)
    expect(rig.control.ledger()).toHaveLength(created)
    expect((await create(rig)).status).toBe(200)
  })

  it('in-flight hides the request for a while', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 5000 })
    await rejection(create(rig))
    const [entry] = rig.control.ledger()
    expect(entry?.state).toBe('in-flight')
    expect((await rig.status(entry?.taskId ?? '')).status).toBe(404)
    rig.control.advance(5000)
    expect((await rig.status(entry?.taskId ?? '')).body.status).toBe('IN_QUEUE')
    rig.control.advance(3000)
    expect((await rig.status(entry?.taskId ?? '')).body.status).toBe('IN_PROGRESS')
  })

  it.each<[FaultSpec, number, number]>([
    [{ on: 'create', kind: 'html' }, 502, 0],
    [{ on: 'create', kind: 'html', created: true, status: 504 }, 504, 1],
    [{ on: 'create', kind: 'truncated-json' }, 200, 1],
    [{ on: 'create', kind: 'empty' }, 200, 1],
    [{ on: 'create', kind: 'redirect' }, 302, 0],
  ])('%j answers %i without readable JSON and creates %i', async (spec, status, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    const response = await create(rig, { redirect: 'manual' })
    expect(response.status).toBe(status)
    if (spec.kind === 'html') expect(response.headers.has('x-fal-request-id')).toBe(false)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(rig.control.ledger()).toHaveLength(created)
  })

  it.each([
    [400, 'bad_request'],
    [401, undefined],
    [403, undefined],
    [422, undefined],
    [429, 'concurrent_requests_limit'],
    [500, 'internal_error'],
    [502, 'runner_incomplete_response'],
    [503, 'runner_scheduling_failure'],
    [504, 'request_timeout'],
  ])('status %i has its own body', async (status, errorType) => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'status', status, created: true })
    const answer = await rig.submit()
    expect([answer.status, answer.body.error_type]).toEqual([status, errorType])
    expect(answer.body).toHaveProperty('detail')
    expect(answer.headers.has('x-fal-request-id')).toBe(false)
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('missing-field drops the id', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'missing-field', field: 'request_id' })
    const { status, body } = await rig.submit()
    expect([status, body.status, 'request_id' in body]).toEqual([200, 'IN_QUEUE', false])
  })
})

describe('faults of reads', () => {
  it('tell query, result, cancel, upload and download apart', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.fault({ on: 'query', kind: 'status', status: 500 })
    rig.control.fault({ on: 'result', kind: 'status', status: 422 })
    rig.control.fault({ on: 'cancel', kind: 'status', status: 404 })
    rig.control.fault({ on: 'upload', kind: 'status', status: 403 })
    const result = await rig.result(id)
    expect([result.status, result.body.detail[0].type]).toEqual([422, 'content_policy_violation'])
    const status = await rig.status(id)
    expect([status.status, status.headers.get('x-fal-request-id')]).toEqual([500, id])
    expect(await rig.cancel(id)).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } })
    const upload = { method: 'POST', headers: keyHeaders, body: '{}' }
    expect((await rig.send(`${REST}/storage/upload/initiate`, upload)).status).toBe(403)
    expect((await rig.status(id)).status).toBe(202)
    expect(rig.control.requests().map(({ op, taskId }) => [op, taskId])).toEqual([
      ['create', id],
      ['result', id],
      ['query', id],
      ['cancel', id],
      ['upload', undefined],
      ['query', id],
    ])
  })

  it('any-read covers statuses and results', async () => {
    const rig = createRig()
    const id = await rig.create()
    const fault = rig.control.fault({ on: 'any-read', kind: 'rate-limit', retryAfter: 7, times: 2 })
    for (const answer of [await rig.status(id), await rig.result(id)]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
    }
    expect(fault.hits).toBe(2)
    expect((await rig.status(id)).status).toBe(202)
  })

  it('invent a status, drop a field, leave the URL out', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.fault({ on: 'query', kind: 'unknown-status' })
    expect((await rig.status(id)).body).toMatchObject({ status: 'paused', request_id: id })
    rig.control.fault({ on: 'query', kind: 'unknown-status', word: 'FAILED' })
    expect((await rig.status(id)).body.status).toBe('FAILED')
    rig.control.fault({ on: 'query', kind: 'missing-field', field: 'status' })
    expect((await rig.status(id)).body).not.toHaveProperty('status')
    const missing = rig.control.fault({ on: 'any-read', kind: 'missing-url' })
    rig.control.advance(600_000)
    await rig.status(id)
    expect(missing.hits).toBe(0)
    const { video } = (await rig.result(id)).body
    expect([missing.hits, 'url' in video, video.content_type]).toEqual([1, false, 'video/mp4'])
    rig.control.fault({ on: 'result', kind: 'missing-field', field: 'video.url' })
    expect((await rig.result(id)).body.video).not.toHaveProperty('url')
    expect((await rig.result(id)).body.video.url).toMatch(/^https:/)
  })

  it('break a read off', async () => {
    const rig = createRig()
    const id = await rig.create()
    const read = (): Promise<Response> =>
      rig.emulator.fetch(requestURL(id, '/status'), { headers: keyHeaders })
    rig.control.fault({ on: 'query', kind: 'lost-before-create' })
    expect(await rejection(read())).toEqual(reset)
    rig.control.fault({ on: 'query', kind: 'reset-mid-answer' })
    expect(await rejection((await read()).text())).toMatchObject({ message: 'terminated' })
  })
})

describe('faults of downloads', () => {
  it.each<[FaultSpec, number]>([
    [{ on: 'download', kind: 'expired' }, 403],
    [{ on: 'download', kind: 'truncated', afterBytes: 100 }, 200],
    [{ on: 'download', kind: 'no-length-cut', afterBytes: 100 }, 200],
    [{ on: 'download', kind: 'html-as-video' }, 200],
  ])('%j', async (spec, status) => {
    const rig = createRig()
    const { video } = (await rig.finish()).body
    rig.control.fault(spec)
    const response = await rig.emulator.fetch(video.url)
    expect(response.status).toBe(status)
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(video.file_size)
    expect((await (await rig.emulator.fetch(video.url)).arrayBuffer()).byteLength).toBe(video.file_size)
  })
})
