import { describe, expect, it } from 'vitest'
import { createRig, I2V, T2V, validBody } from './rig.ts'

const RISK = 'Failure to pass the risk control system'

describe('Kling money', () => {
  it('keeps one ledger entry per created task and gives failed ones their units back', async () => {
    const { createTask, post, control } = createRig()
    const id = await createTask({ external_task_id: 'a' })
    await createTask({ prompt: 'forbidden-async', mode: 'pro' })
    await post(T2V, { ...validBody, external_task_id: 'a' })
    await post(T2V, { ...validBody, duration: '99' })
    expect(control.balance()).toBe(1000 - 1.5 - 2.5)
    expect(control.ledger()).toMatchObject([
      {
        provider: 'kling',
        account: 'demo',
        taskId: id,
        externalId: 'a',
        model: 'kling-v2-6',
        mode: 'std',
        op: 'text2video',
        units: 1.5,
        microUsd: 210_000,
        state: 'submitted',
        refunded: false,
      },
      { units: 2.5, refunded: false },
    ])
    expect(control.ledger()[1]).not.toHaveProperty('externalId')
    control.advance(60_000)
    expect(control.balance()).toBe(1000 - 1.5)
    expect(control.ledger().map(({ state, refunded }) => [state, refunded])).toEqual([
      ['succeed', false],
      ['failed', true],
    ])
  })

  it('refuses with 1102 when the units do not suffice', async () => {
    const { post, control } = createRig()
    control.setBalance(1.4)
    const { status, body } = await post(T2V, validBody)
    expect([status, body.code, body.message]).toEqual([429, 1102, 'Account balance not enough'])
    control.setBalance(1.5)
    expect((await post(T2V, validBody)).status).toBe(200)
    expect(control.balance()).toBe(0)
  })

  it('refuses with 1303 when a model version has no slot left, until one ends', async () => {
    const { post, control, createTask } = createRig()
    control.setConcurrency(2)
    await createTask()
    await createTask({ prompt: 'forbidden-async' })
    const { status, body } = await post(T2V, validBody)
    expect([status, body.code, body.message]).toEqual([429, 1303, 'parallel task over resource pack limit'])
    const image = { model_name: 'kling-v2-6', image: 'https://example.com/a.png' }
    expect((await post(I2V, image)).body.code).toBe(1303)
    await createTask({ model_name: 'kling-v3' })
    control.advance(60_000)
    await createTask()
  })

  it('does not take an external id with a refused create', async () => {
    const { post } = createRig()
    await post(T2V, { ...validBody, external_task_id: 'a', prompt: 'forbidden-sync' })
    expect((await post(T2V, { ...validBody, external_task_id: 'a' })).status).toBe(200)
  })

  it('checks policy, then balance, then concurrency', async () => {
    const { post, control } = createRig()
    control.setBalance(0)
    control.setConcurrency(0)
    const code = async (over: Record<string, unknown> = {}): Promise<unknown> =>
      (await post(T2V, { ...validBody, ...over })).body.code
    expect(await code({ prompt: 'forbidden-sync', duration: 'x' })).toBe(1201)
    expect(await code({ prompt: 'forbidden-sync' })).toBe(1301)
    expect(await code()).toBe(1102)
    control.setBalance(10)
    expect(await code()).toBe(1303)
  })
})

describe('Kling content filter', () => {
  it('refuses at once or fails later, by words in any prompt', async () => {
    const { post, get, createTask, control } = createRig()
    const refused = await post(T2V, { ...validBody, negative_prompt: 'a Forbidden-Sync thing' })
    expect([refused.status, refused.body.code]).toEqual([400, 1301])
    const shot = { index: 1, prompt: 'forbidden-sync', duration: '5' }
    const board = { model_name: 'kling-v3', multi_shot: true, shot_type: 'customize', multi_prompt: [shot] }
    expect((await post(T2V, board)).body.code).toBe(1301)

    const id = await createTask({ prompt: 'forbidden-async' })
    control.advance(60_000)
    const { data } = (await get(`${T2V}/${id}`)).body
    expect(data).toMatchObject({ task_status: 'failed', task_status_msg: RISK, final_unit_deduction: '0' })
    expect(data).not.toHaveProperty('task_result')
  })

  it('asks a judge of the caller', async () => {
    const judge = (prompt: string): 'refuse' | 'fail' | 'pass' =>
      prompt.startsWith('no') ? 'refuse' : prompt.startsWith('later') ? 'fail' : 'pass'
    const { post, createTask, control } = createRig({ kling: { contentFilter: { refuse: [], judge } } })
    expect((await post(T2V, { ...validBody, prompt: 'no' })).body.code).toBe(1301)
    await createTask({ prompt: 'later' })
    await createTask({ prompt: 'forbidden-sync is allowed now' })
    control.advance(60_000)
    expect(control.tasks().map(({ state }) => state)).toEqual(['failed', 'succeed'])
  })
})

describe('Kling knobs', () => {
  it('fails or slows the next tasks, and forces a state', async () => {
    const { createTask, control, get } = createRig()
    control.failNext({ count: 1, message: 'made to fail' })
    control.slowNext({ count: 1, ms: 60_000 })
    await createTask()
    await createTask({ external_task_id: 'b' })
    control.advance(30_000)
    expect(control.tasks().map(({ state }) => state)).toEqual(['processing', 'succeed'])
    control.advance(60_000)
    expect(control.tasks()[0]).toMatchObject({ state: 'failed', message: 'made to fail', refunded: true })
    control.forceStatus('b', 'failed')
    expect((await get(`${T2V}/b`)).body.data).toMatchObject({ task_status: 'failed', task_status_msg: RISK })
    expect(() => control.forceStatus('nobody', 'failed')).toThrow(/no task 'nobody'/)
    expect(() => control.setBalance(1, { account: 'nobody' })).toThrow(/no account 'nobody'/)
  })

  it('starts over with reset, ids included', async () => {
    const { createTask, control } = createRig()
    const id = await createTask({ external_task_id: 'a' })
    control.setBalance(0)
    control.fault({ on: 'any', kind: 'html', times: Infinity })
    control.reset()
    expect([control.tasks(), control.requests(), control.balance()]).toEqual([[], [], 1000])
    expect(await createTask({ external_task_id: 'a' })).toBe(id)
  })
})
