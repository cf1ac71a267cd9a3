import { isVideoOffer, type Quote, type RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createPiapi } from '../src/index.ts'

const piapi = createPiapi({ apiKey: 'stub-api-key' })
// Clips; what else is sold has tables of its own.
const offers = piapi.catalog.offers.filter(isVideoOffer)

type Dollars = number | readonly [number, number] | 'unknown'

/**
 * Dollars for a clip of 5 s (pay as you go; price list of piapi.ai crawled after 2026-02, docs of 2026-02, API reference
 * and 4.0 pages of 2026-11), typed again here: silent, then with sound. kling-v4 is never silent.
 */
const prices: Record<string, readonly [silent: Dollars, audio?: Dollars]> = {
  'kling-v1 std': ['unknown'],
  'kling-v1 pro': ['unknown'],
  'kling-v1-5 std': ['unknown'],
  'kling-v1-5 pro': ['unknown'],
  'kling-v1-6 std': [0.26],
  'kling-v1-6 pro': [0.46],
  'kling-v2-master std': ['unknown'],
  'kling-v2-master pro': ['unknown'],
  'kling-v2-1 std': ['unknown'],
  'kling-v2-1 pro': ['unknown'],
  'kling-v2-1-master pro': [0.96],
  'kling-v2-5 std': [0.2],
  'kling-v2-5 pro': [0.33],
  'kling-v2-5-turbo pro': [0.28],
  'kling-v2-6 std': [0.2, [0.2, 0.66]],
  'kling-v2-6 pro': [0.33, [0.33, 0.66]],
  'kling-v3 std': [0.5, 0.75],
  'kling-v3 pro': [0.75, 1],
  'kling-video-o1 std': [0.39],
  'kling-video-o1 pro': [0.52],
  'kling-v3-omni std': [0.5, 0.75],
  'kling-v3-omni pro': [0.75, 1],
  'kling-v4 std': [0.8335, 0.8335],
  'kling-v4 pro': [1.25, 1.25],
  'kling-v4-flash std': [0.5, 0.5],
}

const dollarsOf = (quote: Quote): Dollars =>
  quote.type === 'unknown'
    ? 'unknown'
    : quote.type === 'exact'
      ? quote.microUsd / 1e6
      : [quote.min / 1e6, quote.max / 1e6]

test('the rows: every model in its modes, omni from text only', () => {
  const cells = (kind: string): string[] =>
    offers.filter((offer) => offer.kind === kind).map(({ model, mode }) => `${model} ${mode}`)
  expect(cells('text-to-video')).toEqual(Object.keys(prices))
  expect(cells('image-to-video')).toEqual(Object.keys(prices).filter((cell) => !/o1|omni/.test(cell)))
})

test('unverified are the models that the price list does not name, and rows that nobody has tried', () => {
  const unverified = offers.filter(({ state }) => state === 'unverified').map(({ model }) => model)
  expect([...new Set(unverified)]).toEqual([
    'kling-v1',
    'kling-v1-5',
    'kling-v2-master',
    'kling-v2-1',
    'kling-v2-5-turbo',
    'kling-v4',
  ])
  // Which field its image goes into, and whether `pro` means 1080p on 4.0, is not settled.
  const states = (model: string): unknown =>
    offers.filter((offer) => offer.model === model).map(({ kind, mode, state }) => `${kind} ${mode} ${state}`)
  expect(states('kling-v2-5-turbo')).toEqual(['text-to-video pro current', 'image-to-video pro unverified'])
  expect(states('kling-v4')).toEqual([
    'text-to-video std current',
    'text-to-video pro unverified',
    'image-to-video std current',
    'image-to-video pro unverified',
  ])
})

describe('quotes', () => {
  test.each(offers.map((offer) => [offer.kind, offer.model, offer.mode] as const))(
    '%s %s %s',
    (kind, model, mode) => {
      const [silent, audio] = prices[`${model} ${mode}`] ?? []
      const fields = { model, mode, prompt: 'A boat', duration: 5 }
      const request: RenderRequest =
        kind === 'text-to-video'
          ? { kind, ...fields }
          : { kind, ...fields, startImage: 'https://e.com/a.png' }
      expect(dollarsOf(piapi.quote(request))).toEqual(silent)
      expect(dollarsOf(piapi.quote({ ...request, generateAudio: true }))).toEqual(audio ?? 'unknown')
    },
  )

  test.each([
    ['kling-v2-5-turbo', 10, 0.56, 'list'],
    ['kling-v1-6', 10, 0.52, 'derived'],
    ['kling-v3', 15, 1.5, 'list'],
    ['kling-video-o1', 10, 0.78, 'list'],
    ['kling-v3-omni', 6, 0.6, 'list'],
    ['kling-v4', 3, 0.5001, 'list'],
    ['kling-v4-flash', 20, 2, 'list'],
  ])('%s for %i s: $%d, by %s', (model, duration, dollars, basis) => {
    expect(piapi.quote({ kind: 'text-to-video', prompt: 'A boat', model, duration })).toMatchObject({
      type: 'exact',
      microUsd: Math.round(dollars * 1e6),
      native: { amount: dollars, unit: 'usd' },
      basis,
    })
  })

  test('shots do not move the price, since they add up to the duration', () => {
    const shots = [{ prompt: 'A boat', duration: 5 }]
    const providerOptions = { piapi: { multi_shots: shots } }
    const quote = piapi.quote({ kind: 'text-to-video', prompt: '', providerOptions })
    expect(quote).toMatchObject({ type: 'exact', microUsd: 500_000 })
  })
})

test('every row says where it is from, when, how it goes out, and how long it takes', () => {
  for (const { provider, source, asOf, nativeModel, timing, route } of offers) {
    expect(provider).toBe('piapi')
    expect(source).not.toBe('')
    expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(nativeModel).toMatch(/^kling(-turbo)? \S+$/)
    expect(route).toMatch(/video_generation$|^(text|image)_to_video$/)
    expect(timing.expectedMs).toBeGreaterThanOrEqual(60_000)
    expect(timing.pollFloorMs).toBe(5_000)
  }
})

test('Kling 4.0 is sold in the public mode only', () => {
  const hosted = createPiapi({ apiKey: 'stub-api-key', serviceMode: 'private' })
  expect(hosted.catalog.offers.filter(({ model }) => model.startsWith('kling-v4'))).toEqual([])
})
