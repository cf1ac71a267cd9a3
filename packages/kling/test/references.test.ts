import type { ReferenceToVideoRequest, RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createKling } from '../src/index.ts'
import { created, createRig, fixture, png } from './world.ts'

type Request = ReferenceToVideoRequest

/** The create call, its body as text too: numbers may have more digits than JavaScript's. */
async function sentFor(request: Request) {
  const calls: { readonly path: string; readonly text: string }[] = []
  const kling = createKling({
    apiKey: 'stub-api-key',
    fetch: async (input, init) => {
      const asked = new Request(input as string, init)
      calls.push({ path: new URL(asked.url).pathname, text: await asked.text() })
      return Response.json(created)
    },
  })
  await kling.submit(request)
  expect(calls).toHaveLength(1)
  const { path = '', text = '' } = calls[0] ?? {}
  return { path, text, body: JSON.parse(text) as Readonly<Record<string, unknown>> }
}

const dance = 'https://example.com/dance.mp4'
const hall = 'https://example.com/hall.png'

describe('documented bodies', () => {
  const cases: readonly (readonly [file: string, request: Request, more?: object])[] = [
    [
      'v1_omni_video_reference_create',
      {
        kind: 'reference-to-video',
        model: 'kling-v3-omni',
        prompt: 'Mara walks through market in the style of ink',
        references: {
          market: 'https://example.com/market.png',
          mara: { element: '321922438904313' },
          ink: 'https://example.com/ink.png',
        },
        generateAudio: true,
        aspectRatio: '9:16',
        duration: 8,
      },
    ],
    [
      'v1_omni_video_frames_multishot_create',
      {
        kind: 'reference-to-video',
        model: 'kling-v3-omni',
        mode: 'pro',
        prompt: '',
        references: {},
        startImage: 'https://example.com/harbour.png',
        endImage: 'https://example.com/sea.png',
        duration: 10,
        shots: [
          { prompt: 'A boat leaves the harbour', duration: 4 },
          { prompt: 'The boat reaches open water', duration: 6 },
        ],
      },
      // Explicit where there is sound at all, so that a changed default cannot raise the price.
      { sound: 'off' },
    ],
    [
      'v1_multi_image2video_create',
      {
        kind: 'reference-to-video',
        model: 'kling-v1-6',
        prompt: 'The rider pushes the bike along a pier',
        references: { rider: 'https://example.com/hero.png', bike: 'https://example.com/bike.png' },
        duration: 5,
        aspectRatio: '16:9',
      },
    ],
  ]
  test.each(cases.map(([file, request, more]) => ({ file, request, more })))(
    '$file',
    async ({ file, request, more }) => {
      const { url, body } = fixture(file).request
      const sent = await sentFor(request)
      expect(sent.path).toBe(new URL(url).pathname)
      expect(sent.body).toEqual({
        ...body,
        ...more,
        external_task_id: expect.stringMatching(/^reelay-[0-9a-f]{40}$/),
      })
    },
  )
})

describe('a body', () => {
  const request: Request = {
    kind: 'reference-to-video',
    prompt: 'Mara in the hall, moving as in dance',
    references: { hall, mara: { element: '829836802793406551' }, dance: { video: dance, keepSound: true } },
  }

  test('has the digits of an id that JavaScript would round', async () => {
    const { text } = await sentFor(request)
    expect(text).toContain('"element_list":[{"element_id":829836802793406551}]')
  })

  test('says what a video is for, and that there is no sound beside it', async () => {
    const { body } = await sentFor(request)
    expect(body).toMatchObject({
      model_name: 'kling-v3-omni',
      mode: 'std',
      prompt: '<<<element_1>>> in the <<<image_1>>>, moving as in <<<video_1>>>',
      video_list: [{ video_url: dance, refer_type: 'feature', keep_original_sound: 'yes' }],
      sound: 'off',
      aspect_ratio: '16:9',
    })
  })

  test('has frames behind the references, which keep their numbers, and no ratio beside them', async () => {
    const start = png(640, 480)
    const { body } = await sentFor({
      ...request,
      prompt: 'Mara in the hall',
      references: { hall, mara: { element: '7' } },
      startImage: start,
      endImage: hall,
      aspectRatio: '1:1',
    })
    expect(body.image_list).toEqual([
      { image_url: hall },
      { image_url: Buffer.from(start).toString('base64'), type: 'first_frame' },
      { image_url: hall, type: 'end_frame' },
    ])
    expect(body).not.toHaveProperty('aspect_ratio')
  })

  test('of O1 has no sound', async () => {
    const { body } = await sentFor({ ...request, model: 'kling-video-o1' })
    expect(body).not.toHaveProperty('sound')
  })
})

