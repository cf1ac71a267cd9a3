import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../../src/index.ts'
import { rejection, reset } from '../kling/clients.ts'
import { API, createRig, creates, keyHeaders, MODEL, type Rig, validInput } from './rig.ts'

const send = (rig: Rig, init: RequestInit = {}): Promise<Response> =>
  rig.emulator.fetch(creates(MODEL), {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify({ input: validInput }),
    ...init,
  })

async function finished(rig: Rig): Promise<{ id: string; output: string }> {
  const id = await rig.createId()
  rig.control.advance(200_000)
  return { id, output: (await rig.read(id)).output ?? '' }
}

describe('faults of a create', () => {
  it.each<[FaultSpec, number]>([
    [{ on: 'create', kind: 'lost-before-create' }, 0],
    [{ on: 'create', kind: 'lost-after-create' }, 1],
    [{ on: 'create', kind: 'in-flight', ms: 1000 }, 1],
    [{ on: 'create', kind: 'hang', created: true, ms: 0 }, 1],
  ])('%j breaks the connection and creates %i', async (spec, created) => {
    const rig = createRig()
    rig.control.fault({ provider: 'replicate', ...spec })
    expect(await rejection(send(rig))).toEqual(reset)
    expect(rig.control.ledger()).toHaveLength(created)
    expect((await send(rig)).status).toBe(201)
  })

  it('in-flight shows up later, with its time of arrival, even for a client that asked to wait', async () => {
    const rig = createRig()
    const asked = rig.control.now()
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 5000 })
    const headers = { ...keyHeaders, 'content-type': 'application/json', prefer: 'wait' }
    expect(await rejection(send(rig, { headers }))).toEqual(reset)
    const id = rig.control.tasks()[0]?.id ?? ''
    expect(rig.control.tasks()[0]?.state).toBe('in-flight')
    expect((await rig.get(`${API}/predictions`)).body.results).toEqual([])
    expect((await rig.get(`${API}/predictions/${id}`)).status).toBe(404)
    rig.control.advance(5000)
    const [item] = (await rig.get(`${API}/predictions`)).body.results
    expect([item?.id, Date.parse(item?.created_at ?? '') - asked]).toEqual([id, 5000])
  })

  it.each<[FaultSpec, number, string, number]>([
    [{ on: 'create', kind: 'status', status: 500, created: true }, 500, 'Internal server error', 1],
    [{ on: 'create', kind: 'status', status: 503 }, 503, 'Internal server error', 0],
    [{ on: 'create', kind: 'status', status: 402 }, 402, 'Insufficient credit', 0],
    [{ on: 'create', kind: 'status', status: 401 }, 401, 'Unauthenticated', 0],
    [{ on: 'create', kind: 'status', status: 404 }, 404, 'Not found', 0],
    [{ on: 'create', kind: 'status', status: 422 }, 422, 'Input validation failed', 0],
  ])('%j has the body of the wire', async (spec, status, title, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    const answer = await rig.create()
    expect([answer.status, answer.body.title, rig.control.ledger().length]).toEqual([status, title, created])
  })

  it('answers plain text where no body is known', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'status', status: 418 })
    const { status, headers } = await rig.create()
    expect([status, headers.get('content-type')]).toEqual([418, 'text/plain; charset=utf-8'])
  })

  it.each<[number | 'date' | undefined, string | null]>([
    [undefined, null],
    [7, '7'],
  ])('throttles with %s', async (retryAfter, header) => {
    const rig = createRig()
    rig.control.fault({
      on: 'create',
      kind: 'rate-limit',
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })
    const { status, headers, body } = await rig.create()
    expect([status, headers.get('retry-after')]).toEqual([429, header])
    expect(body.detail).toBe('Request was throttled. Your rate limit resets in ~30s.')
    expect(rig.control.ledger()).toEqual([])
  })

  it('answers HTML, half of its JSON, nothing, or elsewhere', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'html' })
    expect((await rig.create()).headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(rig.control.ledger()).toHaveLength(0)

    rig.control.fault({ on: 'create', kind: 'truncated-json' })
    const cut = await rig.create()
    expect([cut.status, typeof cut.body]).toEqual([201, 'string'])
    rig.control.fault({ on: 'create', kind: 'empty' })
    expect((await rig.create()).body).toBe('')
    expect(rig.control.ledger()).toHaveLength(2)

    rig.control.fault({ on: 'create', kind: 'redirect', status: 307 })
    const moved = await send(rig, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([307, `${creates(MODEL)}?redirected=1`])
    expect(rig.control.ledger()).toHaveLength(2)
  })

  it('breaks off inside the answer', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'reset-mid-answer' })
    const response = await send(rig)
    expect(response.status).toBe(201)
    expect(await rejection(response.text())).toMatchObject({ message: 'terminated', code: 'ECONNRESET' })
  })
})

