import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../src/index.ts'
import { createRig, keyHeaders, type Rig, T2V, validBody } from './rig.ts'

const create = (rig: Rig, externalId = 'x', init: RequestInit = {}): Promise<Response> =>
  rig.emulator.fetch(T2V, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify({ ...validBody, external_task_id: externalId }),
    ...init,
  })

async function finishedClip(rig: Rig): Promise<string> {
  const id = await rig.createTask()
  rig.control.advance(60_000)
  return (await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0].url
}

const rejection = async (
  promise: Promise<unknown>,
): Promise<{ name: string; message: string; code: unknown }> => {
  const error = await promise.then(
    () => new Error('did not reject'),
    (reason: unknown) => reason as Error,
  )
  const { code } = (error.cause ?? {}) as { code?: unknown }
  return { name: error.name, message: error.message, code }
}

const reset = { name: 'TypeError', message: 'fetch failed', code: 'ECONNRESET' }

describe('faults that lose the answer', () => {
  it.each<[FaultSpec['kind'], FaultSpec, number]>([
    ['lost-before-create', { on: 'create', kind: 'lost-before-create' }, 0],
    ['lost-after-create', { on: 'create', kind: 'lost-after-create' }, 1],
    ['hang', { on: 'create', kind: 'hang', created: true, ms: 0 }, 1],
    ['hang', { on: 'create', kind: 'hang', created: false, ms: 0 }, 0],
  ])('%s rejects like a reset: %j creates %i', async (_kind, spec, created) => {
    const rig = createRig()
    const fault = rig.control.fault(spec)
    expect(await rejection(create(rig))).toEqual(reset)
    expect(rig.control.ledger()).toHaveLength(created)
    expect(fault.hits).toBe(1)
    expect(rig.control.requests()).toMatchObject([{ op: 'create', outcome: 'lost', fault: spec.kind }])
    expect(rig.control.requests()[0]).not.toHaveProperty('status')
  })

  it('lost-before-create can carry another cause, such as a refused connection', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'lost-before-create', code: 'ECONNREFUSED' })
    expect((await rejection(create(rig))).code).toBe('ECONNREFUSED')
  })

  it('reset-mid-answer gives the status and half the body', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'reset-mid-answer' })
    const response = await create(rig)
    expect(response.status).toBe(200)
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toMatch(/^\{"code":0,/)
    expect(await rejection(reader?.read() ?? Promise.resolve())).toEqual({ ...reset, message: 'terminated' })
    expect(rig.control.ledger()).toHaveLength(1)
    expect(rig.control.requests()[0]?.outcome).toBe('lost')
  })

  it('hang lasts until the signal aborts, and rejects with its reason', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'hang', created: true })
    const controller = new AbortController()
    const reason = new Error('tired of waiting')
    const held = new Promise<void>((resolve) => {
      rig.control.onEvent((event) => {
        if (event.type === 'answer-held') resolve()
      })
    })
    const pending = create(rig, 'x', { signal: controller.signal })
    const failed = pending.catch((error: unknown) => error)
    await held
    expect(rig.control.ledger()).toHaveLength(1)
    controller.abort(reason)
    expect(await failed).toBe(reason)
    expect(await rejection(create(rig, 'y', { signal: AbortSignal.abort(reason) }))).toMatchObject({
      message: reason.message,
    })
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('slow answers after its time on the emulator clock', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'slow', ms: 5000 })
    rig.control.onEvent((event) => {
      if (event.type === 'answer-held') rig.control.advance(5000)
    })
    const before = rig.control.now()
    expect((await create(rig)).status).toBe(200)
    expect(rig.control.now() - before).toBeGreaterThanOrEqual(5000)
  })

  it('an abort does not take back what the server is doing', async () => {
    const rig = createRig()
    const controller = new AbortController()
    rig.control.onEvent((event) => {
      if (event.type === 'request-received') controller.abort()
    })
    const gone = new Promise<unknown>((resolve) => {
      rig.control.onEvent((event) => {
        if (event.type === 'connection-lost') resolve(event.by)
      })
    })
    expect(await rejection(create(rig, 'x', { signal: controller.signal }))).toMatchObject({
      name: 'AbortError',
    })
    expect(await gone).toBe('client')
    expect(rig.control.ledger()).toHaveLength(1)
    expect(rig.control.requests()[0]?.outcome).toBe('client-gone')
  })
})

describe('a create in flight', () => {
  it('is invisible at first, but already holds its external id', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 4000 })
    expect(await rejection(create(rig))).toEqual(reset)
    const read = async (): Promise<unknown> => (await rig.get(`${T2V}/x`)).body.message
    expect(await read()).toBe('Task not found by id/external id: x')
    expect((await rig.get(T2V)).body.data).toEqual([])
    expect(await (await create(rig)).json()).toMatchObject({
      code: 1201,
      message: 'External_task_id x already exists',
    })
    expect(rig.control.ledger()).toMatchObject([{ externalId: 'x', state: 'in-flight' }])
    rig.control.advance(4000)
    expect(await read()).toBe('SUCCEED')
    rig.control.advance(3000)
    expect(rig.control.tasks()[0]?.state).toBe('processing')
  })

  it('lets a second create slip in where external ids are not atomic', async () => {
    const rig = createRig({ kling: { atomicExternalIds: false } })
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 4000 })
    await rejection(create(rig))
    expect((await create(rig)).status).toBe(200)
    rig.control.advance(4000)
    expect(rig.control.ledger().map(({ externalId }) => externalId)).toEqual(['x', 'x'])
    expect((await create(rig)).status).toBe(400)
  })
})

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

