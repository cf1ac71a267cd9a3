import { formatQuote, type OwnPrice, type RenderRequest } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { describe, expect, test } from 'vitest'

const boat = { kind: 'text-to-video', prompt: 'A boat', model: 'kling-v3', mode: 'std', duration: 5 } as const
const kling = (...prices: OwnPrice[]) => createKling({ apiKey: 'key', prices })
const fal = (...prices: OwnPrice[]) => createFal({ apiKey: 'key', prices })
const loud = { ...boat, generateAudio: true } as const

describe('what somebody pays instead of the list', () => {
  test.each<[string, OwnPrice, RenderRequest, number]>([
    ['a tariff', { per: 'second', usd: 0.07 }, boat, 350_000],
    ['a tariff with sound', { per: 'second', usd: { silent: 0.07, audio: 0.1 } }, loud, 500_000],
    ['a tariff per clip', { per: 'clip', microUsd: 123_456 }, boat, 123_456],
    // 5 s of kling-v3 std are 3 units, 4.5 with sound.
    ['a pack', { unitUsd: 0.098 }, boat, 294_000],
    ['a pack, with sound', { unitUsd: 0.098 }, loud, 441_000],
    ['a discount', { discount: 0.15 }, boat, 357_000],
    ['yuan for a unit', { unitCny: 1, cnyPerUsd: 8 }, boat, 375_000],
    ['yuan for a second', { per: 'second', cny: 0.8, cnyPerUsd: 8 }, boat, 500_000],
  ])('%s', (_name, price, request, microUsd) => {
    const quote = kling({ asOf: '2026-11-20', source: 'our contract', ...price }).quote(request)
    expect(quote).toMatchObject({ type: 'exact', microUsd, basis: 'yours', asOf: '2026-11-20' })
    expect(formatQuote(quote)).toContain('your own price')
    expect(quote.type !== 'unknown' && quote.source).toContain('our contract')
  })

  test('the first row that fits counts, and what no row covers keeps the list price', () => {
    const provider = kling(
      { model: 'kling-v3', mode: 'pro', discount: 0.5 },
      { model: 'kling-v3', discount: 0.1 },
    )
    expect(provider.quote({ ...boat, mode: 'pro' })).toMatchObject({ microUsd: 280_000, basis: 'yours' })
    expect(provider.quote(boat)).toMatchObject({ microUsd: 378_000, basis: 'yours' })
    expect(provider.quote({ ...boat, model: 'kling-v2-6' })).toMatchObject({
      microUsd: 210_000,
      basis: 'list',
    })
  })

  test('a discount on a price that is derived in the list is derived', () => {
    const image = { ...boat, kind: 'image-to-video', startImage: 'https://example.com/a.png' } as const
    expect(fal({ discount: 0.1 }).quote(image)).toMatchObject({ basis: 'derived', microUsd: 378_000 })
    expect(fal({ discount: 0.1 }).quote(boat)).toMatchObject({ basis: 'yours' })
    // Sound of O3 pro is derived, silence is not.
    const o3 = { ...boat, model: 'kling-v3-omni', mode: 'pro' } as const
    expect(fal({ discount: 0.1 }).quote(o3)).toMatchObject({ basis: 'yours' })
    expect(fal({ discount: 0.1 }).quote({ ...o3, generateAudio: true })).toMatchObject({ basis: 'derived' })
  })

  test('what a price API said today is live, and only for the row it is about', () => {
    const nativeModel = 'fal-ai/kling-video/v3/standard/text-to-video'
    const live: OwnPrice = {
      nativeModel,
      unitUsd: 0.126,
      basis: 'live',
      asOf: '2026-11-27',
      source: 'price API',
    }
    const provider = fal(live)
    const quote = provider.quote(boat)
    expect(quote).toMatchObject({ type: 'exact', microUsd: 378_000, basis: 'live', native: { amount: 3 } })
    expect(formatQuote(quote)).toContain('live price, as of 2026-11-27')
    expect(provider.quote({ ...boat, mode: 'pro' })).toMatchObject({ basis: 'derived' })
  })

  test.each<[string, unknown, RegExp]>([
    ['no amount', { model: 'kling-v3' }, /give the amount once.*has none/],
    ['two amounts', { per: 'second', usd: 0.1, discount: 0.1 }, /has usd and discount/],
    ['an amount per nothing', { usd: 0.1 }, /per is missing/],
    ['a pack per second', { unitUsd: 0.1, per: 'second' }, /per goes with usd, microUsd, cny/],
    ['yuan without a rate', { unitCny: 1 }, /cnyPerUsd holds undefined/],
    ['a discount in percent', { discount: 15 }, /0\.15 for 15 %/],
    ['all of it', { discount: 1 }, /0\.15 for 15 %/],
    ['all of it but for what rounds to nothing', { discount: 0.999999 }, /leaves nothing of a unit/],
    ['yuan at the rate of nothing', { unitCny: 1, cnyPerUsd: 5e-324 }, /in yuan at 5e-324 for a dollar/],
    ['a rate for what are dollars', { unitUsd: 1, cnyPerUsd: 7.1 }, /cnyPerUsd goes with cny and unitCny/],
    ['a word that is nearly one', { per: 'second', usd: { slient: 1 } }, /Did you mean silent\?/],
    ['micro-USD as dollars', { per: 'clip', usd: 210_000 }, /call it microUsd/],
    ['a key that is nearly one', { discont: 0.1 }, /Did you mean discount\?/],
    ['a row that is not sold', { nativeModel: 'kling-v9', discount: 0.1 }, /nativeModel is "kling-v9"/],
    ['list as a basis', { discount: 0.1, basis: 'list' }, /basis is "list"/],
    ['a day that is none', { discount: 0.1, asOf: '2026-13-01' }, /give a date/],
    ['nothing', {}, /give the amount once/],
    ['no object', null, /no object/],
  ])('%s is refused', (_name, price, words) => {
    expect(() => kling(price as OwnPrice)).toThrow(words)
    expect(() => kling(price as OwnPrice)).toThrow(/prices\[0\]/)
  })
})
