import { applySuggestion, type RenderRequest, type RequestPatch } from '@reelay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knownProviders, sellers } from '../../src/model/known.ts'
import { creators, rig } from './rig.ts'

const names = Object.keys(creators)
const text = (more: object): RenderRequest =>
  ({ kind: 'text-to-video', prompt: 'A paper boat', ...more }) as RenderRequest
const image = (more: object): RenderRequest =>
  ({
    kind: 'image-to-video',
    prompt: 'It drifts',
    startImage: 'https://example.com/a.png',
    ...more,
  }) as RenderRequest
const endImage = 'https://example.com/b.png'

/** What check suggests, after it has been tried. */
function suggested(name: string, request: RenderRequest): RequestPatch | undefined {
  const { provider, sent } = rig(name)
  const problems = provider.check(request)
  expect(problems.length, 'problems').toBeGreaterThan(0)
  for (const { suggestion, fix } of problems) {
    expect(fix).not.toBe('')
    expect(suggestion).toEqual(problems[0]?.suggestion)
    expect(suggestion && provider.check(applySuggestion(request, suggestion))).toEqual(suggestion && [])
  }
  expect(sent).toEqual([])
  return problems[0]?.suggestion
}

type Case = [adapter: string, request: RenderRequest, suggestion: RequestPatch | undefined]

describe('what one asked for is kept before it is dropped', () => {
  it.each([
    ['kling', text({ model: 'kling-v2-6', generateAudio: true }), { mode: 'pro' }],
    ['kling', text({ model: 'kling-v2-6', mode: 'std', generateAudio: true }), { mode: 'pro' }],
    ['kling', image({ model: 'kling-v2-6', endImage }), { mode: 'pro' }],
    ['kling', image({ model: 'kling-v2-1', mode: 'std', endImage }), { mode: 'pro' }],
    // Either the sound or the end image has to go, but only in pro is there the end image at all.
    [
      'kling',
      image({ model: 'kling-v2-6', endImage, generateAudio: true }),
      { mode: 'pro', generateAudio: null },
    ],
    ['kling', text({ model: 'kling-v2-5-turbo', generateAudio: true }), { generateAudio: null }],
    ['kling', text({ model: 'kling-v2-6', duration: 7 }), { duration: 5 }],
    ['kling', text({ model: 'kling-v2-6', duration: 8 }), { duration: 10 }],
    ['kling', text({ model: 'kling-v2-6', duration: 7, cfgScale: 0.4 }), { duration: 5, cfgScale: null }],
    ['kling', text({ duration: 1e21 }), { duration: 15 }],
    ['kling', text({ duration: 0.5 }), { duration: 3 }],
    ['kling', text({ duration: '5' }), { duration: 5 }],
    ['kling', text({ duration: Number.NaN }), undefined],
    ['kling', text({ duration: Number.POSITIVE_INFINITY }), undefined],
    ['kling', text({ duration: -0 }), undefined],
    ['kling', text({ aspectRatio: '4:5' }), { aspectRatio: '1:1' }],
    ['kling', text({ aspectRatio: '21:9' }), { aspectRatio: '16:9' }],
    ['kling', text({ aspectRatio: '9x16' }), { aspectRatio: '9:16' }],
    ['kling', text({ aspectRatio: 'portrait' }), { aspectRatio: '9:16' }],
    ['kling', text({ cfgScale: 7 }), { cfgScale: 1 }],
    ['kling', text({ model: 'kling-v2-6', cfgScale: 0.5 }), { cfgScale: null }],
    ['kling', text({ mode: 'professional' }), { mode: 'pro' }],
    ['kling', text({ model: 'kling-v2-6', mode: '4k' }), { mode: 'pro' }],
    ['kling', text({ model: 'kling-v2-master', mode: 'std' }), { mode: 'pro' }],
    ['kling', text({ n: 3 }), { n: null }],
    ['kling', text({ promt: 'x', prompt: undefined }), { promt: null, prompt: 'x' }],
    ['kling', text({ negativePrompt: null }), { negativePrompt: null }],
    ['kling', text({ startImage: endImage }), { kind: 'image-to-video' }],
    ['kling', text({ prompt: ' ' }), undefined],
    ['kling', text({ prompt: ' ', duration: 7 }), undefined],
    ['kling', image({ startImage: 'http://localhost/a.png', duration: 99 }), undefined],
    ['kling', text({ prompt: 'A boat\ud83c' }), { prompt: 'A boat' }],
    ['kling', text({ prompt: `${'x'.repeat(2_499)}🎬🎬` }), { prompt: `${'x'.repeat(2_499)}🎬` }],
    [
      'kling',
      text({ providerOptions: { klingai: { watermark_info: { enabled: true } } } }),
      { providerOptions: { klingai: null, kling: { watermark_info: { enabled: true } } } },
    ],
    [
      'kling',
      text({ providerOptions: { kling: { seed: ['a\ud83c', { b: '\ud83cb' }] } } }),
      { providerOptions: { kling: { seed: ['a', { b: 'b' }] } } },
    ],
    ['kling', text({ providerOptions: { kling: { duration: '10' } } }), undefined],
    ['fal', text({ model: 'kling-v2-6', mode: 'std' }), { mode: 'pro' }],
    ['fal', text({ model: 'kling-v4', generateAudio: false }), { generateAudio: null }],
    ['fal', text({ model: 'kling-v3-omni', negativePrompt: 'people' }), { negativePrompt: null }],
    // A model that was left open is changed for what was asked for, one that was named is not.
    ['fal', text({ cameraControl: { type: 'down_back' } }), { model: 'kling-v1', mode: 'std' }],
    ['fal', text({ model: 'kling-v3', cameraControl: { type: 'down_back' } }), { cameraControl: null }],
    ['replicate', text({ model: 'kling-v3-omni', negativePrompt: 'people' }), { negativePrompt: null }],
    ['piapi', text({ model: 'kling-v2-5-turbo', mode: 'std' }), { mode: 'pro' }],
  ] satisfies Case[] as Case[])('%s %j', (name, request, suggestion) => {
    expect(suggested(name, request)).toEqual(suggestion)
  })

  it('says it in words, each problem its own part', () => {
    const both = text({ model: 'kling-v2-6', generateAudio: true, duration: 7 })
    const problems = rig('kling').provider.check(both)
    expect(problems).toMatchObject([
      { field: 'duration', fix: 'Use 5.', suggestion: { mode: 'pro', duration: 5 } },
      { field: 'generateAudio', fix: "Use mode: 'pro', which has sound." },
    ])
  })

  it('shows no ways and no costs', () => {
    const problems = rig('kling').provider.check(text({ duration: 7, model: 'kling-v9', cfgScale: 3 }))
    for (const problem of problems) expect(problem).not.toHaveProperty('ways')
  })
})

