import type { ImageToVideoRequest, RenderRequest, SubmitOptions } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import type { PiapiOptions } from '../src/index.ts'
import { fixture, png, type Sent, stub, task } from './world.ts'

async function created(request: RenderRequest, call?: SubmitOptions, options?: PiapiOptions): Promise<Sent> {
  const { piapi, sent } = stub(() => ({ json: task() }), options)
  await piapi.submit(request, call)
  expect(sent).toHaveLength(1)
  const [only] = sent
  if (!only) throw new Error('nothing was sent')
  expect(`${only.method} ${only.url.href}`).toBe('POST https://api.piapi.ai/api/v1/task')
  return only
}

const inputOf = async (more: object): Promise<unknown> => {
  const request = { kind: 'text-to-video', prompt: 'A boat', ...more } as RenderRequest
  return (await created(request)).body?.input
}

/** As in every recorded body: both keys, empty for "none". */
const noHook = { endpoint: '', secret: '' }

const fromImages: ImageToVideoRequest = {
  kind: 'image-to-video',
  model: 'kling-v2-5',
  mode: 'pro',
  duration: 5,
  prompt: 'The cat turns its head toward the window',
  startImage: 'https://assets.example.test/start.jpg',
  endImage: 'https://assets.example.test/end.jpg',
}

test(`create_image_to_video (${fixture('create_image_to_video').source})`, async () => {
  const call = { webhookUrl: 'https://hooks.example.test/piapi' }
  const sent = await created(fromImages, call, { webhookSecret: 'shared-secret' })
  const endpoint = expect.stringMatching(/^https:\/\/hooks\.example\.test\/piapi\?reelay=[\w-]+$/)
  const expected = fixture('create_image_to_video').request.body as { config: { webhook_config: object } }
  Object.assign(expected.config.webhook_config, { endpoint })
  expect(sent.body).toEqual(expected)
  expect(sent.headers.get('x-api-key')).toBe('stub-api-key')
  expect(sent.headers.get('authorization')).toBeNull()
})

test(`create_extend_video (${fixture('create_extend_video').source})`, async () => {
  const sent = await created({
    kind: 'extend',
    model: 'kling-v1-6',
    video: {
      provider: 'piapi',
      account: 'default',
      taskId: '00000000-0000-4000-8000-000000000001',
      kind: 'text-to-video',
      model: 'kling-v1-6',
      mode: 'std',
    },
  })
  expect(sent.body).toEqual(fixture('create_extend_video').request.body)
})

test(`error_insufficient_credits, its request (${fixture('error_insufficient_credits').source})`, async () => {
  const sent = await created({
    kind: 'text-to-video',
    model: 'kling-v2-6',
    mode: 'std',
    duration: 5,
    prompt: 'A paper boat drifting along a rainy street',
    negativePrompt: '',
    cfgScale: 0.5,
    aspectRatio: '16:9',
  })
  expect(sent.body).toEqual(fixture('error_insufficient_credits').request.body)
})