describe('faults of a read', () => {
  it('says a word nobody knows, in a query and in a list', async () => {
    const rig = createRig()
    const { id } = await finished(rig)
    rig.control.fault({ on: 'any-read', kind: 'unknown-status', times: 2 })
    const odd = await rig.read(id)
    expect(odd).toMatchObject({ status: 'paused', output: null })
    expect(odd).not.toHaveProperty('completed_at')
    expect((await rig.get(`${API}/predictions`)).body.results[0]?.status).toBe('paused')
    expect((await rig.read(id)).status).toBe('succeeded')
  })

  it('leaves fields out', async () => {
    const rig = createRig()
    const { id } = await finished(rig)
    for (const field of ['status', 'urls.get', 'id', 'metrics.predict_time']) {
      rig.control.fault({ on: 'query', kind: 'missing-field', field })
      expect(await rig.read(id)).not.toHaveProperty(field)
    }
    rig.control.fault({ on: 'list', kind: 'missing-field', field: 'results' })
    expect((await rig.get(`${API}/predictions`)).body).not.toHaveProperty('results')
  })

  it('takes the URL from the first finished one', async () => {
    const rig = createRig()
    const id = await rig.createId()
    const fault = rig.control.fault({ on: 'query', kind: 'missing-url' })
    expect((await rig.read(id)).status).toBe('starting')
    expect(fault.hits).toBe(0)
    rig.control.advance(200_000)
    expect(await rig.read(id)).toMatchObject({ status: 'succeeded', output: null, data_removed: false })
    expect((await rig.read(id)).output).not.toBeNull()
  })

  it('has faults of cancels and uploads too', async () => {
    const rig = createRig()
    const id = await rig.createId()
    rig.control.fault({ on: 'cancel', kind: 'lost-after-create' })
    const cancel = rig.emulator.fetch(`${API}/predictions/${id}/cancel`, {
      method: 'POST',
      headers: keyHeaders,
    })
    expect(await rejection(cancel)).toEqual(reset)
    expect((await rig.read(id)).status).toBe('canceled')
    rig.control.fault({ on: 'upload', kind: 'status', status: 413 })
    expect((await rig.post(`${API}/files`, '')).body.detail).toBe('Files must be less than 100MB in size')
  })
})

describe('faults of a download', () => {
  it('expired, truncated, cut, HTML', async () => {
    const rig = createRig()
    const { output } = await finished(rig)
    const size = (await (await rig.emulator.fetch(output)).arrayBuffer()).byteLength
    rig.control.fault({ on: 'download', kind: 'expired' })
    expect((await rig.send(output)).status).toBe(403)
    rig.control.fault({ on: 'download', kind: 'truncated', afterBytes: 100 })
    const short = await rig.emulator.fetch(output)
    expect(short.headers.get('content-length')).toBe(String(size))
    expect((await short.arrayBuffer()).byteLength).toBe(100)
    rig.control.fault({ on: 'download', kind: 'no-length-cut', afterBytes: 50 })
    expect((await (await rig.emulator.fetch(output)).arrayBuffer()).byteLength).toBe(50)
    rig.control.fault({ on: 'download', kind: 'html-as-video', contentType: 'video/mp4' })
    expect((await rig.send(output)).body).toContain('<html>')
  })
})
