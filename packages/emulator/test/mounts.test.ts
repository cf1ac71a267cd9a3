import { describe, expect, it } from 'vitest'
import { createEmulator, demoCredentials, type EmulatorEvent } from '../src/index.ts'
import { createRig, keyHeaders, readAnswer, T2V, validBody } from './kling/rig.ts'

const path = '/v1/videos/text2video'

describe('mounts', () => {
  it.each(['api-singapore.klingai.com', 'api-beijing.klingai.com', 'api.klingai.com'])(
    'answers on the real host %s, with clips on the real CDN',
    async (host) => {
      const rig = createRig()
      const id = await rig.createTask()
      rig.control.advance(60_000)
      const { url } = (await rig.get(`https://${host}${path}/${id}`)).body.data.task_result.videos[0]
      expect(url).toMatch(/^https:\/\/cdn\.klingai\.com\/bs2\//)
      expect((await rig.send(url)).status).toBe(200)
    },
  )

  it.each([undefined, '', 'emulator.test'])('are at no address that is none: %s', (origin) => {
    const { emulator } = createRig()
    expect(() => emulator.providers(origin as string)).toThrow('(await emulator.listen()).providers')
  })

  it('answers under /kling on any other host, with clips below it', async () => {
    const rig = createRig()
    const { baseURL, env } = rig.emulator.providers('http://emulator.test:1234').kling
    expect(baseURL).toBe('http://emulator.test:1234/kling')
    expect(env).toEqual({
      KLINGAI_ACCESS_KEY: demoCredentials.kling.accessKey,
      KLINGAI_SECRET_KEY: demoCredentials.kling.secretKey,
      KLINGAI_API_KEY: demoCredentials.kling.apiKey,
    })
    const id = await rig.createTask()
    rig.control.advance(60_000)
    const { url } = (await rig.get(`${baseURL}${path}/${id}`)).body.data.task_result.videos[0]
    expect(url).toBe(`${baseURL}/cdn/bs2/upload-kling-api/1000000001/text2video/${id}-0_raw_video_1.mp4`)
    expect((await rig.send(url)).status).toBe(200)
  })

  it.each([
    'https://example.com/',
    `https://example.com${path}`,
    'https://example.com/klingon/v1',
    'https://unknown.test/kling-x',
  ])('answers a plain 404 to %s', async (url) => {
    const { status, headers } = await createRig().send(url)
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
  })

  it('takes a Request, a string or a URL, and reports where the answer came from', async () => {
    const { emulator } = createRig()
    const asRequest = new Request(T2V, { headers: keyHeaders })
    for (const input of [asRequest, T2V, new URL(T2V)]) {
      const response = await emulator.fetch(input, { headers: keyHeaders })
      expect([response.status, response.url, response.redirected]).toEqual([200, T2V, false])
      expect(response.headers.get('content-type')).toBe('application/json')
    }
  })

  it('gives the keys of the first account of the caller', () => {
    const accounts = [{ accessKey: 'ak', secretKey: 'sk' }]
    const { env } = createEmulator({ kling: { accounts } }).providers('http://x.test').kling
    expect(env).toEqual({ KLINGAI_ACCESS_KEY: 'ak', KLINGAI_SECRET_KEY: 'sk' })
  })
})

describe('time', () => {
  it('dates every answer by the emulator clock', async () => {
    const rig = createRig()
    rig.control.advance(86_400_000)
    for (const url of [T2V, 'https://example.com/', 'https://cdn.klingai.com/x']) {
      expect((await rig.send(url)).headers.get('date')).toBe(new Date(rig.control.now()).toUTCString())
    }
  })

  it('takes a clock of the caller, which advance() leaves alone', async () => {
    let time = 1_766_374_262_370
    const emulator = createEmulator({ clock: { now: () => time, sleep: async () => {} } })
    const headers = { ...keyHeaders, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(validBody) }
    const { body } = await readAnswer(await emulator.fetch(T2V, init))
    expect(body.data.created_at).toBe(time)
    time += 60_000
    expect(emulator.control.tasks()[0]?.state).toBe('succeed')
    expect(() => emulator.control.advance(1)).toThrow(/default clock/)
  })

  it('runs at the speed it is given', async () => {
    const { control, createTask } = createRig({ speed: 1_000_000 })
    await createTask()
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(control.tasks()[0]?.state).toBe('succeed')
  })
})

describe('events', () => {
  it('come in order and are awaited', async () => {
    const rig = createRig()
    const seen: string[] = []
    const stop = rig.control.onEvent(async (event: EmulatorEvent) => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push(`${event.type} ${event.op} ${event.taskId ?? '-'} ${rig.control.ledger().length}`)
    })
    const id = await rig.createTask()
    expect(seen).toEqual([
      'request-received create - 0',
      `task-created create ${id} 1`,
      `answer-started create ${id} 1`,
      `answer-sent create ${id} 1`,
    ])
    seen.length = 0
    rig.control.fault({ on: 'create', kind: 'lost-after-create' })
    await rig.createTask().catch(() => {})
    expect(seen.map((line) => line.split(' ')[0])).toEqual([
      'request-received',
      'fault-applied',
      'task-created',
      'connection-lost',
    ])
    stop()
    await rig.createTask()
    expect(seen).toHaveLength(4)
  })

  it('carry what a listener throws to the caller', async () => {
    const rig = createRig()
    rig.control.onEvent(() => {
      throw new Error('listener failed')
    })
    await expect(rig.createTask()).rejects.toThrow('listener failed')
  })
})