describe('text to video', () => {
  test(`the input that get_task_pending echoes (${fixture('get_task_pending').source})`, async () => {
    const { data } = fixture('get_task_pending').response.body as { data: { input: object } }
    const input = await inputOf({
      model: 'kling-v2-6',
      prompt: 'A paper boat drifting along a rainy street',
      negativePrompt: '',
      cfgScale: 0.5,
      aspectRatio: '16:9',
    })
    expect(input).toEqual(data.input)
  })

  test('the default is kling-v3 std, silent, 5 s, paid as you go, without a webhook', async () => {
    expect((await created({ kind: 'text-to-video', prompt: 'A boat' })).body).toEqual({
      model: 'kling',
      task_type: 'video_generation',
      input: { version: '3.0', prompt: 'A boat', duration: 5, mode: 'std' },
      config: { service_mode: 'public', webhook_config: noHook },
    })
  })

  const versions: [model: string, mode: 'std' | 'pro', native: string, input: object][] = [
    ['kling-v1', 'std', 'kling', { version: '1.0', mode: 'std' }],
    ['kling-v1-5', 'std', 'kling', { version: '1.5', mode: 'std' }],
    ['kling-v1-6', 'pro', 'kling', { version: '1.6', mode: 'pro' }],
    ['kling-v2-master', 'std', 'kling', { version: '2.0', mode: 'std' }],
    ['kling-v2-master', 'pro', 'kling', { version: '2.0', mode: 'pro' }],
    ['kling-v2-1', 'std', 'kling', { version: '2.1', mode: 'std' }],
    ['kling-v2-1-master', 'pro', 'kling', { version: '2.1-master' }],
    ['kling-v2-5', 'std', 'kling', { version: '2.5', mode: 'std' }],
    ['kling-v2-5-turbo', 'pro', 'kling-turbo', { version: '2.5-turbo', mode: 'pro' }],
    ['kling-v2-6', 'pro', 'kling', { version: '2.6', mode: 'pro' }],
    ['kling-v3', 'pro', 'kling', { version: '3.0', mode: 'pro' }],
    ['kling-video-o1', 'std', 'kling', { version: 'o1', resolution: '720p' }],
    ['kling-v3-omni', 'pro', 'kling', { version: '3.0', resolution: '1080p' }],
    ['kling-v4', 'std', 'kling', { version: '4.0', mode: 'std' }],
    ['kling-v4', 'pro', 'kling', { version: '4.0', mode: 'pro' }],
    ['kling-v4-flash', 'std', 'kling', { version: '4.0-flash', mode: 'std' }],
  ]
  test.each(versions)('%s %s', async (model, mode, native, input) => {
    const { body } = await created({ kind: 'text-to-video', prompt: 'A boat', model, mode })
    const omni = /o1|omni/.test(model)
    expect(body).toEqual({
      model: native,
      task_type: omni ? 'omni_video_generation' : /v4/.test(model) ? 'text_to_video' : 'video_generation',
      input: { prompt: 'A boat', duration: 5, ...input },
      config: { service_mode: 'public', webhook_config: noHook },
    })
  })

  test('kling-v4 from an image: one under its own task type, two as first and last frame', async () => {
    const [startImage, endImage] = ['https://e.com/a.png', 'https://e.com/b.png']
    const one = { kind: 'image-to-video', prompt: 'A boat', model: 'kling-v4', startImage } as const
    expect((await created(one)).body).toMatchObject({
      task_type: 'image_to_video',
      input: { version: '4.0', mode: 'std', duration: 5, image_url: startImage },
    })
    expect((await created({ ...one, endImage })).body).toMatchObject({
      task_type: 'video_generation',
      input: { image_url: startImage, image_tail_url: endImage },
    })
  })

  test(`create_v4_text_to_video (${fixture('create_v4_text_to_video').source})`, async () => {
    const { body } = await created({
      kind: 'text-to-video',
      prompt: 'slow orbit around a blue bottle',
      model: 'kling-v4',
      duration: 3,
      aspectRatio: '16:9',
      // Always there, and no field says so.
      generateAudio: true,
    })
    expect(body).toEqual(fixture('create_v4_text_to_video').request.body)
  })

  test.each([
    [undefined, undefined],
    [false, false],
    [true, true],
  ])('sound asked for as %s is sent as %s', async (generateAudio, sent) => {
    const more = generateAudio === undefined ? {} : { generateAudio }
    expect(await inputOf(more)).toHaveProperty('version', '3.0')
    expect(((await inputOf(more)) as Record<string, unknown>).enable_audio).toBe(sent)
  })

  test('sound when asked, every axis of a camera move, 15 s as an integer', async () => {
    const cameraControl = { type: 'simple', config: { zoom: -3 } }
    expect(await inputOf({ generateAudio: true, cameraControl, duration: 15 })).toMatchObject({
      enable_audio: true,
      duration: 15,
      camera_control: {
        type: 'simple',
        config: { horizontal: 0, vertical: 0, pan: 0, tilt: 0, roll: 0, zoom: -3 },
      },
    })
  })

  test('shots instead of a prompt and of a duration, which is their sum', async () => {
    const shots = [
      { prompt: 'A kite rises over the beach', duration: 3 },
      { prompt: 'The kite dips toward the waves', duration: 2 },
    ]
    const piapi = { multi_shots: shots, prefer_multi_shots: true }
    const input = await inputOf({ prompt: '', providerOptions: { piapi } })
    expect(input).toEqual({ ...piapi, version: '3.0', mode: 'std' })
  })

  test('a prompt beside shots is ignored, and says so', async () => {
    const { piapi } = stub(() => ({ json: task() }))
    const shots = [{ prompt: 'A boat', duration: 5 }]
    const providerOptions = { piapi: { multi_shots: shots } }
    const made = await piapi.submit({ kind: 'text-to-video', prompt: 'Ignored', providerOptions })
    expect(made.warnings).toEqual([{ field: 'prompt', message: expect.stringContaining('ignores') }])
  })

  test('a key of the caller that nobody listed is passed on and makes the price unknown', async () => {
    const more = { providerOptions: { piapi: { language: 'en' } } }
    expect(await inputOf(more)).toMatchObject({ language: 'en' })
    const { piapi } = stub(() => ({ json: task() }))
    expect(piapi.quote({ kind: 'text-to-video', prompt: 'A boat', ...more }).type).toBe('unknown')
  })
})

