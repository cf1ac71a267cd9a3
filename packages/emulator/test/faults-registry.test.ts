import { describe, expect, it } from 'vitest'
import { createRig, T2V } from './kling/rig.ts'

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
