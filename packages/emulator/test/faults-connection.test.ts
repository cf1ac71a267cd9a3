import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../src/index.ts'
import { create, rejection, reset } from './kling/clients.ts'
import { createRig, T2V } from './kling/rig.ts'

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
