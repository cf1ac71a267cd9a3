import type { RenderRequest, SubmitOptions } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import type { KlingVideoOptions } from '../src/index.ts'
import { created, fixture, png, stub } from './world.ts'

async function bodyOf(request: RenderRequest, options?: SubmitOptions): Promise<Record<string, unknown>> {
  const { kling, sent } = stub(() => ({ json: created }))
  await kling.submit(request, options)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.method).toBe('POST')
  return { path: sent[0]?.url.pathname, ...sent[0]?.body }
}

const externalId = expect.stringMatching(/^reelay-[0-9a-f]{40}$/)

describe('documented bodies', () => {
  const cases: [string, RenderRequest, SubmitOptions?][] = [
    [
      'v1_text2video_create',
      {
        kind: 'text-to-video',
        model: 'kling-v2-6',
        prompt: 'A paper boat drifts along a rain gutter',
        negativePrompt: '',
        duration: 5,
        mode: 'pro',
        generateAudio: true,
        aspectRatio: '1:1',
      },
      { webhookUrl: 'https://example.com/hook' },
    ],
    [
      'v1_text2video_create_no_external_id',
      { kind: 'text-to-video', model: 'kling-v2-5-turbo', prompt: 'A paper boat' },
    ],
    [
      'v1_text2video_v3_multishot_create',
      {
        kind: 'text-to-video',
        model: 'kling-v3',
        prompt: '',
        duration: 7,
        mode: 'pro',
        generateAudio: true,
        aspectRatio: '16:9',
        providerOptions: {
          kling: {
            multi_shot: true,
            shot_type: 'customize',
            multi_prompt: [
              { index: 1, prompt: 'Sun rises over a ridge', duration: '4' },
              { index: 2, prompt: 'A bird crosses the sky', duration: '3' },
            ],
          } satisfies KlingVideoOptions,
        },
      },
    ],
    [
      'v1_video_extend_create',
      {
        kind: 'extend',
        model: 'kling-v1-6',
        video: {
          provider: 'kling',
          account: 'default',
          taskId: '831922345719280301',
          outputId: '1f2e3d4c-0000-4000-8000-000000000301',
          kind: 'image-to-video',
          model: 'kling-v1-6',
          mode: 'std',
        },
        prompt: 'The camera keeps rising above the roofs',
        cfgScale: 0.5,
      },
    ],
    [
      'v1_image2video_create',
      {
        kind: 'image-to-video',
        model: 'kling-v2-6',
        startImage: 'https://example.com/start.png',
        endImage: 'https://example.com/end.png',
        prompt: 'Camera pulls back, she smiles',
        mode: 'pro',
        providerOptions: { kling: { watermark_info: { enabled: true } } },
      },
    ],
  ]
  // Images name their resolution where the caller names a mode, and words have a shape where they need one.
  const images: [string, RenderRequest, object][] = [
    ['kling-v3', { kind: 'text-to-image', prompt: 'A boat' }, {}],
    ['kling-v3', { kind: 'text-to-image', prompt: 'A boat', mode: 'std' }, { resolution: '1k' }],
    [
      'kling-v2-1',
      {
        kind: 'text-to-image',
        prompt: 'A boat',
        mode: 'pro',
        negativePrompt: 'text',
        n: 3,
        aspectRatio: '21:9',
      },
      { resolution: '2k', negative_prompt: 'text', n: 3, aspect_ratio: '21:9' },
    ],
    ['kling-image-o1', { kind: 'text-to-image', prompt: 'A boat' }, { resolution: '1k' }],
    [
      'kling-v3-omni',
      { kind: 'text-to-image', prompt: 'A boat', mode: '4k', series: 'auto' },
      { resolution: '4k', result_type: 'series', series_amount: 'auto', aspect_ratio: '16:9' },
    ],
  ]
  test.each(images)('%s makes pictures of %o', async (model, request, own) => {
    const omni = /omni|o1/.test(model)
    expect(await bodyOf({ ...request, model } as RenderRequest)).toEqual({
      path: omni ? '/v1/images/omni-image' : '/v1/images/generations',
      model_name: model,
      prompt: 'A boat',
      ...own,
      external_task_id: externalId,
    })
  })

  test.each(cases.map(([file, ...rest]) => [file, fixture(file).source, ...rest] as const))(
    '%s (%s)',
    async (file, _source, request, options) => {
      const { url, body } = fixture(file).request
      expect(await bodyOf(request, options)).toEqual({
        ...body,
        path: new URL(url).pathname,
        external_task_id: externalId,
        ...(options?.webhookUrl && {
          callback_url: expect.stringContaining(`${options.webhookUrl}?reelay=`),
        }),
      })
    },
  )
})

