import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import { API, createRig, I2V, keyHeaders, type Rig, signJWT, T2V, validBody } from './rig.ts'

type Json = Record<string, unknown>
const TASKS = `${API}/tasks`
const read = async (rig: Rig, query: string, headers: Record<string, string> = keyHeaders) => {
  const { status, body } = await rig.send(`${TASKS}?${query}`, { headers })
  return { status, body, data: body.data as unknown as Json[] }
}

describe('GET /tasks', () => {
  it("reads V1 tasks of both paths in API 2.0's words", async () => {
    const rig = createRig()
    const made = await rig.createTask({ external_task_id: 'order-1' })
    const second = await rig.post(I2V, { model_name: 'kling-v2-6', image: 'https://example.com/a.png' })
    const ids = [made, second.body.data.task_id]
    expect((await read(rig, `task_ids=${ids},404`)).data).toMatchObject([
      { id: ids[0], status: 'submitted', external_id: 'order-1' },
      { id: ids[1], status: 'submitted' },
    ])
    rig.control.advance(600_000)
    const [first] = (await read(rig, 'external_task_ids=order-1')).data
    expect(first).toMatchObject({
      id: made,
      status: 'succeeded',
      outputs: [{ type: 'video', url: expect.stringMatching(/^https:/), duration: expect.any(String) }],
      billing: [{ charge_type: 'unit', amount: '1.5', package_type: 'video' }],
    })
    const [output] = (first?.outputs ?? []) as Json[]
    expect(output).not.toHaveProperty('watermark_url')
  })

  it('has no bill while a task runs, and a bill of nothing for one that failed', async () => {
    const rig = createRig()
    const [running] = (await read(rig, `task_ids=${await rig.createTask()}`)).data
    expect(running).not.toHaveProperty('billing')
    const failed = await rig.createTask({ prompt: 'forbidden-async' })
    rig.control.advance(600_000)
    expect((await read(rig, `task_ids=${failed}`)).data).toMatchObject([
      { status: 'failed', billing: [{ amount: '0' }] },
    ])
  })

  it('takes twenty ids and no more, and unknown ones are missing', async () => {
    const rig = createRig()
    const ids = (count: number): string =>
      Array.from({ length: count }, (_, at) => `8936059464028120${at + 10}`).join()
    expect(await read(rig, `task_ids=${ids(20)}`)).toMatchObject({ status: 200, data: [] })
    expect(await read(rig, `task_ids=${ids(21)}`)).toMatchObject({
      status: 400,
      body: { code: 1201, message: 'task_ids and external_task_ids cannot exceed 20 in total' },
    })
    expect((await read(rig, `task_ids=1&external_task_ids=2`)).body.code).toBe(1201)
    expect((await read(rig, '')).body.code).toBe(1201)
  })

  it('takes API keys only, and says so to everybody else', async () => {
    const rig = createRig()
    const seconds = Math.floor(rig.control.now() / 1000)
    const token = signJWT({ iss: demoCredentials.kling.accessKey, nbf: seconds, exp: seconds + 1800 })
    expect((await rig.send(T2V, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
    for (const key of [token, 'garbage-not-a-key']) {
      const { status, body } = await read(rig, 'task_ids=0', { authorization: `Bearer ${key}` })
      expect([status, body.code, body.message]).toEqual([
        401,
        1002,
        expect.stringContaining('does not support AK/SK'),
      ])
    }
    expect((await read(rig, 'task_ids=0', {})).body.code).toBe(1001)
    const { body } = await rig.post(T2V, validBody)
    expect(body.code).toBe(0)
  })
})
