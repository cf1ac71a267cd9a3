import { describe, expect, it } from 'vitest'
import { API, createRig, MINUTE, type Rig, TASK } from './rig.ts'

type Json = Record<string, unknown>
const open = { service_mode: 'public' }
const images = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `https://e.com/${at}.png`)
const films = (count: number): string[] => Array.from({ length: count }, (_, at) => `https://e.com/${at}.mp4`)

/** A create of one task type, with nothing but what is given. */
const create = (rig: Rig, task_type: string, input: Json, config: Json | undefined = open) =>
  rig.post(TASK, { model: 'kling', task_type, input, ...(config && { config }) })

describe('PiAPI omni and 4.0', () => {
  const prompt = 'A paper boat'

  // Dollars: product page, API reference and per-model pages of 2026.
  it.each<[taskType: string, input: Json, usd: number]>([
    ['omni_video_generation', { version: 'o1', resolution: '720p', duration: 5 }, 0.39],
    ['omni_video_generation', { version: 'o1', resolution: '1080p', duration: 10 }, 1.04],
    ['omni_video_generation', { version: '3.0', resolution: '720p', duration: 6 }, 0.6],
    ['omni_video_generation', { version: '3.0', resolution: '1080p', duration: 5, enable_audio: true }, 1],
    ['omni_video_generation', { version: '3.0', resolution: '720p', duration: 3, images: images(7) }, 0.3],
    ['omni_video_generation', { version: '4.0', resolution: '1080p', duration: 8, images: images(10) }, 2],
    ['omni_video_generation', { version: '4.0-flash', resolution: '720p', duration: 20 }, 2],
    // With a video: 8 s out, and the input counts for as many at least.
    ['omni_video_generation', { version: '4.0', resolution: '1080p', duration: 8, videos: films(1) }, 2.4],
    ['omni_video_generation', { version: '4.0', resolution: '720p', duration: 3, videos: films(2) }, 1.3],
    ['omni_video_generation', { version: '4.0-flash', duration: 5, video: 'https://e.com/a.mp4' }, 0.667],
    [
      'omni_video_generation',
      { version: '4.0', resolution: '720p', duration: 10, audio_urls: ['https://e.com/a.mp3'] },
      1.667,
    ],
    ['text_to_video', { version: '4.0', mode: 'std', duration: 3 }, 0.5001],
    ['text_to_video', { version: '4.0', mode: 'pro', duration: 30, aspect_ratio: '21:9' }, 7.5],
    ['image_to_video', { version: '4.0-flash', duration: 5, image_url: 'https://e.com/a.png' }, 0.5],
    [
      'video_generation',
      {
        version: '4.0',
        duration: 5,
        image_url: 'https://e.com/a.png',
        image_tail_url: 'https://e.com/b.png',
      },
      0.8335,
    ],
  ])('%s %j costs %d, and its clip is in output.video', async (taskType, input, usd) => {
    const rig = createRig()
    const { status, body } = await create(rig, taskType, { prompt, ...input })
    expect([status, body.data?.task_type, body.data?.output]).toEqual([200, taskType, { video: '' }])
    const [entry] = rig.control.ledger()
    expect(entry).toMatchObject({ microUsd: Math.round(usd * 1e6), op: taskType })
    rig.control.advance(20 * MINUTE)
    const done = await rig.task(body.data.task_id)
    expect(done).toMatchObject({ status: 'completed', output: { video: expect.stringMatching(/^https:/) } })
    expect(done.meta.usage).toEqual({ type: 'point', frozen: 0, consume: Math.round(usd * 1e7) })
  })

  it.each<[string, taskType: string, input: Json, field: string]>([
    ['a mode on omni', 'omni_video_generation', { version: '3.0', mode: 'std' }, 'mode'],
    ['an odd resolution', 'omni_video_generation', { version: '3.0', resolution: '4k' }, 'resolution'],
    [
      'a start image on omni',
      'omni_video_generation',
      { version: '3.0', image_url: 'https://e.com/a.png' },
      'image_url',
    ],
    ['eight references', 'omni_video_generation', { version: '3.0', images: images(8) }, 'images'],
    [
      'a reference that is no URL',
      'omni_video_generation',
      { version: '3.0', images: ['a.png'] },
      'images[0]',
    ],
    ['references elsewhere', 'video_generation', { version: '3.0', images: images(1) }, 'images'],
    [
      'a reference video of 3.0',
      'omni_video_generation',
      { version: '3.0', duration: 5, videos: films(1) },
      'videos',
    ],
    ['six of them', 'omni_video_generation', { version: '4.0', duration: 5, videos: films(6) }, 'videos'],
    ['no address', 'omni_video_generation', { version: '4.0', duration: 5, videos: ['a.mp4'] }, 'videos[0]'],
    ['nothing', 'omni_video_generation', { version: '4.0', duration: 5, videos: [''] }, 'videos[0]'],
    ['nothing, of o1', 'omni_video_generation', { version: 'o1', duration: 5, videos: [''] }, 'videos'],
    [
      'both forms',
      'omni_video_generation',
      { version: '4.0', duration: 5, videos: films(1), video: 'https://e.com/a.mp4' },
      'video',
    ],
    [
      'a sound on flash',
      'omni_video_generation',
      { version: '4.0-flash', duration: 5, audio_urls: ['https://e.com/a.mp3'] },
      'audio_urls',
    ],
    [
      'four sounds',
      'omni_video_generation',
      { version: '4.0', duration: 5, audio_urls: films(4) },
      'audio_urls',
    ],
    ['sound on o1', 'omni_video_generation', { version: 'o1', enable_audio: true }, 'enable_audio'],
    ['7 s of o1', 'omni_video_generation', { version: 'o1', duration: 7 }, 'duration'],
    ['2.6 on omni', 'omni_video_generation', { version: '2.6' }, 'version'],
    ['3.0 as text_to_video', 'text_to_video', { version: '3.0', duration: 5 }, 'version'],
    ['no length on 4.0', 'text_to_video', { version: '4.0' }, 'duration'],
    ['31 s of 4.0', 'text_to_video', { version: '4.0', duration: 31 }, 'duration'],
    ['21 s of flash', 'text_to_video', { version: '4.0-flash', duration: 21 }, 'duration'],
    ['pro on flash', 'text_to_video', { version: '4.0-flash', duration: 5, mode: 'pro' }, 'mode'],
    ['no image', 'image_to_video', { version: '4.0', duration: 5 }, 'image_url'],
    [
      'an end image under image_to_video',
      'image_to_video',
      {
        version: '4.0',
        duration: 5,
        image_url: 'https://e.com/a.png',
        image_tail_url: 'https://e.com/b.png',
      },
      'image_tail_url',
    ],
    ['21:9 on 3.0', 'video_generation', { version: '3.0', aspect_ratio: '21:9' }, 'aspect_ratio'],
    ['a blank prompt', 'text_to_video', { version: '4.0', duration: 5, prompt: ' ' }, 'prompt'],
  ])('refuses %s', async (_name, taskType, input, field) => {
    const rig = createRig()
    const { status, body } = await create(rig, taskType, { prompt, ...input })
    expect([status, rig.control.ledger()]).toEqual([400, []])
    expect(`${body.message} `).toContain(`invalid request: ${field} `)
  })

  it('sells 4.0 in the public mode only, named', async () => {
    const rig = createRig()
    for (const config of [undefined, { service_mode: 'private' }, { service_mode: '' }]) {
      const { status, body } = await rig.post(TASK, {
        model: 'kling',
        task_type: 'text_to_video',
        input: { prompt, version: '4.0', duration: 5 },
        ...(config && { config }),
      })
      expect(status).toBe(400)
      expect(body.message).toContain('config.service_mode')
    }
  })

  it('takes a storyboard on omni 3.0, in the place of prompt and length', async () => {
    const rig = createRig()
    const multi_shots = [
      { prompt: 'A ridge', duration: 4 },
      { prompt: 'A bird', duration: 3 },
    ]
    const { status } = await create(rig, 'omni_video_generation', {
      version: '3.0',
      resolution: '720p',
      multi_shots,
    })
    expect([status, rig.control.tasks()[0]?.seconds]).toEqual([200, 7])
  })

  it('takes a turbo start image under either name', async () => {
    const rig = createRig()
    const input = { prompt, version: '2.5-turbo', duration: 5 }
    for (const field of ['image_url', 'start_image_url']) {
      const body = {
        model: 'kling-turbo',
        task_type: 'video_generation',
        input: { ...input, [field]: 'https://e.com/a.png' },
      }
      expect((await rig.post(TASK, body)).status).toBe(200)
    }
  })
})

