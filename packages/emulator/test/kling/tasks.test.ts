import { describe, expect, it } from 'vitest'
import { type Answer, API, createRig, I2V, keyHeaders, T2V, validBody } from './rig.ts'

describe('Kling task life', () => {
  it('goes submitted, processing, succeed by the clock alone', async () => {
    const { createTask, get, control } = createRig()
    const id = await createTask()
    const read = async (): Promise<Answer['body']['data']> => (await get(`${T2V}/${id}`)).body.data
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
    const video = async (id: string): Promise<{ watermark_url?: string }> =>
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
