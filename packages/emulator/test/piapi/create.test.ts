import { describe, expect, it } from 'vitest'
import { bodyOf, createRig, keyHeaders, MINUTE, TASK, turbo } from './rig.ts'

const zeroError = { code: 0, raw_message: '', message: '', detail: null }
const webhook = { endpoint: 'https://hooks.example.test/piapi', secret: 'shared-secret' }

describe('PiAPI create', () => {
  it('answers the whole task, pending, with frozen points and zero times', async () => {
    const rig = createRig()
    const { status, body } = await rig.create(
      {},
      { config: { service_mode: 'public', webhook_config: webhook } },
    )
    expect([status, body.code, body.message]).toEqual([200, 200, 'success'])
    expect(body.data).toMatchObject({
      model: 'kling',
      task_type: 'video_generation',
      status: 'pending',
      config: { service_mode: 'public', webhook_config: webhook },
      output: { type: '', status: 0, works: null },
      detail: null,
      logs: [],
      error: zeroError,
    })
    expect(body.data.task_id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(body.data.meta).toMatchObject({
      started_at: '0001-01-01T00:00:00Z',
      ended_at: '0001-01-01T00:00:00Z',
      usage: { type: 'point', frozen: 2_000_000, consume: 0 },
      is_using_private_pool: false,
    })
    expect(body.data.meta.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
    expect(Date.parse(body.data.meta.created_at.replace(/\d{6}Z$/, 'Z'))).toBe(rig.control.now())
  })

  it('repeats the input with sorted keys, what is undocumented left out', async () => {
    const rig = createRig()
    const { body } = await rig.create({
      cfg_scale: '0.5',
      batch_size: 4,
      negative_prompt: null,
      aspect_ratio: '1:1',
    })
    expect(Object.keys(body.data.input)).toEqual([
      'aspect_ratio',
      'cfg_scale',
      'duration',
      'mode',
      'prompt',
      'version',
    ])
    expect(body.data.input.cfg_scale).toBe('0.5')
    expect(rig.control.requests()[0]?.unknownKeys).toEqual(['batch_size'])
  })

  it('repeats three keys for turbo, which is charged at once and has no placeholder', async () => {
    const { body } = await createRig().create({}, turbo({ aspect_ratio: '9:16', negative_prompt: 'rain' }))
    expect(Object.keys(body.data.input)).toEqual(['prompt', 'aspect_ratio', 'duration'])
    expect(body.data).toMatchObject({
      model: 'kling-turbo',
      output: null,
      meta: { usage: { type: 'llm', frozen: 0, consume: 2_800_000 } },
    })
  })

  it('has another placeholder for 3.0', async () => {
    const { body } = await createRig().create({ version: '3.0' })
    expect(body.data.output).toEqual({ video: '' })
  })

  it('fills in an absent configuration, and tells the private pool', async () => {
    const rig = createRig()
    const none = { service_mode: '', webhook_config: { endpoint: '', secret: '' } }
    expect((await rig.create()).body.data.config).toEqual(none)
    const { data } = (await rig.create({}, { config: { service_mode: 'private' } })).body
    expect([data.config, data.meta.is_using_private_pool]).toEqual([
      { ...none, service_mode: 'private' },
      true,
    ])
  })

  it('gives every create a task of its own: nothing here is idempotent', async () => {
    const rig = createRig()
    expect(await rig.createTask()).not.toBe(await rig.createTask())
    expect(rig.control.ledger()).toHaveLength(2)
  })

  it('writes times with another offset on demand, meaning the same moment', async () => {
    const rig = createRig({ piapi: { utcOffset: '+08:00' } })
    const { created_at: at } = (await rig.create()).body.data.meta
    expect(at).toMatch(/\+08:00$/)
    expect(Date.parse(at.replace(/\d{6}\+/, '+'))).toBe(rig.control.now())
  })

  it('hands out the same ids for the same seed, and again after a reset', async () => {
    const rig = createRig({ seed: 7 })
    const id = await rig.createTask()
    rig.control.reset()
    expect(await rig.createTask()).toBe(id)
    expect(await createRig({ seed: 7 }).createTask()).toBe(id)
    expect(await createRig({ seed: 8 }).createTask()).not.toBe(id)
  })
})

describe('PiAPI keys', () => {
  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'WRONG_KEY' }],
    ['an empty key', { 'x-api-key': '' }],
    ['a Bearer token', { authorization: `Bearer ${keyHeaders['x-api-key']}` }],
  ])('refuses %s everywhere', async (_name, headers) => {
    const rig = createRig()
    const refused = { code: 401, data: null, message: 'Invalid API key' }
    for (const [method, path] of [
      ['GET', '/api/v1/task/x'],
      ['DELETE', '/api/v1/task/x'],
      ['DELETE', '/api/v1/tasks?created_before=1&model=all'],
      ['GET', '/account/info'],
      ['GET', '/account/active_tasks'],
    ] as const) {
      const { status, body } = await rig.send(`https://api.piapi.ai${path}`, { method, headers })
      expect([status, body]).toEqual([401, refused])
    }
    const { status, body } = await rig.post(TASK, bodyOf(), headers)
    expect([status, body]).toEqual([401, refused])
    expect((await rig.post('https://upload.theapi.app/api/ephemeral_resource', {}, headers)).status).toBe(401)
    expect(rig.control.ledger()).toHaveLength(0)
  })

  it('takes any spelling of the header name, and logs only that there was a key', async () => {
    const rig = createRig()
    expect((await rig.post(TASK, bodyOf(), { 'X-API-Key': keyHeaders['x-api-key'] })).status).toBe(200)
    expect(rig.control.requests()[0]).toMatchObject({
      provider: 'piapi',
      op: 'create',
      authScheme: 'api-key',
    })
    expect(JSON.stringify(rig.control.requests())).not.toContain(keyHeaders['x-api-key'])
  })

  it('keeps accounts apart', async () => {
    const accounts = [{ apiKeys: ['a', 'a2'] }, { name: 'second', apiKeys: ['b'] }]
    const rig = createRig({ piapi: { accounts } })
    const { body } = await rig.post(TASK, bodyOf(), { 'x-api-key': 'a' })
    const status = async (key: string): Promise<number> =>
      (await rig.send(`${TASK}/${body.data.task_id}`, { headers: { 'x-api-key': key } })).status
    expect([await status('a2'), await status('b')]).toEqual([200, 404])
    expect(rig.control.ledger()[0]?.account).toBe('account-1')
    expect(rig.emulator.providers('http://x.test').piapi.env).toEqual({ PIAPI_API_KEY: 'a' })
  })
})