describe('faults of a download', () => {
  it('expired, redirect and html-as-video', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    rig.control.fault({ on: 'download', kind: 'expired' })
    expect((await rig.send(url)).status).toBe(403)
    rig.control.fault({ on: 'download', kind: 'redirect' })
    const moved = await rig.emulator.fetch(url, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([302, `${url}?redirected=1`])
    rig.control.fault({ on: 'download', kind: 'redirect' })
    expect((await rig.emulator.fetch(url)).headers.get('content-type')).toBe('video/mp4')
    rig.control.fault({ on: 'download', kind: 'html-as-video' })
    const page = await rig.send(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    rig.control.fault({ on: 'download', kind: 'html-as-video', contentType: 'video/mp4' })
    expect((await rig.send(url)).headers.get('content-type')).toBe('video/mp4')
  })

  it('truncated, cut without a length, and reset', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    const whole = (await (await rig.emulator.fetch(url)).arrayBuffer()).byteLength
    rig.control.fault({ on: 'download', kind: 'truncated', afterBytes: 100 })
    const short = await rig.emulator.fetch(url)
    expect(short.headers.get('content-length')).toBe(String(whole))
    expect((await short.arrayBuffer()).byteLength).toBe(100)
    rig.control.fault({ on: 'download', kind: 'no-length-cut' })
    const cut = await rig.emulator.fetch(url)
    expect(cut.headers.has('content-length')).toBe(false)
    expect((await cut.arrayBuffer()).byteLength).toBe(Math.floor(whole / 2))
    rig.control.fault({ on: 'download', kind: 'reset-mid-answer' })
    expect(await rejection((await rig.emulator.fetch(url)).arrayBuffer())).toMatchObject({
      message: 'terminated',
    })
  })

  it('stall waits for the clock, or for an abort', async () => {
    const rig = createRig()
    const url = await finishedClip(rig)
    const whole = new Uint8Array(await (await rig.emulator.fetch(url)).arrayBuffer())
    rig.control.fault({ on: 'download', kind: 'stall', afterBytes: 10, ms: 1000 })
    const stop = rig.control.onEvent((event) => {
      if (event.type === 'answer-held') rig.control.advance(1000)
    })
    const reader = (await rig.emulator.fetch(url)).body?.getReader()
    expect((await reader?.read())?.value).toHaveLength(10)
    const rest = reader?.read()
    expect((await rest)?.value).toEqual(whole.slice(10))
    stop()

    rig.control.fault({ on: 'download', kind: 'stall', afterBytes: 10 })
    const controller = new AbortController()
    const stalled = await rig.emulator.fetch(url, { signal: controller.signal })
    const body = stalled.arrayBuffer()
    controller.abort(new Error('enough'))
    expect(await rejection(body)).toMatchObject({ message: 'enough' })
    expect(rig.control.requests().at(-1)?.outcome).toBe('client-gone')
  })
})

describe('choosing the request', () => {
  it('counts times and skip, and stops when removed', async () => {
    const rig = createRig()
    const fault = rig.control.fault({ on: 'list', kind: 'html', times: 2, skip: 1 })
    const statuses: number[] = []
    for (let count = 0; count < 4; count += 1) statuses.push((await rig.get(T2V)).status)
    expect(statuses).toEqual([200, 502, 502, 200])
    expect(fault.hits).toBe(2)
    const endless = rig.control.fault({ on: 'any', kind: 'html', times: Infinity })
    expect((await rig.get(`${T2V}/x`)).status).toBe(502)
    endless.remove()
    expect((await rig.get(`${T2V}/x`)).status).toBe(400)
  })

  it('shows a match what the request is', async () => {
    const rig = createRig()
    const seen: unknown[] = []
    rig.control.fault({
      on: 'any',
      provider: 'kling',
      kind: 'html',
      times: Infinity,
      match: (info) => {
        seen.push([info.op, info.method, info.path, info.model, info.externalId ?? info.taskId])
        return false
      },
    })
    const id = await rig.createTask({ external_task_id: 'a' })
    await rig.get(`${T2V}/${id}`)
    await rig.get(`${T2V}/a`)
    await rig.get(T2V)
    await rig.send('https://cdn.klingai.com/x')
    const path = '/v1/videos/text2video'
    expect(seen).toEqual([
      ['create', 'POST', path, 'kling-v2-6', 'a'],
      ['query', 'GET', `${path}/${id}`, undefined, id],
      ['query', 'GET', `${path}/a`, undefined, 'a'],
      ['list', 'GET', path, undefined, undefined],
      ['download', 'GET', '/x', undefined, undefined],
    ])
  })

  it('leaves other requests alone', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'download', kind: 'html', times: Infinity })
    rig.control.fault({ on: 'create', kind: 'html', times: Infinity })
    expect((await rig.get(T2V)).status).toBe(200)
  })
})
