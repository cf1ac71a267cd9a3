import { describe, expect, test } from 'vitest'
import { createFal } from '../src/index.ts'
import { endpoints } from '../src/kinds/video-rows.ts'
import { apiKey, boat, createRig, stub } from './world.ts'

const silent = { ...boat, mode: 'std', duration: 5, generateAudio: false } as const
const v3 = 'fal-ai/kling-video/v3/standard/text-to-video'

/** An API that asks these prices of some endpoints, the list's of a unit of $0.14 or what else is told. */
function priced(prices: Readonly<Record<string, object>>, unknown: readonly string[] = []) {
  return stub(({ url }) => {
    const ids = (url.searchParams.get('endpoint_id') ?? '').split(',')
    if (ids.some((id) => unknown.includes(id)))
      return { status: 404, json: { error: { type: 'not_found', message: 'Endpoint not found' } } }
    const found = ids
      .filter((id) => prices[id])
      .map((endpoint_id) => ({ endpoint_id, unit: 'seconds', currency: 'USD', ...prices[endpoint_id] }))
    return { json: { prices: found, next_cursor: null, has_more: false } }
  })
}

describe('live prices', () => {
  test('enter a new instance, dated and called live; a discount of the account is in them', async () => {
    const { create, clock } = createRig({ discount: 0.1 })
    const fal = create()
    const { prices, listed, readAt } = await fal.livePrices()
    expect(readAt).toBe(clock.now())
    expect([prices.length, listed]).toEqual([endpoints.length, []])
    const asOf = new Date(clock.now()).toISOString().slice(0, 10)
    expect(prices).toContainEqual({
      nativeModel: v3,
      unitUsd: 0.126,
      basis: 'live',
      asOf,
      source: 'api.fal.ai/v1/models/pricing',
    })
    const live = createFal({ apiKey, prices })
    // 3 units, a tenth off $0.14 each; with sound 4.5.
    expect(live.quote(silent)).toMatchObject({
      type: 'exact',
      microUsd: 378_000,
      basis: 'live',
      asOf,
      native: { amount: 3, unit: 'unit' },
    })
    expect(live.quote({ ...silent, generateAudio: true })).toMatchObject({ microUsd: 567_000, basis: 'live' })
    // Never mixed: what is not covered says that it is of the list.
    const some = createFal({ apiKey, prices: prices.filter(({ nativeModel }) => nativeModel === v3) })
    expect(some.quote(silent)).toMatchObject({ basis: 'live' })
    expect(some.quote({ ...silent, mode: '4k' })).toMatchObject({ basis: 'list' })
    expect(fal.quote(silent)).toMatchObject({ microUsd: 420_000, basis: 'list' })
    expect(JSON.parse(JSON.stringify(prices))).toEqual(prices)
  })

  test('are asked 50 at a time; an id that fal does not know costs the others nothing', async () => {
    const all = Object.fromEntries(endpoints.map((id) => [id, { unit_price: 0.14 }]))
    const gone = endpoints[7] ?? ''
    const { fal, sent } = priced(all, [gone])
    const { listed } = await fal.livePrices()
    expect(listed.find(({ endpoint }) => endpoint === gone)?.why).toContain('does not know it')
    expect(
      Math.max(...sent.map(({ url }) => url.searchParams.get('endpoint_id')?.split(',').length ?? 0)),
    ).toBeLessThanOrEqual(50)
    const asked = new Set(sent.flatMap(({ url }) => url.searchParams.get('endpoint_id')?.split(',') ?? []))
    expect([...asked].sort()).toEqual(endpoints.toSorted())
  })

  test.each([
    ['the list price', { unit_price: 0.14 }, undefined],
    ['half of it', { unit_price: 0.07 }, undefined],
    ['less than a half', { unit_price: 0.069 }, 'less than any discount explains'],
    ['more', { unit_price: 0.15 }, 'more than the list price'],
    ['nothing', { unit_price: 0 }, 'Its price is 0'],
    ['another currency', { unit_price: 0.14, currency: 'EUR' }, 'in EUR'],
    ['another unit', { unit_price: 0.14, unit: 'videos' }, 'called videos'],
  ])('%s: believed, or told and left to the list', async (_name, price, why) => {
    const { prices, listed } = await priced({ [v3]: price }).fal.livePrices()
    const reason = listed.find(({ endpoint }) => endpoint === v3)?.why
    if (why === undefined)
      expect([prices.map(({ nativeModel }) => nativeModel), reason]).toEqual([[v3], undefined])
    else expect([prices, reason]).toEqual([[], expect.stringContaining(why)])
  })

  test('a relay has prices of its own', () => {
    expect('livePrices' in stub(() => undefined, { baseURL: 'https://relay.example.com' }).fal).toBe(false)
  })
})
