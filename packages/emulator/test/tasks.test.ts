import { describe, expect, it } from 'vitest'
import { API, createRig, I2V, keyHeaders, T2V, validBody } from './rig.ts'

const RISK = 'Failure to pass the risk control system'

describe('Kling task life', () => {
  it('goes submitted, processing, succeed by the clock alone', async () => {
    const { createTask, get, control } = createRig()
    const id = await createTask()
    const read = async (): Promise<Record<string, unknown>> => (await get(`${T2V}/${id}`)).body.data
    const submitted = await read()
    expect(submitted).toMatchObject({
      task_id: id,
      task_status: 'submitted',
      task_status_msg: '',
      task_info: {},
    })
    expect(submitted.updated_at).toBe(submitted.created_at)

    control.advance(3000)
    const processing = await read()
    expect(processing.task_status).toBe('processing')
    expect(processing.updated_at).toBe(Number(submitted.created_at) + 3000)
    for (const absent of ['task_result', 'watermark_info', 'final_unit_deduction']) {
      expect(processing).not.toHaveProperty(absent)
    }

    control.advance(26_999)
    expect((await read()).task_status).toBe('processing')
    control.advance(1)
    const done = await read()
    expect(done).toMatchObject({
      task_status: 'succeed',
      final_unit_deduction: '1.5',
      watermark_info: { enabled: false },
    })
    expect(done.updated_at).toBe(Number(submitted.created_at) + 30_000)
    expect(done.task_result).toEqual({
      videos: [
        {
          id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
          url: `https://cdn.klingai.com/bs2/upload-kling-api/1000000001/text2video/${id}-0_raw_video_1.mp4`,
          watermark_url: '',
          duration: '5.041',
        },
      ],
    })
    control.advance(365 * 86_400_000)
    expect((await read()).updated_at).toBe(done.updated_at)
  })

  it('takes its times from the options, as numbers or per task', async () => {
    const rig = createRig({ kling: { queuedMs: 10, processingMs: (task) => task.seconds * 100 } })
    const id = await rig.createTask({ duration: '10' })
    rig.control.advance(1009)
    expect(rig.control.tasks()[0]?.state).toBe('processing')
    rig.control.advance(1)
    expect((await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0].duration).toBe('10.041')
  })

  it('adds a watermark URL only when asked, and can leave it out altogether', async () => {
    const rig = createRig({ kling: { watermarkUrlWhenOff: 'absent' } })
    const plain = await rig.createTask()
    const marked = await rig.createTask({ watermark_info: { enabled: true } })
    rig.control.advance(60_000)
    const video = async (id: string): Promise<Record<string, unknown>> =>
      (await rig.get(`${T2V}/${id}`)).body.data.task_result.videos[0]
    expect(await video(plain)).not.toHaveProperty('watermark_url')
    expect((await video(marked)).watermark_url).toMatch(/-0_wm_video_1\.mp4$/)
  })

  it('has 18-digit ids, and repeats everything for the same seed', async () => {
    const clock = { now: () => 1_766_374_262_370, sleep: async () => {} }
    const run = async (seed: number): Promise<unknown> => {
      const { post } = createRig({ clock, seed })
      return [await post(T2V, validBody), await post(T2V, validBody)].map(({ body }) => body)
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    const [a, b] = first as { data: { task_id: string } }[]
    expect(a?.data.task_id).toMatch(/^\d{18}$/)
    expect(BigInt(b?.data.task_id ?? 0) > BigInt(a?.data.task_id ?? 0)).toBe(true)
  })
})

describe('Kling reads', () => {
  it('finds a task by its id and external id, on its own path only', async () => {
    const { createTask, get, post } = createRig()
    const id = await createTask({ external_task_id: 'order 1/ü' })
    for (const reference of [id, encodeURIComponent('order 1/ü')]) {
      expect((await get(`${T2V}/${reference}`)).body.data.task_id).toBe(id)
      const { status, body } = await get(`${I2V}/${reference}`)
      expect([status, body.code]).toEqual([400, 1201])
    }
    const image = {
      model_name: 'kling-v2-6',
      image: 'https://example.com/a.png',
      external_task_id: 'order 1/ü',
    }
    const { status, body } = await post(I2V, image)
    expect([status, body.code, body.message]).toEqual([
      400,
      1201,
      'External_task_id order 1/ü already exists',
    ])
  })

  it('names what it did not find', async () => {
    const { get } = createRig()
    const { status, body } = await get(`${T2V}/nobody`)
    expect([status, body.code, body.message]).toEqual([400, 1201, 'Task not found by id/external id: nobody'])
    expect(body).not.toHaveProperty('data')
  })

  it('pages a path newest first, or oldest first when told', async () => {
    for (const [listOrder, order] of [
      ['newest', [4, 3, 2, 1, 0]],
      ['oldest', [0, 1, 2, 3, 4]],
    ] as const) {
      const rig = createRig({ kling: { listOrder } })
      const ids: string[] = []
      for (let count = 0; count < 5; count += 1) ids.push(await rig.createTask())
      const page = async (query: string): Promise<number[]> =>
        (await rig.get(`${T2V}${query}`)).body.data.map((task: { task_id: string }) =>
          ids.indexOf(task.task_id),
        )
      expect(await page('')).toEqual(order)
      expect(await page('?pageNum=1&pageSize=2')).toEqual(order.slice(0, 2))
      expect(await page('?pageNum=3&pageSize=2')).toEqual(order.slice(4))
      expect(await page('?pageNum=1000&pageSize=500')).toEqual([])
      expect((await rig.get(I2V)).body.data).toEqual([])
    }
  })

  it('gives 30 a page unless told', async () => {
    const rig = createRig({ kling: { queuedMs: 0, processingMs: 0 } })
    for (let count = 0; count < 31; count += 1) await rig.createTask()
    expect((await rig.get(T2V)).body.data).toHaveLength(30)
    expect((await rig.get(`${T2V}?pageSize=500`)).body.data).toHaveLength(31)
  })

  it.each([
    'pageNum=0',
    'pageNum=1001',
    'pageNum=x',
    'pageNum=1.5',
    'pageSize=0',
    'pageSize=501',
    'pageSize=-1',
  ])('refuses %s', async (query) => {
    const { status, body } = await createRig().get(`${T2V}?${query}`)
    expect([status, body.code]).toEqual([400, 1201])
    expect(body.message).toContain(query.split('=')[0])
  })

  it.each<[string, string, string]>([
    ['PUT', T2V, 'a wrong method'],
    ['DELETE', `${T2V}/1`, 'no cancel exists'],
    ['POST', `${T2V}/1`, 'a POST to a task'],
    ['HEAD', T2V, 'no HEAD either'],
    ['GET', `${API}/v1/videos/1`, 'the path some clients invent'],
    ['GET', `${API}/v1/videos/text2video/`, 'a trailing slash'],
    ['GET', `${API}/`, 'the root'],
  ])('answers 404 and 1202 to %s %s: %s', async (method, url) => {
    const { status, body } = await createRig().send(url, { method, headers: keyHeaders })
    expect(status).toBe(404)
    if (method !== 'HEAD') expect(body.code).toBe(1202)
  })
})

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
