import type { CameraControl, RenderRequest, SubmitOptions } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { created, fixture, png, type Sent, stub } from './world.ts'

async function sentFor(request: RenderRequest, options?: SubmitOptions): Promise<Sent> {
  const { fal, sent } = stub(() => ({ json: created }))
  await fal.submit(request, options)
  const [first, ...others] = sent
  if (!first || others.length > 0) throw new Error(`${sent.length} requests`)
  return first
}

const text = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const start = 'https://example.com/start.png'
const end = 'https://example.com/end.png'
const image = { kind: 'image-to-video', prompt: 'A paper boat', startImage: start } as const

test('locked_403_exhausted_balance, its request (github.com/fal-ai/fal issues 1147 and 1112)', async () => {
  const { url, body, headers } = fixture('locked_403_exhausted_balance').request
  const sent = await sentFor({
    kind: 'text-to-video',
    model: 'kling-v2-5-turbo',
    prompt: 'A paper boat drifts down a rain gutter, low tracking shot',
    duration: 5,
    aspectRatio: '16:9',
    negativePrompt: 'blur, distort, and low quality',
    cfgScale: 0.5,
  })
  expect(sent.url.href).toBe(url)
  expect(sent.body).toEqual(body)
  expect(sent.headers.get('content-type')).toBe(headers['content-type'])
  expect(sent.headers.get('authorization')).toBe('Key stub-key-id:stub-key-secret')
})

describe('bodies by generation', () => {
  const v = 'fal-ai/kling-video'
  const cases: [string, RenderRequest, string, object][] = [
    ['the default', text, `${v}/v3/standard/text-to-video`, { duration: '5', generate_audio: false }],
    [
      'v1 from an image',
      { ...image, model: 'kling-v1', endImage: end },
      `${v}/v1/standard/image-to-video`,
      { duration: '5', image_url: start, tail_image_url: end },
    ],
    [
      'v1.5 pro takes a ratio beside an image',
      { ...image, model: 'kling-v1-5', aspectRatio: '9:16', endImage: end, duration: 10 },
      `${v}/v1.5/pro/image-to-video`,
      { duration: '10', image_url: start, tail_image_url: end, aspect_ratio: '9:16' },
    ],
    [
      'v1.6 std does not',
      { ...image, model: 'kling-v1-6', mode: 'std', aspectRatio: '9:16' },
      `${v}/v1.6/standard/image-to-video`,
      { duration: '5', image_url: start },
    ],
    [
      'a master',
      { ...text, model: 'kling-v2-master', cfgScale: 0.3 },
      `${v}/v2/master/text-to-video`,
      { duration: '5', cfg_scale: 0.3 },
    ],
    [
      'a master, mode named',
      { ...image, model: 'kling-v2-1-master', mode: 'pro' },
      `${v}/v2.1/master/image-to-video`,
      { duration: '5', image_url: start },
    ],
    [
      'v2.1 pro',
      { ...image, model: 'kling-v2-1', mode: 'pro', endImage: end },
      `${v}/v2.1/pro/image-to-video`,
      { duration: '5', image_url: start, tail_image_url: end },
    ],
    [
      'v2.5 turbo, whose cheapest from text is pro',
      { ...text, model: 'kling-v2-5-turbo' },
      `${v}/v2.5-turbo/pro/text-to-video`,
      { duration: '5' },
    ],
    [
      'v2.6 renames the images and has sound',
      { ...image, model: 'kling-v2-6', endImage: end, generateAudio: true },
      `${v}/v2.6/pro/image-to-video`,
      { duration: '5', start_image_url: start, end_image_url: end, generate_audio: true },
    ],
    [
      'v2.6, silent said aloud',
      { ...text, model: 'kling-v2-6', cfgScale: 0 },
      `${v}/v2.6/pro/text-to-video`,
      { duration: '5', cfg_scale: 0, generate_audio: false },
    ],
    [
      'v3 4k',
      { ...image, model: 'kling-v3', mode: '4k', duration: 15, endImage: end, negativePrompt: 'rain' },
      `${v}/v3/4k/image-to-video`,
      {
        duration: '15',
        start_image_url: start,
        end_image_url: end,
        generate_audio: false,
        negative_prompt: 'rain',
      },
    ],
    [
      'v3 turbo knows no sound',
      { ...image, model: 'kling-v3-turbo', duration: 3 },
      `${v}/v3/turbo/standard/image-to-video`,
      { duration: '3', image_url: start },
    ],
    [
      'O1 standard',
      { ...image, model: 'kling-video-o1', endImage: end },
      `${v}/o1/standard/image-to-video`,
      { duration: '5', start_image_url: start, end_image_url: end },
    ],
    [
      'O1 pro, which has no word for it',
      { ...image, model: 'kling-video-o1', mode: 'pro' },
      `${v}/o1/image-to-video`,
      { duration: '5', start_image_url: start },
    ],
    [
      'O3',
      { ...image, model: 'kling-v3-omni', endImage: end, generateAudio: true },
      `${v}/o3/standard/image-to-video`,
      { duration: '5', image_url: start, end_image_url: end, generate_audio: true },
    ],
    [
      'v4: its own owner, numbers, and a resolution',
      { ...text, model: 'kling-v4', duration: 30 },
      'kling/v4/text-to-video',
      { duration: 30, resolution: '720p' },
    ],
    [
      'v4 with a ratio',
      { ...text, model: 'kling-v4', aspectRatio: '9:16' },
      'kling/v4/text-to-video',
      { duration: 5, resolution: '720p', aspect_ratio: '9:16' },
    ],
    [
      'v4 pro',
      { ...image, model: 'kling-v4', mode: 'pro', endImage: end },
      'kling/v4/image-to-video',
      { duration: 5, resolution: '1080p', start_image_url: start, end_image_url: end },
    ],
  ]
  test.each(cases)('%s', async (_name, request, endpoint, fields) => {
    const { url, body, method } = await sentFor(request)
    expect([method, url.pathname.slice(1), url.search]).toEqual(['POST', endpoint, ''])
    expect(body).toEqual({ prompt: 'A paper boat', ...fields })
  })
})

