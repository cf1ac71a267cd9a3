import { describe, expect, it } from 'vitest'
import { API, createRig, creates, keyHeaders, MODEL, validInput } from './rig.ts'

const V21 = 'daad218feb714b03e2a1ac445986aebb9d05243cd00da2af17be2e4049f48f69'

describe('a create', () => {
  it('answers 201 with a starting prediction that says nothing of progress', async () => {
    const rig = createRig()
    const { status, headers, body } = await rig.create({ duration: 10 })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{26}$/),
      model: MODEL,
      version: 'hidden',
      input: { ...validInput, duration: 10 },
      logs: '',
      output: null,
      data_removed: false,
      error: null,
      source: 'api',
      status: 'starting',
      created_at: new Date(rig.control.now()).toISOString(),
      urls: {
        get: `${API}/predictions/${body.id}`,
        cancel: `${API}/predictions/${body.id}/cancel`,
        web: `https://replicate.com/p/${body.id}`,
      },
    })
    for (const key of ['started_at', 'completed_at', 'metrics', 'deadline', 'webhook']) {
      expect(body).not.toHaveProperty(key)
    }
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      location: `${API}/predictions/${body.id}`,
      'ratelimit-remaining': '599',
      'ratelimit-reset': '1',
    })
    expect((await rig.get(body.urls.get)).headers.get('ratelimit-remaining')).toBe('2999')
  })

  it('echoes webhook fields, and reads do not', async () => {
    const rig = createRig()
    const webhook = { webhook: 'https://hooks.example.com/r?job=1', webhook_events_filter: ['completed'] }
    const { body } = await rig.post(creates(MODEL), { input: validInput, ...webhook, stream: false })
    expect(body).toMatchObject(webhook)
    expect(await rig.read(body.id)).not.toHaveProperty('webhook')
  })

  it.each([
    ['owner/name', 'kwaivgi/kling-v2.1', 'hidden'],
    ['owner/name:version', `kwaivgi/kling-v2.1:${V21}`, V21],
    ['a bare version', V21, V21],
  ])('takes a version as %s', async (_name, version, shown) => {
    const input = { ...validInput, start_image: 'https://example.com/a.png' }
    const { status, body } = await createRig().post(`${API}/predictions`, { version, input })
    expect([status, body.model, body.version]).toEqual([201, 'kwaivgi/kling-v2.1', shown])
  })

  it.each([`kwaivgi/kling-v2.1:latest`, 'kwaivgi/kling-v9', 'f'.repeat(64), `kwaivgi/kling-v2.0:${V21}`])(
    'refuses the version %s',
    async (version) => {
      const { status, body } = await createRig().post(`${API}/predictions`, { version, input: validInput })
      expect([status, body.title]).toEqual([422, 'Invalid version or not permitted'])
    },
  )

  it('does not know other models, paths or methods', async () => {
    const rig = createRig()
    expect((await rig.create({}, 'kwaivgi/kling-v9')).body).toEqual({
      title: 'Not Found',
      detail: 'Model not found: kwaivgi/kling-v9',
      status: 404,
    })
    expect((await rig.create({}, 'kwaivgi/toString')).status).toBe(404)
    for (const init of [{}, { method: 'PUT' }, { method: 'HEAD' }]) {
      const answer = await rig.send(`${API}/predictions/x/y`, { headers: keyHeaders, ...init })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    }
    expect((await rig.get(`${API}/predictions/zzzzzzzzzzzzzzzzzzzzzzzzzz`)).status).toBe(404)
    expect((await rig.post(`${API}/predictions/zzz/cancel`, '')).status).toBe(404)
    expect(rig.control.ledger()).toEqual([])
  })

  it('refuses what is not JSON', async () => {
    const rig = createRig()
    expect((await rig.post(creates(MODEL), '{"input":')).status).toBe(400)
    expect((await rig.post(creates(MODEL), '[]')).status).toBe(400)
    expect((await rig.post(creates(MODEL), '{}', { 'content-type': 'text/plain' })).status).toBe(400)
  })
})

describe('the body', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown key', { input: validInput, seed: 1 }, 'additional_property_not_allowed', '(root)'],
    [
      'a version on a model path',
      { input: validInput, version: V21 },
      'additional_property_not_allowed',
      '(root)',
    ],
    ['no input', {}, 'required', '(root)'],
    ['a string as input', { input: 'x' }, 'invalid_type', 'input'],
    ['a webhook that is no URL', { input: validInput, webhook: 'hook' }, 'format', 'webhook'],
    ['a webhook without TLS', { input: validInput, webhook: 'http://x.test/' }, 'format', 'webhook'],
    [
      'an unknown event',
      { input: validInput, webhook_events_filter: ['done'] },
      'enum',
      'webhook_events_filter.0',
    ],
  ])('refuses %s', async (_name, body, type, field) => {
    const rig = createRig()
    const answer = await rig.post(creates(MODEL), body)
    expect(answer.status).toBe(422)
    expect(answer.body.invalid_fields).toEqual([expect.objectContaining({ type, field })])
    expect(rig.control.ledger()).toEqual([])
  })

  it('needs a version on the other path', async () => {
    const { body } = await createRig().post(`${API}/predictions`, { input: validInput })
    expect(body.invalid_fields).toEqual([
      { type: 'required', field: '(root)', description: 'version is required' },
    ])
  })
})

