import { applySuggestion, type ImageToImageRequest, type RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createKling } from '../src/index.ts'
import { created, fixture, png, stub } from './world.ts'

const kling = createKling({ apiKey: 'stub' })
const photo = 'https://example.com/photo.png'
const externalId = expect.stringMatching(/^reelay-[0-9a-f]{40}$/)

async function sentBy(request: RenderRequest) {
  const { kling, sent } = stub(() => ({ json: created }))
  const task = await kling.submit(request)
  expect(sent).toHaveLength(1)
  return { task, path: sent[0]?.url.pathname, body: sent[0]?.body }
}

const withKind = (more: object): ImageToImageRequest => ({ kind: 'image-to-image', ...more })

const recorded: readonly (readonly [file: string, request: object])[] = [
  [
    'v1_image_generation_create',
    {
      model: 'kling-v2-1',
      prompt: 'A toy dog in a studio',
      negativePrompt: '',
      image: 'https://example.com/dog.png',
      n: 2,
    },
  ],
  [
    'v1_image_generation_subject_create',
    {
      model: 'kling-v2-1',
      mode: 'std',
      prompt: 'The same man as a chess player',
      image: 'https://example.com/man.png',
      reference: 'subject',
      imageFidelity: 0.5,
      humanFidelity: 0.6,
      n: 2,
      aspectRatio: '4:3',
    },
  ],
  [
    'v1_multi_image2image_create',
    {
      model: 'kling-v2-1',
      prompt: 'They meet in the garden',
      subjectImages: ['https://example.com/ann.png', 'https://example.com/bob.png'],
      sceneImage: 'https://example.com/garden.png',
      styleImage: 'https://example.com/gouache.png',
      n: 2,
      aspectRatio: '16:9',
    },
  ],
  [
    'v1_expand_create',
    {
      image: 'https://example.com/photo.png',
      expand: { up: 0.1, down: 0.1, left: 0.5, right: 0.5 },
      prompt: 'more of the same street',
      n: 1,
    },
  ],
  [
    'v1_omni_image_create_series',
    {
      model: 'kling-v3-omni',
      mode: 'pro',
      prompt: 'Four covers for Mara in the style of the gouache',
      references: { mara: { element: '321922438904313' }, 'the gouache': 'https://example.com/style.png' },
      series: 4,
      aspectRatio: 'auto',
    },
  ],
]

describe('recorded bodies', () => {
  test.each(recorded)('%s', async (file, more) => {
    const { url, body } = fixture(file).request
    // Empty in the page's example; the same as left out.
    const { callback_url: _empty, ...documented } = body as Record<string, unknown>
    const sent = await sentBy(withKind(more))
    expect(sent.path).toBe(new URL(url).pathname)
    expect(sent.body).toEqual({ ...documented, external_task_id: externalId })
    expect(sent.task.handle.route).toBe(new URL(url).pathname.split('/').at(-1))
  })
})

