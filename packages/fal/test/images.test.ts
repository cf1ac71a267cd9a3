import { isClipOffer, type RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { readResult, readStatus } from '../src/read.ts'
import { created, fixture, replyOf, stub } from './world.ts'

const fal = createFal({ apiKey: 'stub-key-id:stub-key-secret' })

async function bodyOf(request: RenderRequest): Promise<{ readonly url: string; readonly body: unknown }> {
  const { fal, sent } = stub(() => ({ json: created }))
  await fal.submit(request)
  return { url: sent[0]?.url.href ?? '', body: sent[0]?.body }
}

const recorded: readonly (readonly [string, RenderRequest])[] = [
  [
    'submit_text_to_image_v3',
    {
      kind: 'text-to-image',
      model: 'kling-v3',
      mode: 'pro',
      prompt: 'a brass kettle on slate, studio light',
      negativePrompt: 'text',
      n: 2,
      aspectRatio: '3:2',
      providerOptions: { fal: { output_format: 'png' } },
    },
  ],
  [
    'submit_image_to_image_o3',
    {
      kind: 'image-to-image',
      model: 'kling-v3-omni',
      prompt: 'put the label of tag on the jar of Pot',
      references: {
        pot: 'https://assets.example.test/jar.png',
        tag: 'https://assets.example.test/label.png',
      },
      n: 1,
      aspectRatio: 'auto',
      providerOptions: { fal: { output_format: 'jpeg' } },
    },
  ],
]

test.each(recorded)('%s goes out as it was recorded', async (file, request) => {
  const { url, body } = fixture(file).request
  expect(await bodyOf(request)).toEqual({ url, body })
})

test.each([
  ['result_text_to_image_v3', 'image/png', 2],
  ['result_image_to_image_o3', 'image/jpeg', 1],
] as const)('%s is read as pictures', (file, mediaType, count) => {
  const status = readStatus(replyOf(fixture('status_completed')))
  if (!status) throw new Error('no status')
  const task = readResult(status, replyOf(fixture(file)))
  expect(task?.outputs).toEqual(
    Array.from({ length: count }, () => ({
      kind: 'image',
      mediaType,
      url: expect.stringMatching(/^https:/),
    })),
  )
  expect(task?.charged).toEqual({ amount: count, unit: 'unit' })
})

describe('what is sold', () => {
  // Dollars a picture, typed again: the v3 page, the others second-hand (2026-11).
  test.each<[model: string, mode: 'std' | 'pro' | '4k', dollars: number, basis: string]>([
    ['kling-v3', 'std', 0.028, 'list'],
    ['kling-v3', 'pro', 0.028, 'list'],
    ['kling-v3-omni', 'std', 0.028, 'derived'],
    ['kling-v3-omni', '4k', 0.056, 'derived'],
  ])('%s %s costs $%d a picture', (model, mode, dollars, basis) => {
    const quote = fal.quote({ kind: 'text-to-image', prompt: 'A boat', model, mode, n: 3 })
    expect(quote).toMatchObject({ type: 'exact', microUsd: dollars * 3_000_000, basis })
  })

  test('rows are those of the published endpoints', () => {
    const ids = fal.catalog.offers
      .filter((offer) => !isClipOffer(offer))
      .map(({ nativeModel }) => nativeModel)
    for (const id of ids) expect(id).toMatch(/^fal-ai\/(kling-image|kling|kling-video\/lipsync)\//)
  })

  test.each<[more: object, field: string]>([
    [{ model: 'kling-v3-omni', negativePrompt: 'text' }, 'negativePrompt'],
    [{ model: 'kling-v3', series: 4 }, 'series'],
    [{ model: 'kling-v3-omni', series: 'auto' }, 'series'],
    [{ model: 'kling-v3', aspectRatio: 'auto' }, 'aspectRatio'],
    [{ providerOptions: { fal: { sync_mode: true } } }, 'providerOptions.fal.sync_mode'],
    [{ providerOptions: { fal: { output_format: 'gif' } } }, 'providerOptions.fal.output_format'],
    [{ providerOptions: { fal: { multi_prompt: [] } } }, 'providerOptions.fal.multi_prompt'],
  ])('%o: %s', (more, field) => {
    const problems = fal.check({ kind: 'text-to-image', prompt: 'A boat', ...more } as RenderRequest)
    expect(problems.map((one) => one.field)).toEqual([field])
  })

  const image = 'https://example.com/boat.png'
  test.each<[model: string, more: object, body: object]>([
    ['kling-v3', { image }, { path: 'v3/image-to-image', image_url: image }],
    ['kling-v3-omni', { image }, { path: 'o3/image-to-image', image_urls: [image] }],
    ['kling-image-o1', { image, mode: 'pro' }, { path: 'o1', image_urls: [image], resolution: '2K' }],
    [
      'kling-image-o1',
      { image, references: { boat: 'https://example.com/b.png' } },
      { path: 'o1', prompt: 'A @Image1', image_urls: ['https://example.com/b.png', image] },
    ],
    [
      'kling-v3',
      { image, references: { boat: { images: [image, image] } } },
      {
        path: 'v3/image-to-image',
        prompt: 'A @Element1',
        image_url: image,
        elements: [{ frontal_image_url: image, reference_image_urls: [image] }],
      },
    ],
    [
      'kling-v3-omni',
      { image, mode: '4k', series: 3 },
      { resolution: '4K', result_type: 'series', series_amount: 3 },
    ],
  ])('%s makes pictures of %o', async (model, more, { path, ...own }: { path?: string }) => {
    const { url, body } = await bodyOf({
      kind: 'image-to-image',
      prompt: 'A boat',
      model,
      ...more,
    } as RenderRequest)
    if (path) expect(url).toMatch(new RegExp(`/fal-ai/kling-image/${path}$`))
    expect(body).toMatchObject({ resolution: '1K', prompt: 'A boat', ...own })
  })

  test('elements of pictures go into pictures from words too', async () => {
    const { body } = await bodyOf({
      kind: 'text-to-image',
      prompt: 'Mara at sea',
      references: { mara: { images: [image] } },
    })
    expect(body).toMatchObject({ prompt: '@Element1 at sea', elements: [{ frontal_image_url: image }] })
  })

  test.each<[model: string, mode: 'std' | '4k', dollars: number, basis: string]>([
    ['kling-v3', 'std', 0.028, 'list'],
    ['kling-v3-omni', 'std', 0.028, 'derived'],
    ['kling-v3-omni', '4k', 0.056, 'derived'],
    ['kling-image-o1', 'std', 0.028, 'derived'],
  ])('%s %s costs $%d a picture from a picture', (model, mode, dollars, basis) => {
    const quote = fal.quote({ kind: 'image-to-image', prompt: 'A boat', image, model, mode, n: 3 })
    expect(quote).toMatchObject({ type: 'exact', microUsd: dollars * 3_000_000, basis })
  })

  test.each<[more: object, field: string]>([
    [{ image: undefined }, 'image'],
    [{ references: { boat: image } }, 'references.boat'],
    [{ model: 'kling-v3-omni', references: { boat: { element: '7' } } }, 'references.boat'],
    [{ reference: 'face' }, 'reference'],
    [{ negativePrompt: 'text' }, 'negativePrompt'],
    [{ image: undefined, subjectImages: [image] }, 'subjectImages'],
    [{ expand: { left: 1 } }, 'expand'],
    [{ providerOptions: { fal: { image_urls: [image] } } }, 'providerOptions.fal.image_urls'],
    [{ providerOptions: { fal: { image_url: image } } }, 'providerOptions.fal.image_url'],
    [
      { references: { boat: { images: [image] } }, providerOptions: { fal: { elements: [] } } },
      'providerOptions.fal.elements',
    ],
  ])('from a picture, %o: %s', (more, field) => {
    const request = { kind: 'image-to-image', prompt: 'A boat', image, ...more } as RenderRequest
    expect(fal.check(request).map((one) => one.field)).toEqual([field])
  })
})
