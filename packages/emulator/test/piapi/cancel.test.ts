import { describe, expect, it } from 'vitest'
import { API, createRig, MINUTE, type Rig, TASK, turbo } from './rig.ts'

const states = (rig: Rig): string[] => rig.control.tasks().map(({ state }) => state)

describe('PiAPI cancel', () => {
  it('takes a pending task back, free of charge', async () => {
    const rig = createRig()
    const before = rig.control.balance({ provider: 'piapi' })
    const id = await rig.createTask()
    const { status, body } = await rig.del(`${TASK}/${id}`)
    expect([status, body]).toEqual([200, { code: 200, data: null, message: 'success' }])
    const task = await rig.task(id)
    expect(task).toMatchObject({ status: 'cancelled', error: { code: 0 }, output: { works: null } })
    expect(task.meta).toMatchObject({ started_at: '0001-01-01T00:00:00Z', usage: { frozen: 0, consume: 0 } })
    expect(rig.control.balance({ provider: 'piapi' })).toBe(before)
    expect(rig.control.ledger()[0]).toMatchObject({ state: 'cancelled', refunded: true })
    expect(rig.control.requests()[1]).toMatchObject({ op: 'cancel', taskId: id })
  })

  it('gives back what turbo was charged at once', async () => {
    const rig = createRig()
    const id = await rig.createTask({}, turbo())
    await rig.del(`${TASK}/${id}`)
    expect((await rig.task(id)).meta.usage).toEqual({ type: 'llm', frozen: 0, consume: 0 })
  })

  it.each(['staged', 'processing', 'completed', 'failed', 'cancelled'])(
    'refuses a task that is %s, and changes nothing',
    async (state) => {
      const rig = createRig()
      const id = await rig.createTask()
      rig.control.forceStatus(id, state)
      const { status, body } = await rig.del(`${TASK}/${id}`)
      expect([status, body.code, body.data]).toEqual([400, 400, null])
      expect(body.message).toContain(state)
      expect((await rig.task(id)).status).toBe(state)
    },
  )

  it('answers 404 for an id nobody has', async () => {
    expect((await createRig().del(`${TASK}/00000000-0000-4000-8000-000000000999`)).status).toBe(404)
  })

  it('takes many back at once: pending ones, of one model, from before a time', async () => {
    const rig = createRig({ piapi: { queuedMs: MINUTE } })
    const running = await rig.createTask()
    rig.control.forceStatus(running, 'processing')
    await rig.createTask()
    await rig.createTask({}, turbo())
    rig.control.advance(2000)
    await rig.createTask()
    const before = Math.floor(rig.control.now() / 1000)
    const bulk = (query: string): Promise<unknown> =>
      rig.del(`${API}/api/v1/tasks?${query}`).then(({ status, body }) => [status, body.data])
    expect(await bulk(`created_before=${before}&model=kling`)).toEqual([200, null])
    expect(states(rig)).toEqual(['processing', 'cancelled', 'pending', 'pending'])
    expect(await bulk(`created_before=${before + 2}&model=all`)).toEqual([200, null])
    expect(states(rig)).toEqual(['processing', 'cancelled', 'cancelled', 'cancelled'])
    for (const query of [
      '',
      'model=kling',
      'created_before=1',
      'created_before=1&model=fal',
      'created_before=x&model=all',
    ]) {
      expect(await bulk(query)).toEqual([400, null])
    }
  })
})