describe('input', () => {
  it.each<[string, string, Record<string, unknown>, string, string]>([
    ['no prompt', MODEL, { prompt: undefined }, 'required', 'input'],
    ['no start image', 'kwaivgi/kling-v2.1', {}, 'required', 'input'],
    ['a string as duration', MODEL, { duration: '5' }, 'invalid_type', 'input.duration'],
    ['a fraction as duration', MODEL, { duration: 5.5 }, 'invalid_type', 'input.duration'],
    ['null as duration', MODEL, { duration: null }, 'invalid_type', 'input.duration'],
    ['another duration', MODEL, { duration: 7 }, 'enum', 'input.duration'],
    ['too short', 'kwaivgi/kling-v3-video', { duration: 2 }, 'number_gte', 'input.duration'],
    ['too long', 'kwaivgi/kling-v3-video', { duration: 16 }, 'number_lte', 'input.duration'],
    ['std on v3', 'kwaivgi/kling-v3-video', { mode: 'std' }, 'enum', 'input.mode'],
    ['standard on o1', 'kwaivgi/kling-o1', { mode: 'standard' }, 'enum', 'input.mode'],
    ['another shape', MODEL, { aspect_ratio: '4:3' }, 'enum', 'input.aspect_ratio'],
    ['a word as audio', MODEL, { generate_audio: 'on' }, 'invalid_type', 'input.generate_audio'],
    [
      'a guidance above one',
      'kwaivgi/kling-v2.5-turbo-pro',
      { guidance_scale: 1.5 },
      'number_lte',
      'input.guidance_scale',
    ],
    ['an image that is no URI', MODEL, { start_image: 'a.png' }, 'format', 'input.start_image'],
    [
      'too many images',
      'kwaivgi/kling-o1',
      { reference_images: Array(8).fill('https://x.test/a') },
      'array_max_items',
      'input.reference_images',
    ],
    [
      'a number among images',
      'kwaivgi/kling-o1',
      { reference_images: [1] },
      'invalid_type',
      'input.reference_images.0',
    ],
    [
      'a large data URI',
      MODEL,
      { start_image: `data:image/png;base64,${'A'.repeat(400_000)}` },
      'string_lte',
      'input.start_image',
    ],
  ])('refuses %s on %s', async (_name, model, input, type, field) => {
    const { status, headers, body } = await createRig().create(input, model)
    expect([status, headers.get('content-type'), body.title]).toEqual([
      422,
      'application/problem+json',
      'Input validation failed',
    ])
    expect(body.invalid_fields).toEqual([expect.objectContaining({ type, field })])
  })

  it('lists every problem on a line of its own', async () => {
    const { body } = await createRig().create({ prompt: undefined, duration: '5', aspect_ratio: 1 })
    expect(body.detail.split('\n')).toEqual([
      '- input: prompt is required',
      '- input.aspect_ratio: Invalid type. Expected: string, given: integer',
      '- input.duration: Invalid type. Expected: integer, given: string',
      '',
    ])
  })

  it('ignores and logs unknown keys, or refuses them', async () => {
    const rig = createRig()
    expect((await rig.create({ seed: 7, cfg_scale: 1 })).status).toBe(201)
    expect(rig.control.requests()[0]?.unknownKeys).toEqual(['seed', 'cfg_scale'])
    const strict = await createRig({ unknownInputs: 'refuse' }).create({ seed: 7 })
    expect(strict.body.invalid_fields[0]?.type).toBe('additional_property_not_allowed')
  })
})

describe('credentials', () => {
  const create = (authorization?: string) =>
    createRig().send(creates(MODEL), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ input: validInput }),
    })

  it('takes both schemes', async () => {
    const { authorization } = keyHeaders
    expect((await create(authorization)).status).toBe(201)
    expect((await create(authorization.replace('Bearer', 'Token'))).status).toBe(201)
  })

  it('has a body for none, one for a wrong one on create, and one elsewhere', async () => {
    expect((await create()).body).toEqual({ detail: 'Authorization header required' })
    for (const wrong of ['Bearer r8_wrong', 'Basic x', 'Bearer']) {
      const { status, body } = await create(wrong)
      expect([status, body.detail]).toEqual([401, 'Invalid or expired API token.'])
    }
    const read = await createRig().send(`${API}/predictions`, { headers: { authorization: 'Bearer x' } })
    expect([read.status, read.body.title]).toEqual([401, 'Unauthenticated'])
  })

  it('separates accounts', async () => {
    const rig = createRig({ accounts: [{ name: 'a', tokens: ['ta', 'tb'] }, { tokens: ['tc'] }] })
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    const { body } = await rig.post(creates(MODEL), { input: validInput }, as('ta').headers)
    expect((await rig.send(body.urls.get, as('tb'))).status).toBe(200)
    expect((await rig.send(body.urls.get, as('tc'))).status).toBe(404)
    expect((await rig.send(`${API}/predictions`, as('tc'))).body.results).toEqual([])
    expect(rig.emulator.providers('http://x.test').replicate.env).toEqual({
      REPLICATE_API_TOKEN: 'ta',
      REPLICATE_WEBHOOK_SIGNING_SECRET: expect.stringMatching(/^whsec_/),
    })
  })
})
