import {
  isVideoOffer,
  type Kind,
  type Mode,
  type Offer,
  type RenderRequest,
  type VideoKind,
} from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'

const fal = createFal({ apiKey: 'stub-api-key' })
// Clips; what else is sold has tables of its own.
const offers = fal.catalog.offers.filter(isVideoOffer)
const startImage = 'https://example.com/start.png'

interface Cell {
  readonly silent?: number
  readonly audio?: number
  /** Kinds whose price the list does not state itself. */
  readonly derived?: readonly Kind[]
  /** Inferred with sound, billed without (2026-09-04). */
  readonly derivedSound?: true
  readonly kinds?: readonly Kind[]
}
const image: readonly Kind[] = ['image-to-video']
const text: readonly Kind[] = ['text-to-video']
const both: readonly Kind[] = [...text, ...image]

/**
 * Dollars per output second, typed again: model pages as indexed in 2026, price API snapshot of 2026-07-28, fal's Kling
 * guide of 2026-10/11. Prices "per 5 s, then per s" come to the same per second.
 */
const prices: Record<string, { readonly [mode in Mode]?: Cell }> = {
  'kling-v1': { std: { silent: 0.045 } },
  'kling-v1-5': { pro: { silent: 0.1 } },
  'kling-v1-6': { std: { silent: 0.056 }, pro: { silent: 0.098, derived: image } },
  'kling-v2-master': { pro: { silent: 0.28, derived: both } },
  'kling-v2-1': { std: { silent: 0.056, kinds: image }, pro: { silent: 0.098, kinds: image } },
  'kling-v2-1-master': { pro: { silent: 0.28 } },
  'kling-v2-5-turbo': { std: { silent: 0.042, kinds: image }, pro: { silent: 0.07, derived: text } },
  'kling-v2-6': { pro: { silent: 0.07, audio: 0.14 } },
  'kling-v3': {
    std: { silent: 0.084, audio: 0.126, derived: image },
    pro: { silent: 0.112, audio: 0.168, derived: text },
    '4k': { silent: 0.42, audio: 0.42 },
  },
  'kling-v3-turbo': { std: { silent: 0.112 }, pro: { silent: 0.14 } },
  'kling-video-o1': { std: { silent: 0.084, kinds: image }, pro: { silent: 0.112, kinds: image } },
  'kling-v3-omni': {
    std: { silent: 0.084, audio: 0.112 },
    pro: { silent: 0.112, audio: 0.14, derivedSound: true },
    '4k': { silent: 0.42, audio: 0.42 },
  },
  'kling-v4': { std: { audio: 0.157 }, pro: { audio: 0.235 } },
}

const cellOf = ({ model, mode }: Offer): Cell => prices[model]?.[mode] ?? {}

test('the rows are those that fal sells', () => {
  const listed = Object.entries(prices).flatMap(([model, modes]) =>
    Object.entries(modes).flatMap(([mode, { kinds = both }]) =>
      kinds.map((kind) => `${kind} ${model} ${mode}`),
    ),
  )
  expect(offers.map(({ kind, model, mode }) => `${kind} ${model} ${mode}`).sort()).toEqual(listed.sort())
})

/** Ids of the text-to-video and image-to-video endpoints in the endpoint types of fal-js at 381105e. */
const listed = [
  ...[
    'v1/standard',
    'v1.5/pro',
    'v1.6/standard',
    'v1.6/pro',
    'v2/master',
    'v2.1/master',
    'v2.5-turbo/pro',
    'v2.6/pro',
  ],
  ...[
    'v3/standard',
    'v3/pro',
    'v3/4k',
    'v3/turbo/standard',
    'v3/turbo/pro',
    'o3/standard',
    'o3/pro',
    'o3/4k',
  ],
].flatMap((tier) => both.map((kind) => `fal-ai/kling-video/${tier}/${kind}`))
const imageOnly = ['v2.1/standard', 'v2.1/pro', 'v2.5-turbo/standard', 'o1', 'o1/standard'].map(
  (tier) => `fal-ai/kling-video/${tier}/image-to-video`,
)

test('endpoint ids are those of the published types, and v4 beside them', () => {
  const ids = offers.filter(({ model }) => model !== 'kling-v4').map(({ nativeModel }) => nativeModel)
  expect(ids.sort()).toEqual([...listed, ...imageOnly].sort())
  const newest = offers.filter(({ model }) => model === 'kling-v4')
  expect(newest.map(({ model, state, route, nativeModel }) => [model, state, route, nativeModel])).toEqual(
    ['std', 'pro'].flatMap(() => both.map((kind) => ['kling-v4', 'current', 'kling-v4', `kling/v4/${kind}`])),
  )
})

const requestFor = ({ kind, model, mode }: Offer<VideoKind>, more: object): RenderRequest => {
  const fields = { model, mode, prompt: 'A boat', ...more }
  return kind === 'text-to-video' ? { kind, ...fields } : { kind, startImage, ...fields }
}