describe('image to video', () => {
  test('the ratio stays home, and says so', async () => {
    const { piapi, sent } = stub(() => ({ json: task() }))
    const { warnings } = await piapi.submit({ ...fromImages, aspectRatio: '1:1' })
    expect(sent[0]?.body?.input).not.toHaveProperty('aspect_ratio')
    expect(warnings.map(({ field }) => field)).toEqual(['aspectRatio'])
  })

  test(`bytes are uploaded first (${fixture('upload_ephemeral_resource').source})`, async () => {
    const recorded = fixture('upload_ephemeral_resource')
    const { piapi, sent } = stub(({ url }) => ({
      json: url.pathname === '/api/ephemeral_resource' ? recorded.response.body : task(),
    }))
    const bytes = png(640, 480, 100_000)
    await piapi.submit({ kind: 'image-to-video', startImage: bytes })
    const [upload, create] = sent
    expect(upload?.url.href).toBe(recorded.request.url)
    expect(upload?.headers.get('x-api-key')).toBe('stub-api-key')
    expect(Object.keys(upload?.body ?? {})).toEqual(Object.keys(recorded.request.body))
    expect(upload?.body).toEqual({
      file_name: 'startImage.png',
      file_data: Buffer.from(bytes).toString('base64'),
    })
    expect(create?.body?.input).toMatchObject({ image_url: 'https://img.example.test/ephemeral/start.jpg' })
  })

  test.each([
    [200, { code: 200, data: null }],
    [200, { code: 200, data: { url: '' } }],
    [200, { code: 413, data: null, message: 'too large' }],
    [402, { code: 402, data: null, message: 'plan' }],
  ])('an upload answered %i %j buys nothing', async (status, json) => {
    const { piapi, sent } = stub(() => ({ status, json }))
    const submit = piapi.submit({ kind: 'image-to-video', startImage: png(640, 480) })
    await expect(submit).rejects.toMatchObject({ outcome: 'none' })
    expect(sent.map(({ url }) => url.hostname)).toEqual(['upload.theapi.app'])
  })
})

test('a hosted account says so, and nobody knows what a clip costs there', async () => {
  const request: RenderRequest = { kind: 'text-to-video', prompt: 'A boat' }
  const sent = await created(request, {}, { serviceMode: 'private' })
  expect(sent.body?.config).toEqual({ service_mode: 'private', webhook_config: noHook })
  const { piapi } = stub(() => ({ json: task() }), { serviceMode: 'private' })
  expect(piapi.quote(request).type).toBe('unknown')
})

test('without a secret the webhook has none', async () => {
  const sent = await created({ kind: 'text-to-video', prompt: 'A boat' }, { webhookUrl: 'https://e.com/h' })
  expect(sent.body?.config).toEqual({
    service_mode: 'public',
    webhook_config: { endpoint: expect.stringMatching(/^https:\/\/e\.com\/h\?reelay=/), secret: '' },
  })
})