describe('PiAPI task history', () => {
  const HISTORY = `${API}/api/open/tasks/histories`
  const rows = async (rig: Rig, query = ''): Promise<Json[]> =>
    ((await rig.get(`${HISTORY}${query}`)).body.data as unknown as { data: Json[] }).data

  it('lists ended tasks, newest first, with their bill and without their input', async () => {
    const rig = createRig()
    const first = await rig.createTask()
    rig.control.advance(5 * MINUTE)
    const second = await rig.createTask()
    expect(await rows(rig)).toMatchObject([{ task_id: first, status: 'finished', usage: 2_000_000 }])
    rig.control.advance(5 * MINUTE)
    const [newest, oldest] = await rows(rig)
    expect([newest?.task_id, oldest?.task_id]).toEqual([second, first])
    expect(newest).not.toHaveProperty('input')
    expect(JSON.stringify(newest)).not.toContain('paper boat')
  })

  it('lists running ones where told, by page, model and time of creation', async () => {
    const rig = createRig({ piapi: { historyRunning: true } })
    const ids = [await rig.createTask(), await rig.createTask(), await rig.createTask()]
    expect(await rows(rig)).toHaveLength(3)
    expect(await rows(rig, '?page=2&page_size=2')).toMatchObject([{ task_id: ids[0], status: 'pending' }])
    expect(await rows(rig, '?model=kling-turbo')).toEqual([])
    const now = Math.floor(rig.control.now() / 1000)
    expect(await rows(rig, `?start_time=${now}&end_time=${now}`)).toHaveLength(3)
    expect(await rows(rig, `?start_time=${now + 1}`)).toEqual([])
    expect((await rig.get(`${HISTORY}?page_size=101`)).status).toBe(400)
  })

  it("is nobody else's", async () => {
    const rig = createRig({ piapi: { historyRunning: true } })
    await rig.createTask()
    expect((await rig.send(HISTORY, { headers: { 'x-api-key': 'WRONG' } })).status).toBe(401)
  })
})
