import { formatQuote, isVideoOffer, type Mode, type RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createKling } from '../src/index.ts'

const kling = createKling({ apiKey: 'stub-api-key' })
const startImage = 'https://example.com/start.png'

/**
 * Dollars per output second from the price page (kling.ai/document-api/pricing/base/video, transcribed 2026-08-13, last
 * checked 2026-10-04), typed again here: silent std, silent pro, silent 4k, then with native audio. Of the models before
 * 2.5 Turbo, which the page of 2026-09-20 has no more, from the older list.
 */
const prices: Record<
  string,
  { silent: Partial<Record<Mode, number>>; audio?: Partial<Record<Mode, number>> }
> = {
  'kling-v1': { silent: { std: 0.028, pro: 0.098 } },
  'kling-v1-5': { silent: { std: 0.056, pro: 0.098 } },
  'kling-v1-6': { silent: { std: 0.056, pro: 0.098 } },
  'kling-v2-master': { silent: { pro: 0.28 } },
  'kling-v2-1': { silent: { std: 0.056, pro: 0.098 } },
  'kling-v2-1-master': { silent: { pro: 0.28 } },
  'kling-v2-5-turbo': { silent: { std: 0.042, pro: 0.07 } },
  'kling-v2-6': { silent: { std: 0.042, pro: 0.07 }, audio: { pro: 0.14 } },
  'kling-v3': {
    silent: { std: 0.084, pro: 0.112, '4k': 0.42 },
    audio: { std: 0.126, pro: 0.168, '4k': 0.42 },
  },
}

const { offers: all } = kling.catalog
const offers = all.filter(isVideoOffer)

test('the rows are those of the V1 video matrix', () => {
  const cells = (kind: string): string[] =>
    offers.filter((offer) => offer.kind === kind).map(({ model, mode }) => `${model} ${mode}`)
  const both = Object.entries(prices).flatMap(([model, { silent }]) =>
    Object.keys(silent).map((mode) => `${model} ${mode}`),
  )
  expect(cells('image-to-video').sort()).toEqual(both.sort())
  expect(cells('text-to-video').sort()).toEqual(
    both.filter((cell) => !/^kling-(v1-5|v2-1) /.test(cell)).sort(),
  )
})

test('states', () => {
  const state = (model: string): unknown => [
    ...new Set(
      offers.filter((offer) => isVideoOffer(offer) && offer.model === model).map((offer) => offer.state),
    ),
  ]
  expect(Object.fromEntries(Object.keys(prices).map((model) => [model, state(model)]))).toEqual({
    'kling-v1': ['discontinued'],
    'kling-v1-5': ['unverified'],
    'kling-v1-6': ['unverified'],
    'kling-v2-master': ['unverified'],
    'kling-v2-1': ['unverified'],
    'kling-v2-1-master': ['unverified'],
    'kling-v2-5-turbo': ['current'],
    'kling-v2-6': ['current'],
    'kling-v3': ['current'],
  })
})

describe('quotes', () => {
  const cases = offers.filter(isVideoOffer).flatMap((offer) =>
    offer.limits.durations.flatMap((duration) =>
      [false, true].map((generateAudio) => {
        const { kind, model, mode } = offer
        const name = `${kind} ${model} ${mode} ${duration} s ${generateAudio ? 'with sound' : 'silent'}`
        const fields = { model, mode, duration, generateAudio, prompt: 'A boat' }
        const request: RenderRequest =
          kind === 'text-to-video' ? { kind, ...fields } : { kind, ...fields, startImage }
        const rate = prices[model]?.[generateAudio ? 'audio' : 'silent']?.[mode]
        const dollars = offer.state === 'discontinued' || rate === undefined ? undefined : rate * duration
        return { name, request, dollars }
      }),
    ),
  )
  test.each(cases)('$name: $dollars', ({ request, dollars }) => {
    const quote = kling.quote(request)
    if (dollars === undefined) return expect(quote.type).toBe('unknown')
    const onThePage = /v2-5|v2-6|v3/.test(request.model ?? '')
    expect(quote).toEqual({
      type: 'exact',
      microUsd: Math.round(dollars * 1_000_000),
      native: { amount: expect.closeTo(dollars / 0.14, 9), unit: 'unit' },
      ...(onThePage
        ? { basis: 'list', asOf: '2026-10-04', source: 'kling.ai/document-api/pricing/base/video' }
        : { basis: 'derived', asOf: '2026-08-13', source: expect.stringContaining('older copy') }),
    })
    expect(formatQuote(quote)).toMatch(onThePage ? /\(list price/ : /derived, not a list price/)
  })

  test('1.5 units for kling-v2-6 std 5 s, $0.42 for the default', () => {
    const request = { kind: 'text-to-video', prompt: 'A boat' } as const
    expect(kling.quote({ ...request, model: 'kling-v2-6' })).toMatchObject({
      microUsd: 210_000,
      native: { amount: 1.5 },
    })
    expect(kling.quote(request)).toMatchObject({ microUsd: 420_000 })
  })

  test('free options do not move the price', () => {
    const request: RenderRequest = {
      kind: 'text-to-video',
      prompt: 'A boat',
      providerOptions: { kling: { watermark_info: { enabled: true } } },
    }
    expect(kling.quote(request)).toMatchObject({ type: 'exact', microUsd: 420_000 })
  })
})

test('every row says where it is from, when, and how long it takes', () => {
  for (const offer of all) {
    expect(offer).toMatchObject({
      provider: 'kling',
      // Lip-sync names no model: what stands for it is the name of the path.
      nativeModel: offer.kind === 'lip-sync' ? offer.route : offer.model,
      timing: { pollFloorMs: 5_000 },
    })
    expect(offer.source).not.toBe('')
    expect(offer.asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
    // Live 2026-09: a picture after 24 s.
    expect(offer.timing.expectedMs).toBeGreaterThanOrEqual(isVideoOffer(offer) ? 60_000 : 24_000)
  }
})
