import { describe, expect, it } from 'vitest'
import type { FaultSpec } from '../../src/index.ts'
import { rejection, reset } from '../kling/clients.ts'
import { bodyOf, createRig, keyHeaders, MINUTE, type Rig, TASK, turbo } from './rig.ts'

/** A create as a bare `fetch`, so that a lost answer shows. */
const create = (rig: Rig, init: RequestInit = {}): Promise<Response> =>
  rig.emulator.fetch(TASK, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf()),
    ...init,
  })

const waits = { ms: 0 }

describe('faults on PiAPI’s create', () => {
  it.each<[FaultSpec, number]>([
    [{ on: 'create', kind: 'lost-before-create' }, 0],
    [{ on: 'create', kind: 'lost-after-create' }, 1],
    [{ on: 'create', kind: 'hang', created: true, ...waits }, 1],
    [{ on: 'create', kind: 'hang', created: false, ...waits }, 0],
    [{ on: 'create', kind: 'in-flight', ms: 1000 }, 1],
  ])('%j loses the answer and creates %i', async (spec, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    expect(await rejection(create(rig))).toEqual(reset)
    expect(rig.control.ledger()).toHaveLength(created)
    expect(rig.control.requests()[0]).toMatchObject({ op: 'create', outcome: 'lost', fault: spec.kind })
  })

  it('in-flight hides the task for a while, from reads, counts and cancels alike', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'in-flight', ms: 1000 })
    await create(rig).catch(() => {})
    const [task] = rig.control.tasks()
    const url = `${TASK}/${task?.id}`
    expect(task?.state).toBe('in-flight')
    expect([(await rig.get(url)).status, (await rig.del(url)).status]).toEqual([404, 404])
    const counts = await rig.get('https://api.piapi.ai/account/active_tasks')
    expect(counts.body.data).toMatchObject({ kling: { active_tasks: null } })
    rig.control.advance(1000)
    expect((await rig.get(url)).body.data.status).toBe('pending')
  })

  it('reset-mid-answer breaks off inside the body', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'reset-mid-answer' })
    const response = await create(rig)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('slow answers late', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'slow', ms: 5000 })
    rig.control.onEvent(({ type }) => {
      if (type === 'answer-held') rig.control.advance(5000)
    })
    expect((await create(rig)).status).toBe(200)
  })

  it.each<[FaultSpec, number, number]>([
    [{ on: 'create', kind: 'html' }, 502, 0],
    [{ on: 'create', kind: 'html', created: true, status: 504 }, 504, 1],
    [{ on: 'create', kind: 'truncated-json' }, 200, 1],
    [{ on: 'create', kind: 'truncated-json', created: false }, 200, 0],
    [{ on: 'create', kind: 'empty' }, 200, 1],
    [{ on: 'create', kind: 'empty', created: false }, 200, 0],
  ])('%j answers %i without readable JSON and creates %i', async (spec, status, created) => {
    const rig = createRig()
    rig.control.fault(spec)
    const response = await create(rig)
    expect(response.status).toBe(status)
    await expect(response.json()).rejects.toThrow(SyntaxError)
    expect(rig.control.ledger()).toHaveLength(created)
  })

  it('status and rate-limit speak the provider’s language', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'status', status: 500, created: true })
    expect((await rig.create()).body).toMatchObject({
      code: 500,
      data: { error: { raw_message: 'service busy' } },
    })
    expect(rig.control.ledger()).toHaveLength(1)
    rig.control.fault({ on: 'create', kind: 'rate-limit', retryAfter: 7 })
    const limited = await rig.create()
    expect([limited.status, limited.body.code, limited.headers.get('retry-after')]).toEqual([429, 429, '7'])
  })

  it.each([302, 307])('redirect %i is followed only by who asks for it', async (status) => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'redirect', status })
    const answer = await create(rig, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([status, `${TASK}?redirected=1`])
    expect(rig.control.ledger()).toHaveLength(0)
    rig.control.fault({ on: 'create', kind: 'redirect', status })
    await create(rig)
    // Only 307 and 308 send the POST again.
    expect(rig.control.ledger()).toHaveLength(status === 307 ? 1 : 0)
  })

  it('missing-field drops the id of a task that was paid for', async () => {
    const rig = createRig()
    rig.control.fault({ on: 'create', kind: 'missing-field', field: 'task_id' })
    const { body } = await rig.create()
    expect([body.code, body.data.status, body.data.task_id]).toEqual([200, 'pending', undefined])
    expect(rig.control.ledger()).toHaveLength(1)
  })

  it('match sees the model with its version', async () => {
    const rig = createRig()
    const fault = rig.control.fault({
      on: 'create',
      kind: 'html',
      match: ({ model }) => model === 'kling/3.0',
    })
    await rig.create()
    expect(fault.hits).toBe(0)
    await rig.create({ version: '3.0' })
    expect(fault.hits).toBe(1)
  })
})