describe('what only Kling refuses', () => {
  const { check } = createKling({ apiKey: 'a-key' })
  const o1: Request = {
    kind: 'reference-to-video',
    model: 'kling-video-o1',
    prompt: 'Mara in the hall',
    references: { mara: { element: '7' }, hall },
  }
  const found = (edit: object): readonly string[] =>
    check({ ...o1, ...edit } as RenderRequest).map(({ field, rule }) => `${field} ${rule}`)
  const noPicture = { prompt: 'Mara', references: { mara: { element: '7' } } }

  test.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'an element’s id that is a word',
      { references: { mara: { element: 'mara' }, hall } },
      ['references.mara.element type'],
    ],
    ['O1 from a first frame at 7 s', { startImage: hall, duration: 7 }, ['duration conflict']],
    ['O1 without pictures at 3 s', { ...noPicture, duration: 3 }, ['duration conflict']],
    ['O1 without pictures at 10 s', { ...noPicture, duration: 10 }, []],
    [
      'an element of O1 beside two frames',
      { ...noPicture, startImage: hall, endImage: hall },
      ['references range'],
    ],
    [
      'more than two images beside O1’s end frame',
      { prompt: 'hall', references: { hall }, startImage: hall, endImage: hall },
      ['endImage conflict'],
    ],
    [
      'pictures of an element',
      { references: { mara: { images: [hall] }, hall } },
      ['references.mara unsupported'],
    ],
    [
      'lists of its own',
      { providerOptions: { kling: { image_list: [] } } },
      ['providerOptions.kling.image_list reserved'],
    ],
    [
      'shots of O1',
      { providerOptions: { kling: { multi_shot: true } } },
      ['providerOptions.kling.multi_shot unsupported'],
    ],
  ])('%s', (_what, edit, expected) => {
    expect(found(edit)).toEqual(expected)
  })

  test('sound, shots and too many beside a video', () => {
    const video = { prompt: 'dance', references: { dance: { video: dance } }, model: 'kling-v3-omni' }
    expect(found({ ...video, generateAudio: true })).toEqual(['generateAudio conflict'])
    const shots = [{ prompt: 'dance', duration: 5 }]
    expect(found({ ...video, shots })).toEqual(['shots conflict'])
  })

  test('pictures by name where the model has no names for them: the words stay, and sound is none', () => {
    const old = { model: 'kling-v1-6', prompt: 'a hall', references: { hall } }
    expect(found(old)).toEqual([])
    expect(found({ ...old, references: { hall, mara: { element: '7' } } })).toContain(
      'references.mara unsupported',
    )
    expect(found({ ...old, generateAudio: true })).toEqual(['generateAudio unsupported'])
  })
})

describe('what it costs', () => {
  const { quote } = createKling({ apiKey: 'a-key' })
  const quoted = (edit: object): unknown => {
    const request = { kind: 'reference-to-video', prompt: 'a hall', references: { hall }, ...edit }
    const price = quote(request as RenderRequest)
    return price.type === 'exact' ? price.microUsd / 1_000_000 : price.type
  }
  const withVideo = { prompt: 'dance', references: { dance: { video: dance } } }

  // The price page of 2026-10-04, per second.
  test.each<[string, object, unknown]>([
    ['3.0 Omni', {}, 5 * 0.084],
    ['with sound', { generateAudio: true, mode: 'pro' }, 5 * 0.14],
    ['beside a video', withVideo, 5 * 0.126],
    ['beside a video in pro, 10 s', { ...withVideo, mode: 'pro', duration: 10 }, 1.68],
    ['in 4k, whatever goes in', { ...withVideo, mode: '4k' }, 2.1],
    ['O1 beside a video', { ...withVideo, model: 'kling-video-o1', mode: 'pro' }, 5 * 0.168],
    ['of kling-v1-6 nobody knows', { model: 'kling-v1-6' }, 'unknown'],
  ])('%s: %#', (_what, edit, dollars) => {
    expect(quoted(edit)).toEqual(typeof dollars === 'number' ? expect.closeTo(dollars, 6) : dollars)
  })
})

test('the emulated Kling takes what passes, in every row, with all that may stand together', async () => {
  const { kling, emulator } = createRig({}, { unverifiedModels: 'accept' })
  for (const { kind, model, mode, limits } of kling.catalog.offers) {
    if (kind !== 'reference-to-video') continue
    const { elements, videos } = limits.references
    const references = {
      hall,
      hat: png(400, 400),
      ...(elements && { mara: { element: '321922438904313' } }),
      ...(videos && { dance: { video: dance } }),
    }
    const prompt = `A boat, ${Object.keys(references).join(', ')}`
    await kling.submit({ kind, model, mode, prompt, references, aspectRatio: '9:16', duration: 10 })
    emulator.control.reset()
  }
})