test('a webhook goes into the query, encoded', async () => {
  const webhookUrl = 'https://example.com/hook?job=4&x=ä'
  const { url } = await sentFor(text, { webhookUrl })
  const carried = /^https:\/\/example\.com\/hook\?job=4&x=%C3%A4&reelay=[\w-]+$/
  expect([...url.searchParams]).toEqual([['fal_webhook', expect.stringMatching(carried)]])
  expect(url.search).toContain('job%3D4')
})

describe('camera', () => {
  const moves: [CameraControl, object][] = [
    [{ type: 'down_back' }, { camera_control: 'down_back' }],
    [
      { type: 'simple', config: { zoom: -3, pan: 0 } },
      { advanced_camera_control: { movement_type: 'zoom', movement_value: -3 } },
    ],
  ]
  test.each(moves)('%j', async (cameraControl, fields) => {
    const { body } = await sentFor({ ...text, model: 'kling-v1', cameraControl })
    expect(body).toEqual({ prompt: 'A paper boat', duration: '5', ...fields })
  })
})

test('shots in the place of a prompt', async () => {
  const shots = [{ prompt: 'Sun rises', duration: '4' }, { prompt: 'A bird' }]
  const providerOptions = { fal: { multi_prompt: shots, shot_type: 'customize' } }
  const { body } = await sentFor({ ...text, prompt: '', duration: 9, providerOptions })
  expect(body).toEqual({
    multi_prompt: shots,
    shot_type: 'customize',
    duration: '9',
    generate_audio: false,
  })
})

test('an unknown key of the caller is passed on and makes the price unknown', async () => {
  const request: RenderRequest = { ...text, providerOptions: { fal: { seed: 7 } } }
  expect((await sentFor(request)).body).toMatchObject({ seed: 7 })
  const { fal } = stub(() => ({ json: created }))
  expect(fal.quote(request)).toMatchObject({ type: 'unknown', why: expect.stringContaining('seed') })
})

test('a small file goes inline; the ratio beside an image is a warning', async () => {
  const bytes = png(640, 480)
  const { fal, sent } = stub(() => ({ json: created }))
  const task = await fal.submit({ ...image, startImage: bytes, aspectRatio: '16:9' })
  const uri = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
  expect(sent.map(({ body }) => body?.start_image_url)).toEqual([uri])
  expect(task.warnings.map(({ field }) => field)).toEqual(['aspectRatio'])
})

test('follow-ups go to owner and alias of the route, whatever the reply names', async () => {
  const evil = 'https://elsewhere.example/requests/1'
  const answers = { ...created, status_url: evil, response_url: evil, cancel_url: evil }
  const { fal, sent } = stub(({ url }) => {
    const asked = /requests\/([^/]+)\/status$/.exec(url.pathname)?.[1]
    return { json: { ...answers, ...(asked && { request_id: decodeURIComponent(asked) }) } }
  })
  const { handle } = await fal.submit(text)
  const { handle: newest } = await fal.submit({ ...text, model: 'kling-v4' })
  expect([handle.route, newest.route]).toEqual(['kling-video', 'kling-v4'])
  await fal.get({ ...handle, id: 'a b?c' })
  await fal.cancel({ ...handle, id: 'x' })
  await fal.get({ ...newest, id: 'y' })
  expect(sent.slice(2).map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    'GET https://queue.fal.run/fal-ai/kling-video/requests/a%20b%3Fc/status',
    'PUT https://queue.fal.run/fal-ai/kling-video/requests/x/cancel',
    'GET https://queue.fal.run/kling/v4/requests/y/status',
  ])
})
