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

  test('as many cursors as there are words for end, and so does a service that knows no endpoint', async () => {
    const endless = stub((_sent, number) => ({
      json: { prices: [], next_cursor: `cursor ${number}`, has_more: true },
    }))
    expect((await endless.fal.livePrices()).prices).toEqual([])
    expect(endless.sent.length).toBeLessThanOrEqual(endpoints.length)
    const nobody = priced({}, endpoints)
    const { prices, listed } = await nobody.fal.livePrices()
    expect([prices, listed.length]).toEqual([[], endpoints.length])
    // A tree of halves.
    expect(nobody.sent.length).toBeLessThan(2 * endpoints.length)
  })

  test('a service that is busy is an error that says what to do, and gives no half of the prices', async () => {
    const { fal } = stub(() => ({ status: 429, json: { error: { type: 'rate_limited', message: 'Slow' } } }))
    await expect(fal.livePrices()).rejects.toMatchObject({ code: 'ERR_RATE_LIMIT', outcome: 'none' })
  })

  describe('that were kept', () => {
    const hour = 3_600_000
    const all = Object.fromEntries(endpoints.map((id) => [id, { unit_price: 0.14 }]))
    /** What the API says, after a file kept it. */
    async function kept() {
      const { fal, sent, clock } = priced(all)
      const live = await fal.livePrices()
      return { fal, sent, clock, live, asked: sent.length, file: JSON.parse(JSON.stringify(live)) as object }
    }

    test('are used again while they are young enough, dated as before, and never get younger', async () => {
      const { fal, sent, clock, live, asked, file } = await kept()
      expect(live).toMatchObject({ reused: false, account: 'default', readAt: clock.now() })
      await clock.advance(23 * hour)
      const again = await fal.livePrices({ cached: file })
      expect(again).toEqual({ ...live, reused: true })
      expect(sent).toHaveLength(asked)
      expect(createFal({ apiKey, prices: again.prices }).quote(silent)).toMatchObject({ basis: 'live' })
      // Kept again, they are as old as they were.
      await clock.advance(hour)
      const later = await fal.livePrices({ cached: JSON.parse(JSON.stringify(again)) })
      expect(later).toMatchObject({ reused: false, readAt: clock.now() })
      expect(sent.length).toBeGreaterThan(asked)
    })

    test('by the age that is asked for: none is always too old', async () => {
      const { fal, clock, file } = await kept()
      expect((await fal.livePrices({ cached: file, maxAgeMs: 0 })).reused).toBe(false)
      await clock.advance(hour - 1)
      expect((await fal.livePrices({ cached: file, maxAgeMs: hour })).reused).toBe(true)
      await clock.advance(1)
      expect((await fal.livePrices({ cached: file, maxAgeMs: hour })).reused).toBe(false)
      for (const maxAgeMs of [Number.NaN, -1, '5' as never]) {
        await expect(fal.livePrices({ maxAgeMs })).rejects.toMatchObject({
          code: 'ERR_INVALID_REQUEST',
          outcome: 'none',
        })
      }
    })

    test.each<[string, (file: Record<string, unknown>, now: number) => unknown]>([
      ['are nothing of the kind', () => 'a page of HTML'],
      ['are of another account', (file) => ({ ...file, account: 'other' })],
      ['are from the future', (file, now) => ({ ...file, readAt: now + 1 })],
      ['have no moment', (file) => ({ ...file, readAt: null })],
      ['lack an endpoint', (file) => ({ ...file, prices: (file.prices as object[]).slice(1) })],
      [
        'name an endpoint that is not sold',
        (file) => ({ ...file, prices: [...(file.prices as object[]), { nativeModel: 'x', unitUsd: 1 }] }),
      ],
      [
        'are a tenth of the list',
        (file) => ({
          ...file,
          prices: (file.prices as object[]).map((row) => ({ ...row, unitUsd: 0.014 })),
        }),
      ],
    ])('and %s are asked for anew', async (_name, change) => {
      const { fal, clock, live, file } = await kept()
      const cached = change(file as Record<string, unknown>, clock.now())
      expect(await fal.livePrices({ cached })).toEqual(live)
    })

    test('make no other price than one of a unit, whatever else a file holds', async () => {
      const { fal, live, file } = await kept()
      const { prices } = file as { prices: object[] }
      const cached = {
        ...file,
        prices: prices.map((row) => ({ ...row, discount: 0.9, basis: 'yours', asOf: '2030-01-01' })),
      }
      expect(await fal.livePrices({ cached })).toEqual({ ...live, reused: true })
    })
  })

  test('a relay has prices of its own', () => {
    expect('livePrices' in stub(() => undefined, { baseURL: 'https://relay.example.com' }).fal).toBe(false)
  })
})
