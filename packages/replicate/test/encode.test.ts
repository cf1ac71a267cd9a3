import type { RenderRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { created, fixture, png, type Sent, sourced, stub } from './world.ts'

async function sentFor(request: RenderRequest, webhookUrl?: string): Promise<Sent> {
  const { replicate, sent } = stub(() => ({ status: 201, json: created }))
  await replicate.submit(request, { webhookUrl })
  expect(sent).toHaveLength(1)
  return sent[0] as Sent
}

const inputFor = async (request: RenderRequest): Promise<unknown> => (await sentFor(request)).json.input

const gutter: RenderRequest = {
  kind: 'text-to-video',
  model: 'kling-v2-6',
  prompt: 'A paper boat drifts along a rain gutter at dusk, macro lens',
  negativePrompt: 'text, watermark',
  aspectRatio: '16:9',
  duration: 5,
}

test.each(
  sourced<RenderRequest>([
    ['create_sync_wait_timeout', gutter],
    [
      'create_reference_omni',
      {
        kind: 'reference-to-video',
        model: 'kling-v3-omni',
        prompt: 'Mara pours tea for Ivo',
        references: {
          mara: 'https://assets.example.test/mara.png',
          ivo: 'https://assets.example.test/ivo.png',
        },
        duration: 6,
        aspectRatio: '16:9',
      },
    ],
    [
      'create_video_reference_omni',
      {
        kind: 'reference-to-video',
        model: 'kling-v3-omni',
        prompt: 'the next shot after the harbour',
        references: {
          'the harbour': { video: 'https://assets.example.test/harbour.mp4', keepSound: true },
        },
        duration: 5,
        aspectRatio: '16:9',
      },
    ],
    ['create_with_cancel_after', { ...gutter, providerOptions: { replicate: { cancel_after: '10m' } } }],
  ]),
)('%s (%s)', async (file, _source, request) => {
  const { request: recorded } = fixture(file)
  const { method, url, json, headers } = await sentFor(request)
  expect([method, url.href, json]).toEqual([recorded.method, recorded.url, recorded.body])
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('authorization')).toBe('Bearer r8_stub-token')
  expect(headers.get('cancel-after')).toBe(recorded.headers['cancel-after'] ?? null)
})

test(`inputs listed under other models (${fixture('list_page').source})`, async () => {
  const items = fixture('list_page').response.body.results as { model: string; input: unknown }[]
  const references = ['https://cdn.example.com/in/hero.png', 'https://cdn.example.com/in/street.jpg']
  const omni = await sentFor({
    kind: 'text-to-video',
    model: 'kling-v3-omni',
    prompt: '<<<image_1>>> walks through <<<image_2>>>, slow dolly in',
    duration: 6,
    aspectRatio: '9:16',
    generateAudio: true,
    providerOptions: {
      replicate: {
        reference_images: references,
        multi_prompt: [
          { prompt: 'wide shot', duration: 2 },
          { prompt: 'close up', duration: 4 },
        ],
      },
    },
  })
  const kite = await sentFor({
    kind: 'image-to-video',
    model: 'kling-v2-1',
    mode: 'pro',
    prompt: 'The kite climbs into a stormy sky',
    negativePrompt: '',
    duration: 10,
    startImage: 'https://cdn.example.com/in/kite-first.png',
    endImage: 'https://cdn.example.com/in/kite-last.png',
  })
  for (const [index, { url, json }] of [omni, kite].entries()) {
    expect(json).toEqual({ input: items[index]?.input })
    expect(url.pathname).toBe(`/v1/models/${items[index]?.model}/predictions`)
  }
})

const text = { kind: 'text-to-video', prompt: 'A boat' } as const
const image = { kind: 'image-to-video', prompt: 'A boat', startImage: 'https://e.com/a.png' } as const

test.each<[model: string, RenderRequest, path: string, more: object]>([
  ['v3, cheapest mode by name', text, 'kling-v3-video', { mode: 'standard', generate_audio: false }],
  ['v3 in 4k', { ...text, mode: '4k' }, 'kling-v3-video', { mode: '4k', generate_audio: false }],
  [
    'omni',
    { ...text, model: 'kling-v3-omni', mode: 'pro', generateAudio: true },
    'kling-v3-omni-video',
    { mode: 'pro', generate_audio: true },
  ],
  ['o1 spells std in short', { ...text, model: 'kling-video-o1' }, 'kling-o1', { mode: 'std' }],
  [
    'v2.6 has no mode',
    { ...text, model: 'kling-v2-6', generateAudio: true },
    'kling-v2.6',
    { generate_audio: true },
  ],
  [
    'v2.5',
    { ...text, model: 'kling-v2-5-turbo', cfgScale: 0.7 },
    'kling-v2.5-turbo-pro',
    { guidance_scale: 0.7 },
  ],
  ['v2.1 master', { ...text, model: 'kling-v2-1-master' }, 'kling-v2.1-master', {}],
  ['v2.0', { ...text, model: 'kling-v2-master', mode: 'pro', cfgScale: 0 }, 'kling-v2.0', { cfg_scale: 0 }],
  ['v1.6', { ...text, model: 'kling-v1-6', cfgScale: 1 }, 'kling-v1.6-standard', { cfg_scale: 1 }],
  ['v1.6 pro', { ...image, model: 'kling-v1-6', mode: 'pro' }, 'kling-v1.6-pro', {}],
  ['v1.5', { ...image, model: 'kling-v1-5' }, 'kling-v1.5-standard', {}],
  ['v2.1', { ...image, model: 'kling-v2-1' }, 'kling-v2.1', { mode: 'standard' }],
])('%s', async (_name, request, name, more) => {
  const { url, json } = await sentFor(request)
  expect(url.pathname).toBe(`/v1/models/kwaivgi/${name}/predictions`)
  const start = request.kind === 'image-to-video' ? { start_image: request.startImage } : {}
  expect(json).toEqual({ input: { prompt: 'A boat', duration: 5, ...start, ...more } })
})