describe('faults on PiAPI’s reads', () => {
  it.each<[Record<string, unknown>, unknown]>([
    [{ version: '2.6' }, { type: '', status: 0, works: null }],
    [{ version: '3.0' }, { video: '' }],
  ])('unknown-status invents a word and hides the clip of %j', async (input, output) => {
    const rig = createRig()
    const id = await rig.createTask(input)
    rig.control.advance(2 * MINUTE)
    rig.control.fault({ on: 'any-read', kind: 'unknown-status', word: 'dreaming' })
    expect(await rig.task(id)).toMatchObject({ status: 'dreaming', output })
    expect((await rig.task(id)).status).toBe('completed')
  })

  it('unknown-status leaves turbo without output, and an error as it is', async () => {
    const rig = createRig()
    const id = await rig.createTask({}, turbo())
    rig.control.advance(2 * MINUTE)
    const fault = rig.control.fault({ on: 'query', kind: 'unknown-status' })
    expect((await rig.get(`${TASK}/none`)).status).toBe(404)
    expect(fault.hits).toBe(0)
    expect(await rig.task(id)).toMatchObject({ status: 'paused', output: null })
  })

  it.each(['code', 'data', 'status', 'meta', 'error', 'output.works', 'meta.usage.consume', 'data.error'])(
    'missing-field drops %s',
    async (field) => {
      const rig = createRig()
      const id = await rig.createTask()
      rig.control.advance(2 * MINUTE)
      const fault = rig.control.fault({ on: 'query', kind: 'missing-field', field })
      const { body } = await rig.get(`${TASK}/${id}`)
      const path = field === 'code' || field.startsWith('data') ? field : `data.${field}`
      expect(body).not.toHaveProperty(path)
      expect((await rig.get(`${TASK}/${id}`)).body).toHaveProperty(path)
      expect(fault.hits).toBe(1)
    },
  )

  it('missing-url waits for an answer that has one, in every family', async () => {
    const rig = createRig()
    const ids = [
      await rig.createTask(),
      await rig.createTask({ version: '3.0' }),
      await rig.createTask({}, turbo()),
    ]
    const fault = rig.control.fault({ on: 'query', kind: 'missing-url', times: 3 })
    for (const id of ids) expect((await rig.task(id)).status).toBe('pending')
    expect(fault.hits).toBe(0)
    rig.control.advance(3 * MINUTE)
    for (const id of ids) {
      const task = await rig.task(id)
      expect(task.status).toBe('completed')
      expect(JSON.stringify(task.output)).not.toContain('http')
    }
    expect(fault.hits).toBe(3)
    expect((await rig.task(ids[0] ?? '')).output.video_url).toMatch(/^https:/)
  })

  it('a lost cancel has cancelled all the same', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    rig.control.fault({ on: 'cancel', kind: 'lost-after-create' })
    const cancel = rig.emulator.fetch(`${TASK}/${id}`, { method: 'DELETE', headers: keyHeaders })
    expect(await rejection(cancel)).toEqual(reset)
    expect((await rig.task(id)).status).toBe('cancelled')
  })
})

describe('faults on PiAPI’s downloads', () => {
  it('break them in every known way', async () => {
    const rig = createRig()
    const id = await rig.createTask()
    rig.control.advance(2 * MINUTE)
    const { video_url: url } = (await rig.task(id)).output
    const size = (await (await rig.emulator.fetch(url)).arrayBuffer()).byteLength
    const download = async (spec: FaultSpec): Promise<[number, string | null, number]> => {
      rig.control.fault(spec)
      const response = await rig.emulator.fetch(url)
      const { byteLength } = await response.arrayBuffer()
      return [response.status, response.headers.get('content-length'), byteLength]
    }
    expect((await download({ on: 'download', kind: 'expired' }))[0]).toBe(403)
    expect(await download({ on: 'download', kind: 'truncated', afterBytes: 9 })).toEqual([
      200,
      String(size),
      9,
    ])
    expect(await download({ on: 'download', kind: 'no-length-cut', afterBytes: 9 })).toEqual([200, null, 9])
    rig.control.fault({ on: 'download', kind: 'html-as-video' })
    expect((await rig.emulator.fetch(url)).headers.get('content-type')).toMatch(/^text\/html/)
    rig.control.fault({ on: 'download', kind: 'stall', afterBytes: 9, ms: 5000 })
    rig.control.onEvent(({ type }) => {
      if (type === 'answer-held') rig.control.advance(5000)
    })
    expect((await (await rig.emulator.fetch(url)).arrayBuffer()).byteLength).toBe(size)
    expect(rig.control.requests().at(-1)).toMatchObject({ op: 'download', taskId: id })
  })
})