describe('what goes where', () => {
  test('the route of a request is in its handle, its submission and what is asked later', async () => {
    const { kling, sent } = stub(() => ({ json: created }))
    const entries: object[] = []
    const { handle } = await kling.submit(withKind({ image: photo, expand: { up: 1 } }), {
      record: async (entry) => void entries.push(entry),
    })
    expect(entries).toMatchObject([
      { submission: { route: 'expand', model: 'kling-v3' } },
      { handle: { route: 'expand', kind: 'image-to-image' } },
    ])
    await kling.get(handle).catch(() => undefined)
    expect(sent.at(-1)?.url.pathname).toMatch(/^\/v1\/images\/editing\/expand\//)
    const { submission } = entries[0] as { submission: Parameters<typeof kling.find>[0] }
    await kling.find(submission).catch(() => undefined)
    expect(sent.at(-1)?.url.pathname).toMatch(/^\/v1\/images\/editing\/expand\/reelay-/)
  })

  test('one row serves all three ways, each at its own path, whatever was asked before', async () => {
    const { kling, sent } = stub(() => ({ json: created }))
    const model = 'kling-v2-1'
    for (const more of [
      { subjectImages: [photo] },
      { prompt: 'A boat', image: photo },
      { image: photo, expand: { left: 1 } },
      { prompt: 'A boat', image: photo },
    ]) {
      await kling.submit(withKind({ model, ...more }))
    }
    expect(sent.map(({ url }) => url.pathname.replace('/v1/images/', ''))).toEqual([
      'multi-image2image',
      'generations',
      'editing/expand',
      'generations',
    ])
  })

  test('bytes become base64 without prefix, also in lists and under names', async () => {
    const bytes = png(640, 480)
    const plain = Buffer.from(bytes).toString('base64')
    const multi = await sentBy(withKind({ model: 'kling-v2-1', subjectImages: [bytes, photo] }))
    expect(multi.body).toMatchObject({
      subject_image_list: [{ subject_image: plain }, { subject_image: photo }],
    })
    const omni = await sentBy(
      withKind({ model: 'kling-image-o1', prompt: 'A boat', references: { boat: bytes } }),
    )
    expect(omni.body).toMatchObject({ prompt: 'A <<<image_1>>>', image_list: [{ image: plain }] })
  })

  test('a picture without a name comes after those that the prompt numbers', async () => {
    const sent = await sentBy(
      withKind({
        model: 'kling-v3-omni',
        prompt: 'Hang the lamp over it',
        image: photo,
        references: { lamp: 'https://example.com/lamp.png' },
      }),
    )
    expect(sent.path).toBe('/v1/images/omni-image')
    expect(sent.body).toMatchObject({
      prompt: 'Hang the <<<image_1>>> over it',
      image_list: [{ image: 'https://example.com/lamp.png' }, { image: photo }],
    })
  })

  test('elements go in by their ids: numbered in omni-image, by their own names elsewhere', async () => {
    const references = { Mara: { element: '321922438904313' } }
    const omni = await sentBy({
      kind: 'text-to-image',
      model: 'kling-image-o1',
      prompt: 'Mara at sea',
      references,
    })
    expect(omni.body).toMatchObject({
      prompt: '<<<element_1>>> at sea',
      element_list: [{ element_id: 321922438904313 }],
    })
    const plain = await sentBy(
      withKind({ model: 'kling-v3', prompt: 'Mara at sea', image: photo, references }),
    )
    expect(plain.body).toMatchObject({
      prompt: 'Mara at sea',
      image: photo,
      element_list: [{ element_id: 321922438904313 }],
    })
  })

  test('a model named beside expand is not sent, and that is said', async () => {
    const { task, body } = await sentBy(
      withKind({ model: 'kling-v2-1', image: photo, expand: { left: 0.5 } }),
    )
    expect(task.warnings).toEqual([{ field: 'model', message: expect.stringContaining('was not sent') }])
    expect(body).toEqual({
      image: photo,
      up_expansion_ratio: 0,
      down_expansion_ratio: 0,
      left_expansion_ratio: 0.5,
      right_expansion_ratio: 0,
      external_task_id: externalId,
    })
  })
})

describe('prices', () => {
  // Image units of one picture, typed again from the price page of 2026-09-20; * from the list before it.
  test.each<[more: object, units: number, basis: string]>([
    [{ model: 'kling-v3', image: photo }, 8, 'list'],
    [{ model: 'kling-v2-1', image: photo }, 8, 'list'],
    [{ model: 'kling-v2-1', mode: 'pro', image: photo, reference: 'face' }, 8, 'list'],
    [{ model: 'kling-v2-1', subjectImages: [photo] }, 16, 'list'],
    [{ model: 'kling-v3-omni', mode: '4k', image: photo }, 16, 'list'],
    [{ model: 'kling-image-o1', image: photo }, 8, 'list'],
    [{ image: photo, expand: { left: 1 } }, 8, 'list'],
    [{ model: 'kling-v2', subjectImages: [photo] }, 16, 'derived'],
    [{ model: 'kling-v2-new', image: photo }, 8, 'derived'],
    [{ model: 'kling-v1-5', image: photo }, 8, 'derived'],
    [{ model: 'kling-v1', image: photo }, 1, 'derived'],
  ])('%o costs %d units a picture', (more, units, basis) => {
    const quote = kling.quote(withKind({ prompt: 'A boat', n: 3, ...more }))
    expect(quote).toMatchObject({ type: 'exact', microUsd: units * 3 * 3_500, basis })
  })
})

describe('what is refused', () => {
  const base = { prompt: 'A boat', image: photo }
  test.each<[more: object, fields: readonly string[]]>([
    [{ ...base, image: undefined }, ['image']],
    [{ ...base, prompt: undefined }, ['prompt']],
    [{ ...base, negativePrompt: 'text' }, ['negativePrompt']],
    [{ ...base, reference: 'subject' }, ['reference']],
    [{ ...base, model: 'kling-v2-1', humanFidelity: 0.4 }, ['humanFidelity']],
    [{ ...base, model: 'kling-v2-1', reference: 'face', humanFidelity: 0.4 }, ['humanFidelity']],
    [{ ...base, subjectImages: [photo] }, ['image', 'subjectImages']],
    [{ model: 'kling-v2-1', subjectImages: [photo], image: photo }, ['image']],
    [{ model: 'kling-v2-1', subjectImages: [] }, ['subjectImages']],
    [{ model: 'kling-v2-1', subjectImages: Array(5).fill(photo) }, ['subjectImages']],
    [{ model: 'kling-v2-1', mode: 'pro', subjectImages: [photo] }, ['mode']],
    [{ ...base, sceneImage: photo }, ['sceneImage']],
    [{ expand: { left: 1 } }, ['image']],
    [{ image: photo, expand: {} }, ['expand']],
    [{ image: photo, expand: { left: 2.1 } }, ['expand.left']],
    [{ image: photo, expand: { left: 1, right: 1, up: 0.1 } }, ['expand']],
    [{ image: photo, expand: { left: 1 }, aspectRatio: '1:1' }, ['aspectRatio']],
    [{ image: photo, expand: { left: 1 }, mode: 'pro' }, ['mode']],
    [{ ...base, references: { boat: photo } }, ['references.boat']],
    [{ ...base, model: 'kling-v3-omni', references: { mara: photo } }, ['references.mara']],
    [{ ...base, references: { boat: { element: 'u_12' } } }, ['references.boat.element']],
    [{ ...base, series: 4 }, ['series']],
    [{ ...base, aspectRatio: 'auto' }, ['aspectRatio']],
    [{ ...base, providerOptions: { kling: { image_list: [] } } }, ['providerOptions.kling.image_list']],
    [{ ...base, providerOptions: { kling: { scene_image: photo } } }, ['providerOptions.kling.scene_image']],
    [
      {
        image: photo,
        expand: { left: 1 },
        providerOptions: { kling: { element_list: [{ element_id: 1 }] } },
      },
      ['providerOptions.kling.element_list'],
    ],
  ])('%o: %s', (more, fields) => {
    expect(kling.check(withKind(more)).map(({ field }) => field)).toEqual(fields)
  })

  test('sides whose decimals add up to three times the area just so are taken', () => {
    expect(
      kling.check(withKind({ image: photo, expand: { up: 0.1, down: 0.1, left: 0.75, right: 0.75 } })),
    ).toEqual([])
  })

  test('too wide: the same shape, as large as may be, is suggested, and passes', () => {
    const request = withKind({ image: photo, expand: { left: 1, right: 1, up: 0.5 } })
    const [found] = kling.check(request)
    const better = applySuggestion(request, found?.suggestion ?? {}) as ImageToImageRequest
    expect(kling.check(better)).toEqual([])
    const { up = 0, left = 0, right = 0 } = better.expand ?? {}
    expect((1 + up) * (1 + left + right)).toBeGreaterThan(2.98)
  })

  test('whoever asks for subjects without a model is told which makes them meet', () => {
    const [found] = kling.check(withKind({ subjectImages: [photo] }))
    expect(found?.suggestion).toEqual({ model: 'kling-v2-1', mode: 'std' })
  })
})
