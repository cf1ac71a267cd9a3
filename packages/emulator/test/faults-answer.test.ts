import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../src/index.ts'
import { create, rejection } from './kling/clients.ts'
import { createRig, T2V, validBody } from './kling/rig.ts'

describe('faults that replace the answer', () => {
  it.each<[Record<string, unknown>, number, number | undefined, number]>([
    [{ status: 500 }, 500, 5000, 0],
    [{ status: 500, created: true }, 500, 5000, 1],
    [{ status: 503 }, 503, 5001, 0],
    [{ status: 504, created: true }, 504, 5002, 1],
    [{ code: 1304 }, 429, 1304, 0],
    [{ code: 1101 }, 429, 1101, 0],
    [{ status: 408, created: true }, 408, undefined, 1],
    [{ status: 409 }, 409, undefined, 0],
    [{ status: 500, code: 1303 }, 500, 1303, 0],
    [{ status: 400, body: { code: 77 } }, 400, 77, 0],
    [{ status: 401, body: 'no' }, 401, undefined, 0],
  ])('status %j answers %i with code %s and creates %i', async (over, status, code, created) => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'status', headers: { 'x-request': 'r1' }, ...over })
    const answer = await rig.post(T2V, validBody)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.headers.get('x-request')).toBe('r1')
    expect(rig.control.ledger()).toHaveLength(created)
    expect((await rig.post(T2V, validBody)).status).toBe(200)
  })

  it('rate-limit comes with and without Retry-After', async () => {
    const rig = createRig()
    const retryAfter = async (value?: number | string): Promise<unknown> => {
      rig.control.fault({
        on: 'any-read',
        kind: 'rate-limit',
        ...(value === undefined ? {} : { retryAfter: value }),
      })
      const answer = await rig.get(T2V)
      expect([answer.status, answer.body.code]).toEqual([429, 1302])
      return answer.headers.get('retry-after')
    }
    expect(await retryAfter()).toBeNull()
    expect(await retryAfter(7)).toBe('7')
    expect(await retryAfter('soon')).toBe('soon')
    expect(await retryAfter('date')).toBe(new Date(rig.control.now() + 2000).toUTCString())
  })

  it.each<[FaultSpec, number, number]>([
    [{ on: 'create', kind: 'html' }, 502, 0],
    [{ on: 'create', kind: 'html', created: true, status: 504 }, 504, 1],
    [{ on: 'create', kind: 'truncated-json' }, 200, 1],
    [{ on: 'create', kind: 'truncated-json', created: false }, 200, 0],
    [{ on: 'create', kind: 'empty' }, 200, 1],
    [{ on: 'create', kind: 'empty', status: 204, created: false }, 204, 0],
  ])('%j answers %i without readable JSON and creates %i', async (spec, status, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    const response = await create(rig)
    expect(response.status).toBe(status)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(rig.control.ledger()).toHaveLength(created)
  })

  it.each([301, 302, 303, 307, 308])('redirect %i is followed only by who asks for it', async (status) => {
    const rig = createRig()
    const manual = async (init: RequestInit): Promise<Response> => {
      rig.control.reset()
      rig.control.fault({ on: 'create', kind: 'redirect', status })
      return create(rig, 'x', init)
    }
    const answer = await manual({ redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([status, `${T2V}?redirected=1`])
    expect(rig.control.ledger()).toHaveLength(0)

    const followed = await manual({})
    expect([followed.status, followed.redirected, followed.url]).toEqual([200, true, `${T2V}?redirected=1`])
    // Only 307 and 308 send the POST again.
    expect(rig.control.ledger()).toHaveLength(status > 303 ? 1 : 0)
    expect(rig.control.requests().map(({ method }) => method)).toEqual([
      'POST',
      status > 303 ? 'POST' : 'GET',
    ])

    expect(await rejection(manual({ redirect: 'error' }))).toMatchObject({ name: 'TypeError' })
  })

  it('redirect can follow a create and point elsewhere', async () => {
    const rig = createRig()
    rig.control.fault({
      on: 'create',
      kind: 'redirect',
      created: true,
      location: 'https://elsewhere.example/',
    })
    expect((await create(rig, 'x', { redirect: 'manual' })).headers.get('location')).toBe(
      'https://elsewhere.example/',
    )
    expect(rig.control.ledger()).toHaveLength(1)
    rig.control.fault({ on: 'create', kind: 'redirect', status: 307, times: Infinity })
    expect(await rejection(create(rig))).toMatchObject({ name: 'TypeError' })
  })
})

describe('faults inside a JSON answer', () => {
  it('unknown-status invents a word, on a query and on every item of a list', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    await rig.createTask()
    rig.control.fault({ on: 'any-read', kind: 'unknown-status', times: 2 })
    expect((await rig.get(`${T2V}/${id}`)).body.data.task_status).toBe('paused')
    rig.control.fault({ on: 'list', kind: 'unknown-status', word: 'dreaming' })
    const words = async (): Promise<string[]> =>
      (await rig.get(T2V)).body.data.map((task: { task_status: string }) => task.task_status)
    expect(await words()).toEqual(['paused', 'paused'])
    expect(await words()).toEqual(['dreaming', 'dreaming'])
    expect(await words()).toEqual(['submitted', 'submitted'])
  })

  it.each([
    'data',
    'code',
    'task_id',
    'task_status',
    'task_info.external_task_id',
    'task_result.videos',
    'data.task_result',
  ])('missing-field drops %s', async (field) => {
    const rig = createRig()
    const id = await rig.createTask({ external_task_id: 'a' })
    rig.control.advance(60_000)
    const fault = rig.control.fault({ on: 'query', kind: 'missing-field', field })
    const whole = JSON.stringify((await rig.get(T2V)).body)
    const { body } = await rig.get(`${T2V}/${id}`)
    const last = field.split('.').at(-1)
    expect(whole).toContain(`"${last}":`)
    expect(JSON.stringify(body)).not.toContain(`"${last}":`)
    expect(fault.hits).toBe(1)
  })

  it('missing-field drops the id of a create', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'missing-field', field: 'task_id' })
    const { status, body } = await rig.post(T2V, validBody)
    expect([status, body.data.task_status, body.data.task_id]).toEqual([200, 'submitted', undefined])
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('missing-url waits for an answer that has one', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    const fault = rig.control.fault({ on: 'query', kind: 'missing-url' })
    expect((await rig.get(`${T2V}/${id}`)).body.data.task_status).toBe('submitted')
    expect(fault.hits).toBe(0)
    rig.control.advance(60_000)
    const [video] = (await rig.get(`${T2V}/${id}`)).body.data.task_result.videos
    expect(video).not.toHaveProperty('url')
    expect(fault.hits).toBe(1)
    expect((await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0].url).toMatch(/^https:/)
  })
})
