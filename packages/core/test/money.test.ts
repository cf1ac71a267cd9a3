import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combined } from '../src/compose/among.ts'
import { formatQuote, formatUsd, type Quote, usd } from '../src/index.ts'
import { mostInWords } from '../src/model/quote.ts'

describe('money', () => {
  it.each([
    [210_000, '$0.21'],
    [3_500, '$0.0035'],
    [1_000_000, '$1.00'],
    [0, '$0.00'],
    [-84_000, '-$0.084'],
  ])('writes %i micro-USD as %s', (amount, text) => {
    expect(formatUsd(amount)).toBe(text)
  })

  it('reads back what it wrote, to the millionth', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (amount) => {
        expect(usd(Number(formatUsd(amount).replace('$', '')))).toBe(amount)
      }),
    )
  })
})

describe('a derived price', () => {
  const source = { asOf: '2026-11-26', source: 'a reseller' }
  const listed: Quote = { type: 'exact', microUsd: 210_000, basis: 'list', ...source }
  const derived: Quote = { type: 'bounded', min: 200_000, max: 300_000, basis: 'derived', ...source }

  it('says so in words', () => {
    expect(formatQuote(derived)).toBe('$0.20 to $0.30 (derived, not a list price, as of 2026-11-26)')
    expect([mostInWords(derived), mostInWords(listed)]).toEqual([
      '$0.30 (derived, not a list price)',
      '$0.21',
    ])
    expect(mostInWords({ type: 'unknown', why: 'nobody knows' })).toBeUndefined()
  })

  it('makes the quote that covers it derived too, in whatever order', () => {
    for (const quotes of [
      [listed, derived],
      [derived, listed],
    ]) {
      expect(combined(quotes)).toMatchObject({ type: 'bounded', max: 300_000, basis: 'derived' })
    }
    const equal: Quote = { ...listed, basis: 'derived' }
    expect(combined([listed, equal])).toMatchObject({ type: 'exact', basis: 'derived' })
  })
})