describe('PiAPI paths', () => {
  it.each([
    ['GET', TASK],
    ['PUT', TASK],
    ['HEAD', `${TASK}/x`],
    ['GET', 'https://api.piapi.ai/api/kling/v1/video'],
    ['GET', 'https://api.piapi.ai/api/v1/account/info'],
    ['GET', 'https://upload.theapi.app/api/ephemeral_resource'],
  ])('answers 404 to %s %s', async (method, url) => {
    expect((await createRig().send(url, { method, headers: keyHeaders })).status).toBe(404)
  })

  it('works under a prefix on any other host, with uploads and media below it', async () => {
    const rig = createRig()
    const { baseURL, env } = rig.emulator.providers('http://emulator.test:1234').piapi
    expect([baseURL, env]).toEqual([
      'http://emulator.test:1234/piapi',
      { PIAPI_API_KEY: keyHeaders['x-api-key'] },
    ])
    const { body } = await rig.post(`${baseURL}/api/v1/task`, bodyOf())
    rig.control.advance(2 * MINUTE)
    const { output } = (await rig.get(`${baseURL}/api/v1/task/${body.data.task_id}`)).body.data
    expect(output.video_url).toBe(`${baseURL}/media/storage/${body.data.task_id}.mp4`)
    expect(output.works[0].video.resource).toBe(`${baseURL}/media/temp/${body.data.task_id}-wm.mp4`)
    for (const url of [output.video_url, output.works[0].video.resource, output.works[0].cover.resource]) {
      expect((await rig.send(url)).status).toBe(200)
    }
    const file = { file_name: 'a.txt', file_data: 'aGk=' }
    const { url } = (await rig.post(`${baseURL}/upload/api/ephemeral_resource`, file)).body.data
    expect(url.startsWith(`${baseURL}/media/ephemeral/`)).toBe(true)
    expect((await rig.send(url)).body).toBe('hi')
  })

  it('works over a real port', async () => {
    const { emulator } = createRig()
    const server = await emulator.listen()
    const { baseURL, env } = server.providers.piapi
    const headers = { 'x-api-key': env.PIAPI_API_KEY ?? '', 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(bodyOf()) }
    const created = (await (await fetch(`${baseURL}/api/v1/task`, init)).json()) as {
      data: { task_id: string }
    }
    emulator.control.advance(2 * MINUTE)
    const found = await fetch(`${baseURL}/api/v1/task/${created.data.task_id}`, { headers })
    const { data } = (await found.json()) as { data: { output: { video_url: string } } }
    const clip = await fetch(data.output.video_url, { headers: { range: 'bytes=4-7' } })
    expect([clip.status, await clip.text()]).toEqual([206, 'ftyp'])
    await server.close()
  })
})