test('an end image alone', async () => {
  const { startImage: endImage, ...rest } = image
  expect(await inputFor({ ...rest, endImage, model: 'kling-v1-6', mode: 'pro' })).toEqual({
    prompt: 'A boat',
    duration: 5,
    end_image: 'https://e.com/a.png',
  })
})

test('the ratio stays home beside an image, with a warning', async () => {
  const { replicate, sent } = stub(() => ({ json: created }))
  const task = await replicate.submit({ ...image, aspectRatio: '9:16' })
  expect(sent[0]?.json.input).not.toHaveProperty('aspect_ratio')
  expect(task.warnings.map(({ field }) => field)).toEqual(['aspectRatio'])
})

test('a webhook brings its filter along, and is the only other key at the top', async () => {
  const { json } = await sentFor(text, 'https://hooks.example.com/r?job=7f1c')
  expect(json).toEqual({
    input: expect.anything(),
    webhook: expect.stringMatching(/^https:\/\/hooks\.example\.com\/r\?job=7f1c&reelay=[\w-]+$/),
    webhook_events_filter: ['start', 'completed'],
  })
})

test('shots as text go as they are; a deadline in seconds is a header', async () => {
  const multi_prompt = '[{"prompt":"a","duration":5}]'
  const options = { replicate: { multi_prompt, cancel_after: 90 } }
  const { json, headers } = await sentFor({ ...text, providerOptions: options })
  expect(json.input).toMatchObject({ multi_prompt })
  expect(json.input).not.toHaveProperty('cancel_after')
  expect(headers.get('cancel-after')).toBe('90')
})

test('an unknown key of the caller is passed on and makes the price unknown', async () => {
  const request: RenderRequest = { ...text, providerOptions: { replicate: { seed: 7 } } }
  expect(await inputFor(request)).toMatchObject({ seed: 7 })
  const { replicate } = stub(() => ({ json: created }))
  expect(replicate.quote(request)).toMatchObject({ type: 'unknown', why: expect.stringContaining('seed') })
})

test('a small file is a data URI, a larger one is uploaded first', async () => {
  const limit = 256 * 1024
  const get = 'https://api.replicate.com/v1/files/NGZi'
  const { replicate, sent } = stub(({ url }) =>
    url.pathname === '/v1/files' ? { status: 201, json: { id: 'NGZi', urls: { get } } } : { json: created },
  )
  const [small, large] = [png(640, 480, limit), png(640, 480, limit + 1)]
  await replicate.submit({ ...image, startImage: small, endImage: large })
  expect(sent.map(({ url }) => url.pathname)).toEqual([
    '/v1/files',
    '/v1/models/kwaivgi/kling-v3-video/predictions',
  ])
  const [upload, create] = sent
  expect(upload?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/)
  expect(upload?.text).toContain('name="content"; filename="endImage.png"\r\nContent-Type: image/png')
  expect(upload?.text).toMatch(/name="metadata"[^{]*\{\}/)
  expect(create?.json.input).toMatchObject({
    start_image: `data:image/png;base64,${Buffer.from(small).toString('base64')}`,
    end_image: get,
  })
})

test('an upload that says nothing buys nothing', async () => {
  const { replicate, sent } = stub(() => ({ json: { id: 'NGZi' } }))
  const submit = replicate.submit({ ...image, startImage: png(640, 480, 300_000) })
  await expect(submit).rejects.toMatchObject({ code: 'ERR_UNEXPECTED_REPLY', outcome: 'none' })
  expect(sent).toHaveLength(1)
})

const named = ({ pathname }: URL): string | undefined =>
  /predictions\/(.+?)(\/cancel)?$/.exec(decodeURIComponent(pathname))?.[1]

test('reads, lists and cancels', async () => {
  const { replicate, sent } = stub(({ url }) => ({
    json: url.search ? { results: [], next: null } : { ...created, id: named(url) ?? created.id },
  }))
  const { handle } = await replicate.submit(text)
  const odd = { ...handle, id: 'a b?c' }
  await replicate.get(odd)
  await replicate.cancel(odd)
  await replicate.getMany([handle, odd])
  expect(sent.slice(1).map(({ method, url }) => `${method} ${url.pathname}${url.search}`)).toEqual([
    'GET /v1/predictions/a%20b%3Fc',
    'POST /v1/predictions/a%20b%3Fc/cancel',
    'GET /v1/predictions?created_after=2025-12-31T23%3A59%3A00.000Z&created_before=2026-01-01T00%3A01%3A00.000Z',
    `GET /v1/predictions/${handle.id}`,
    'GET /v1/predictions/a%20b%3Fc',
  ])
  expect(sent[2]?.text).toBe('')
})