describe('a model by the name another service gives it', () => {
  const model = (name: string, more: object = {}) => text({ model: name, ...more })

  it.each([
    ['kling', 'fal-ai/kling-video/v2.1/master/text-to-video', { model: 'kling-v2-1-master' }],
    ['fal', 'fal-ai/kling-video/v2.1/master/text-to-video', { model: 'kling-v2-1-master', mode: 'pro' }],
    ['kling', 'kling-video/v2.5-turbo/pro', { model: 'kling-v2-5-turbo', mode: 'pro' }],
    ['kling', 'kling-v2.6-t2v', { model: 'kling-v2-6' }],
    ['kling', 'kling_v2_5', { model: 'kling-v2-5-turbo' }],
    ['piapi', 'kling_v2_5', { model: 'kling-v2-5' }],
    ['kling', 'Kling 2.6', { model: 'kling-v2-6' }],
    ['kling', 'kling-v2-6-pro', { model: 'kling-v2-6', mode: 'pro' }],
    ['fal', 'kwaivgi/kling-v3-omni-video', { model: 'kling-v3-omni' }],
    ['replicate', 'kwaivgi/kling-v2.5-turbo-pro', { model: 'kling-v2-5-turbo', mode: 'pro' }],
    ['piapi', 'kling 3.0', { model: 'kling-v3' }],
    ['kling', 'klingai/v2.5-turbo/pro/text-to-video', { model: 'kling-v2-5-turbo', mode: 'pro' }],
    ['fal', 'fal-ai/kling-video/v3/turbo/pro/text-to-video', { model: 'kling-v3-turbo', mode: 'pro' }],
    ['kling', 'klling-v3', { model: 'kling-v3' }],
  ])('%s: %s', (name, native, suggestion) => {
    expect(suggested(name, model(native))).toEqual(suggestion)
    const [problem] = rig(name).provider.check(model(native))
    expect(problem?.fix).toContain(`'${suggestion.model}'`)
  })

  it.each([
    ['kling', 'fal-ai/kling-image/o1', 'kling-image-o1'],
    ['kling', 'kling-image/o3/image-to-image', 'kling-v3-omni'],
    ['kling', 'kling-v3-t2i', 'kling-v3'],
    ['fal', 'fal-ai/kling-image/v3/text-to-image', 'kling-v3'],
    ['fal', 'kling_image_o1', 'kling-image-o1'],
  ])('%s: %s of pictures', (name, native, model) => {
    const request = { kind: 'image-to-image', prompt: 'A boat', image: 'https://example.com/a.png' } as const
    expect(suggested(name, { ...request, model: native })).toMatchObject({ model })
  })

  it('of an image endpoint fixes the kind where that can be', () => {
    const native = 'kwaivgi/kling-v2.1'
    expect(suggested('replicate', image({ model: native }))).toEqual({ model: 'kling-v2-1' })
    const pro = 'fal-ai/kling-video/v2.1/pro/image-to-video'
    expect(suggested('kling', image({ model: pro }))).toEqual({ model: 'kling-v2-1', mode: 'pro' })
    expect(suggested('kling', image({ model: pro, mode: 'std' }))).toEqual({ model: 'kling-v2-1' })
  })

  it('what another provider sells is not replaced by an older model', () => {
    for (const name of names.filter((one) => one !== 'fal')) {
      for (const spelled of [
        'kling-v3-turbo',
        'kling_v3_turbo',
        'fal-ai/kling-video/v3/turbo/pro/text-to-video',
      ]) {
        const [problem] = rig(name).provider.check(model(spelled))
        expect(problem).toMatchObject({ field: 'model', rule: 'unsupported' })
        expect(problem?.fix).toContain('fal sells it')
        expect(problem?.fix).not.toContain('Did you mean')
        expect(problem).not.toHaveProperty('suggestion')
      }
    }
  })

  it.each(['veo-3', 'sora-2', 'wan-2.5', 'seedance-1.0-pro', 'hailuo-2.3'])(
    '%s is nobody’s Kling, and nothing is suggested',
    (other) => {
      for (const name of names) expect(suggested(name, model(other))).toBeUndefined()
    },
  )

  it('the table of who sells what is what the catalogues say', () => {
    expect([...names].sort()).toEqual([...knownProviders].sort())
    for (const [kind, models] of Object.entries(sellers)) {
      const sold: Record<string, string[]> = {}
      for (const name of knownProviders) {
        const { offers } = rig(name).provider.catalog
        const rows = offers.filter((offer) => offer.kind === kind && offer.state !== 'discontinued')
        for (const one of new Set(rows.map((offer) => offer.model))) sold[one] = [...(sold[one] ?? []), name]
      }
      expect(models).toEqual(sold)
    }
  })
})