describe('quotes', () => {
  const cases = offers.flatMap((offer) =>
    offer.limits.durations.flatMap((duration) =>
      [false, true].map((generateAudio) => {
        const sound = offer.limits.audio === 'always' ? {} : { generateAudio }
        const { silent, audio, derived, derivedSound } = cellOf(offer)
        const inferred = derived?.includes(offer.kind) || (derivedSound && generateAudio)
        const rate = generateAudio || silent === undefined ? audio : silent
        const name = `${offer.kind} ${offer.model} ${offer.mode} ${duration} s ${generateAudio ? 'with sound' : ''}`
        return { name, offer, request: requestFor(offer, { duration, ...sound }), rate, duration, inferred }
      }),
    ),
  )
  test.each(cases)('$name: $rate per second', ({ offer, request, rate, duration, inferred }) => {
    const quote = fal.quote(request)
    if (rate === undefined) return expect(quote.type).toBe('unknown')
    expect(quote).toMatchObject({
      type: 'exact',
      microUsd: Math.round(rate * duration * 1_000_000),
      basis: inferred ? 'derived' : 'list',
    })
    // What the price rests on: units times the unit's own price.
    const units = quote.type === 'exact' ? (quote.native?.amount ?? 0) : 0
    expect(units * offer.price.unitUsd).toBeCloseTo(rate * duration * 1_000_000, -1)
  })

  const check: [number, string, Mode, number, boolean | undefined, number?][] = [
    [0.7, 'kling-v2-5-turbo', 'pro', 10, false, 10],
    [0.7, 'kling-v2-6', 'pro', 5, true, 10],
    [0.42, 'kling-v3', 'std', 5, false, 3],
    [0.84, 'kling-v3', 'pro', 5, true, 6],
    [2.52, 'kling-v3', 'pro', 15, true, 18],
    [2.1, 'kling-v3-omni', '4k', 5, false, 5],
    [2.35, 'kling-v4', 'pro', 10, undefined],
    [1.4, 'kling-v2-master', 'pro', 5, false, 5],
  ]
  test.each(check)('$%d for %s %s %i s, sound %s', (dollars, model, mode, duration, generateAudio, units) => {
    const request: RenderRequest = {
      kind: 'text-to-video',
      prompt: 'A boat',
      model,
      mode,
      duration,
      ...(generateAudio === undefined ? {} : { generateAudio }),
    }
    const quote = fal.quote(request)
    expect(quote).toMatchObject({ type: 'exact', microUsd: Math.round(dollars * 1_000_000) })
    if (units !== undefined) expect(quote).toMatchObject({ native: { amount: units, unit: 'unit' } })
  })

  test('free options do not move the price; voices cannot be quoted', () => {
    const request: RenderRequest = { kind: 'image-to-video', prompt: '@Element1 waves', startImage }
    const withOptions = (options: object) =>
      fal.quote({ ...request, providerOptions: { fal: { ...options } } })
    const elements = [{ frontal_image_url: startImage }]
    expect(withOptions({ elements })).toMatchObject({ type: 'exact', microUsd: 420_000 })
    expect(withOptions({ elements: [{ ...elements[0], voice_id: 'v' }] })).toMatchObject({ type: 'unknown' })
    expect(withOptions({ voice_ids: ['v'] })).toMatchObject({ type: 'unknown' })
  })
})

test('limits by endpoint', () => {
  const limits = (kind: Kind, model: string, mode: Mode) =>
    offers.find((row) => row.kind === kind && row.model === model && row.mode === mode)?.limits
  expect(limits('image-to-video', 'kling-v1', 'std')).toMatchObject({
    endImage: { alone: false },
    cfgScale: true,
  })
  expect(limits('image-to-video', 'kling-v1-6', 'std')).toMatchObject({
    endImage: false,
    aspectRatios: false,
  })
  expect(limits('image-to-video', 'kling-v1-6', 'pro')).toMatchObject({
    aspectRatios: ['16:9', '9:16', '1:1'],
  })
  expect(limits('text-to-video', 'kling-v2-6', 'pro')).toMatchObject({ cfgScale: true, audio: 'optional' })
  expect(limits('image-to-video', 'kling-v2-6', 'pro')).toMatchObject({
    cfgScale: false,
    endImage: { alone: false },
  })
  expect(limits('image-to-video', 'kling-v3-turbo', 'pro')).toMatchObject({
    negativePrompt: false,
    endImage: false,
    audio: 'never',
    images: { maxBytes: 50 * 1024 * 1024 },
  })
  expect(limits('text-to-video', 'kling-v3-omni', 'std')).toMatchObject({
    negativePrompt: false,
    cfgScale: false,
  })
  expect(limits('image-to-video', 'kling-video-o1', 'pro')?.durations).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  expect(limits('text-to-video', 'kling-v4', 'std')).toMatchObject({
    audio: 'always',
    aspectRatios: ['16:9', '9:16', '1:1', '21:9', 'auto'],
  })
  expect(limits('text-to-video', 'kling-v4', 'std')?.durations.at(-1)).toBe(30)
})