describe('sound', () => {
  const text = { kind: 'text-to-video', prompt: 'A paper boat' } as const
  const cases: [string, Partial<RenderRequest>, string | undefined][] = [
    ['off on kling-v3 unless asked', { model: 'kling-v3' }, 'off'],
    ['on on kling-v3 when asked', { model: 'kling-v3', generateAudio: true }, 'on'],
    ['off on kling-v2-6 std, which knows the field', { model: 'kling-v2-6' }, 'off'],
    ['on on kling-v2-6 pro when asked', { model: 'kling-v2-6', mode: 'pro', generateAudio: true }, 'on'],
    ['never on kling-v2-5-turbo', { model: 'kling-v2-5-turbo', generateAudio: false }, undefined],
    ['never on kling-v1-6', { model: 'kling-v1-6' }, undefined],
  ]
  test.each(cases)('%s', async (_name, more, sound) => {
    expect((await bodyOf({ ...text, ...more } as RenderRequest)).sound).toBe(sound)
  })
})

test('the default is kling-v3 std, silent, 5 s', async () => {
  expect(await bodyOf({ kind: 'text-to-video', prompt: 'A paper boat' })).toEqual({
    path: '/v1/videos/text2video',
    model_name: 'kling-v3',
    prompt: 'A paper boat',
    duration: '5',
    mode: 'std',
    sound: 'off',
    external_task_id: externalId,
  })
})

test('master models get no mode', async () => {
  const request: RenderRequest = { kind: 'text-to-video', prompt: 'A boat', model: 'kling-v2-1-master' }
  expect(await bodyOf(request)).not.toHaveProperty('mode')
  expect(await bodyOf({ ...request, mode: 'pro' })).not.toHaveProperty('mode')
})

test('image to video: bytes become base64 without prefix, the ratio stays home, a prompt may be missing', async () => {
  const bytes = png(640, 480)
  const request: RenderRequest = {
    kind: 'image-to-video',
    model: 'kling-v1-6',
    mode: 'pro',
    startImage: bytes,
    endImage: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`,
    aspectRatio: '16:9',
    cfgScale: 0.4,
    duration: 10,
  }
  const { kling, sent } = stub(() => ({ json: created }))
  const task = await kling.submit(request)
  const plain = Buffer.from(bytes).toString('base64')
  expect(sent[0]?.body).toEqual({
    model_name: 'kling-v1-6',
    duration: '10',
    mode: 'pro',
    cfg_scale: 0.4,
    image: plain,
    image_tail: plain,
    external_task_id: externalId,
  })
  expect(task.warnings.map(({ field }) => field)).toEqual(['aspectRatio', 'model'])
})

test('camera control goes as it is', async () => {
  const cameraControl = { type: 'simple', config: { zoom: -3 } } as const
  const request: RenderRequest = {
    kind: 'image-to-video',
    model: 'kling-v1-5',
    mode: 'pro',
    startImage: 'https://example.com/start.png',
    cameraControl,
  }
  expect(await bodyOf(request)).toMatchObject({ camera_control: cameraControl, duration: '5' })
})

test('an unknown key of the caller is passed on and makes the price unknown', async () => {
  const request: RenderRequest = {
    kind: 'text-to-video',
    prompt: 'A paper boat',
    providerOptions: { kling: { seed: 7, watermarkInfo: { enabled: true } } },
  }
  expect(await bodyOf(request)).toMatchObject({ seed: 7, watermarkInfo: { enabled: true } })
  const { kling } = stub(() => ({ json: created }))
  expect(kling.quote(request)).toMatchObject({ type: 'unknown', why: expect.stringContaining('seed') })
})

test('the prompt is ignored beside shots of its own, and says so', async () => {
  const { kling } = stub(() => ({ json: created }))
  const task = await kling.submit({
    kind: 'text-to-video',
    prompt: 'Ignored',
    duration: 3,
    providerOptions: {
      kling: {
        multi_shot: true,
        shot_type: 'customize',
        multi_prompt: [{ index: 1, prompt: 'A boat', duration: '3' }],
      },
    },
  })
  expect(task.warnings).toEqual([{ field: 'prompt', message: expect.stringContaining('ignores prompt') }])
})

test('queries and searches name the product and encode the id', async () => {
  const { kling, sent } = stub(() => ({ json: created }))
  const { handle } = await kling.submit({ kind: 'text-to-video', prompt: 'A paper boat' })
  // The stub answers about another task, which is refused; the address is what counts here.
  await kling.get({ ...handle, id: 'a b?c' }).catch(() => undefined)
  await kling.find({ ...handle, attempt: 'a', startedAt: 0, externalId: 'reelay-1' })
  expect([...new Set(sent.slice(1).map(({ method, url }) => `${method} ${url.pathname}`))]).toEqual([
    'GET /v1/videos/text2video/a%20b%3Fc',
    'GET /v1/videos/text2video/reelay-1',
  ])
})