/** Requests with mistakes in them, of every kind that people make. */
const anyRequest = (name: string): fc.Arbitrary<RenderRequest> => {
  const { offers } = rig(name).provider.catalog
  const models = [...new Set(offers.flatMap(({ model, nativeModel }) => [model, nativeModel]))]
  const shared = {
    prompt: fc.constantFrom('A boat', '', ' ', 'x'.repeat(2_600), 'cut\ud83c', 'tab\x07'),
    model: fc.constantFrom(...models, 'kling-v9', 'Kling 2.6', undefined, undefined),
    mode: fc.constantFrom('std', 'pro', '4k', 'standard', undefined, undefined),
    duration: fc.constantFrom(5, 7, 10, 15, 0, 4.5, '5', Number.NaN, 1e21, undefined, undefined),
    aspectRatio: fc.constantFrom('16:9', '4:3', '9x16', undefined, undefined),
    negativePrompt: fc.constantFrom('people', 'p'.repeat(2_700), undefined, undefined),
    generateAudio: fc.constantFrom(true, false, undefined),
    cfgScale: fc.constantFrom(0.5, 7, undefined, undefined),
    cameraControl: fc.constantFrom(
      { type: 'down_back' },
      { type: 'simple', config: { pan: 20 } },
      undefined,
      undefined,
    ),
    n: fc.constantFrom(1, 3, 0, undefined, undefined),
    providerOptions: fc.constantFrom(
      { klingai: { a: 1 } },
      { [name]: { seed: '\ud83c' } },
      { [name]: { multi_shot: true, shot_type: 'intelligence' } },
      undefined,
      undefined,
    ),
  }
  const words = fc.record({ kind: fc.constant('text-to-video'), ...shared })
  const pictures = fc.record({
    kind: fc.constantFrom('image-to-video', 'image-to-video', 'image2video'),
    startImage: fc.constantFrom('https://example.com/a.png', 'http://localhost/a.png', undefined),
    endImage: fc.constantFrom(endImage, undefined),
    ...shared,
  })
  return fc
    .oneof(words, pictures)
    .map((request) =>
      Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)),
    ) as unknown as fc.Arbitrary<RenderRequest>
}

describe.each(names)('%s, whatever the request', (name) => {
  it('every suggestion leads to a request that passes, and nothing is asked of the network', () => {
    const { provider, sent } = rig(name)
    let made = 0
    const property = fc.property(anyRequest(name), (request) => {
      const before = JSON.stringify(request)
      for (const { suggestion } of provider.check(request)) {
        if (!suggestion) continue
        made++
        expect(provider.check(applySuggestion(request, suggestion))).toEqual([])
      }
      expect(JSON.stringify(request)).toBe(before)
    })
    fc.assert(property, { numRuns: 400 })
    expect(made).toBeGreaterThan(50)
    expect(sent).toEqual([])
  })

  it('a suggestion survives JSON, as errors and logs carry it', () => {
    const { provider } = rig(name)
    fc.assert(
      fc.property(anyRequest(name), (request) => {
        const problems = provider.check(request)
        expect(JSON.parse(JSON.stringify(problems))).toEqual(problems)
      }),
      { numRuns: 50 },
    )
  })
})
